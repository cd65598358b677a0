"""Figures of published studies, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.evidence import (
    DOSES,
    WEEKS,
    at_pool,
    doses_of,
    first_measure,
    on_one_axis,
    own_rows,
    pooled_rows,
    synthesis_label,
)
from analysis.show.numbers import (
    decimals_of,
    fixed,
    is_missing,
    p_statement,
    percent,
    span,
    with_interval,
)
from analysis.show.words import better, inside, joined, measure_label, sentence_case
from analysis.terms import Labels


def studies(rows: pd.DataFrame, labels: Labels) -> str:
    """The forest in words: each pool with its interval, and where a new study is expected."""
    rows = own_rows(rows)
    found = pooled_rows(rows)
    measure = measure_label(labels, found[0].measure)
    main = on_one_axis(found, labels)
    names = list(dict.fromkeys(inside(measure_label(labels, row.measure).label) for row in main))
    parts = [f"Forest plot of effects on {joined(names)}, {measure.unit}; {better(measure)}"]
    parts += [_pool(rows, row, labels, named=len(names) > 1) for row in main]
    return closed(parts, labels, main)


def _pool(rows: pd.DataFrame, row: Any, labels: Labels, *, named: bool) -> str:
    measure = measure_label(labels, row.measure)
    key, decimals = str(row.level), decimals_of(measure)
    number = with_interval(row, decimals)
    name = synthesis_label(labels, key)
    name = sentence_case(f"{measure.label}, {name}" if named else name)
    many = f"{int(row.n)} effects of {int(row.n_observed)} trials"
    words = f"{name}: {many}, together {number}"
    words += "" if is_missing(row.p) else f", {p_statement(row.p)}"
    if share := at_pool(rows, "i2", key):
        words += f", I² {percent(share.value)}"
    new = at_pool(rows, "prediction", key)
    if new is None:
        return words
    return f"{words}; a new study is expected at {span(new.lower, new.upper, decimals)}"


def lengths(rows: pd.DataFrame, labels: Labels) -> str:
    """The bubbles in words: how many effects each kind of comparator has, and of what lengths."""
    rows = own_rows(rows, "count")
    found = first_measure(rows)
    measure = measure_label(labels, found[0].measure)
    parts = [f"Bubble chart of effects on {inside(measure.label)}, {measure.unit}, by weeks"]
    for pool in found:
        weeks = [at.value for at in doses_of(rows, pool, WEEKS) if at is not None]
        number = f"{fixed(pool.value, decimals_of(measure))}"
        ends = [fixed(end, 0) for end in (min(weeks), max(weeks))] if weeks else []
        spread = f"{' to '.join(ends)} weeks" if ends else "of unknown length"
        name = sentence_case(synthesis_label(labels, str(pool.level)))
        parts.append(f"{name}: {int(pool.n)} effects, {spread}, together {number}")
    return closed(parts, labels, found)


def doses(rows: pd.DataFrame, labels: Labels) -> str:
    """The panels in words: for how many effects each dose is told, and how far the doses go."""
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    parts = ["Panels of effects by the dose of training; marks at one dose stand side by side"]
    for pool in found:
        unit = measure_label(labels, pool.measure).unit
        name = f"{sentence_case(synthesis_label(labels, str(pool.level)))} ({unit})"
        told = [(words, doses_of(rows, pool, dose)) for dose, words in DOSES.items()]
        said = [
            _reach(words, [at.value for at in known if at is not None]) for words, known in told
        ]
        parts.append(f"{name}: {'; '.join(said)}")
    return closed(parts, labels, found)


def _reach(words: str, known: list[float]) -> str:
    if not known:
        return f"{inside(words)} not told"
    low, high = (fixed(end, 0) for end in (min(known), max(known)))
    return f"{inside(words)} {low} to {high}, of {len(known)} effects"
