"""What published studies say together, in plain words that claim no more than they show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.evidence import (
    at_pool,
    of_pool,
    own_rows,
    pooled_rows,
    study_label,
    synthesis_label,
)
from analysis.show.link import link, prose
from analysis.show.numbers import (
    MINUS,
    count,
    decimals_of,
    fixed,
    interval_level,
    is_missing,
    span,
)
from analysis.show.select import maybe, records, where
from analysis.show.sentences.phrase import (
    amount,
    bounds_words,
    departures,
    measure_words,
    paragraph,
)
from analysis.show.words import inside, joined, measure_label, with_unit
from analysis.terms import Labels, MeasureLabel


def evidence(rows: pd.DataFrame, labels: Labels) -> str:
    """What a clinician can take from the main synthesis: the effect, its spread, and what is open.

    Args:
        rows: result rows of one question: `pooled`, `prediction`, `pooled_difference`, ...
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows)
    main = pooled_rows(rows)[0]
    parts = [_effect(main, rows, labels), _setting(main, rows, labels)]
    parts += _differences(rows, labels)
    return paragraph([*parts, *departures([main])])


def agreement(rows: pd.DataFrame, labels: Labels) -> str:
    """Which pools print as their review printed them; nothing where no review is named.

    They are pooled as the review did it, which may differ from the pool shown above. Printed
    effects are rounded, so a pool of them can miss a printed result by a last digit.
    """
    rows = own_rows(rows)
    keys = [str(row.level) for row in pooled_rows(rows)]
    told = [(at_pool(rows, "as_reviewed", key), at_pool(rows, "target", key)) for key in keys]
    found = [(row, target) for row, target in told if target is not None]
    kinds: dict[str, list[str]] = {"as": [], "near": [], "off": []}
    for row, target in found:
        measure = measure_label(labels, row.measure)
        words = f"{inside(measure.label)}, {synthesis_label(labels, str(row.level))}"
        name = link(row, words)
        kinds[_agrees(row, target, decimals_of(measure))].append(name)
    parts = [
        f"{words}: {'; '.join(kinds[kind])}"
        for kind, words in (
            ("as", "Pooled as the review did it, these print as in the review"),
            ("near", "These differ by one in the last digit, as rounded effects may"),
            ("off", "These do not agree with the review"),
        )
        if kinds[kind]
    ]
    return paragraph(parts)


def one_study(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether the main result hangs on one study; nothing where too few were pooled to tell."""
    rows = own_rows(rows)
    main = pooled_rows(rows)[0]
    without = of_pool(rows, "without", str(main.level))
    if not without:
        return ""
    clear = _clear(main)
    turned = [row for row in without if _clear(row) != clear]
    measure = measure_label(labels, main.measure)
    decimals = decimals_of(measure)
    ends = [min(without, key=lambda row: row.value), max(without, key=lambda row: row.value)]
    low, high = (link(row, fixed(row.value, decimals)) for row in ends)
    said = f"Leaving out one trial at a time, the pool lies between {low} and {high}"
    said = with_unit(said, prose(measure.unit))
    if not turned:
        return paragraph([said, "No single trial decides whether it differs clearly from nought"])
    names = [prose(study_label(labels, row)) for row in turned]
    return paragraph([said, f"Whether it differs clearly from nought hangs on {joined(names)}"])


def _effect(main: Any, rows: pd.DataFrame, labels: Labels) -> str:
    measure = measure_label(labels, main.measure)
    trials = link(main, f"{count(main.n_observed)} trials ({count(main.n)} effects)")
    level = maybe(rows, question=main.question, statistic="interval_level")
    name = "interval" if level is None else f"{link(level, interval_level(level.value))} % interval"
    bounds = _bounds(main, measure)
    start = f"In {trials}, {measure_words(measure)} was on average {amount(main, measure)} with the"
    return f"{start} training than with what it was compared with ({name} {bounds})"


def _setting(main: Any, rows: pd.DataFrame, labels: Labels) -> str:
    """Whether a further setting can count on the mean effect."""
    new = at_pool(rows, "prediction", str(main.level))
    if new is None:
        return "Too few studies were pooled to tell what to expect in a further setting"
    measure = measure_label(labels, main.measure)
    bounds = f"The true effect in a further setting is expected {_bounds(new, measure)}"
    if new.lower <= 0 <= new.upper:
        return f"{bounds}: in some settings the training may be no better, or worse"
    return f"{bounds}: on one side of no difference"


def _differences(rows: pd.DataFrame, labels: Labels) -> list[str]:
    said = []
    for row in records(where(rows, statistic="pooled_difference")):
        one, two = str(row.level).split(" minus ")
        measure = measure_label(labels, row.measure)
        names = [prose(inside(synthesis_label(labels, key))) for key in (one, two)]
        start = f"The pool of {names[0]} lies {amount(row, measure)} than the pool of {names[1]} "
        start += f"({_bounds(row, measure)})"
        if row.lower <= 0 <= row.upper:
            start += ": the interval includes no difference, so it is not shown that they differ"
        said.append(f"{start}. Different trials are compared, which differ in other things too")
    return said


def _bounds(row: Any, measure: MeasureLabel) -> str:
    """`0.10 to 0.72 lower`, or `from 1.02 lower to 0.31 higher`."""
    if is_missing(row.lower) or is_missing(row.upper):
        return link(row, span(row.lower, row.upper, decimals_of(measure)))
    return bounds_words(row, measure)


def _agrees(row: Any, target: Any, decimals: int) -> str:
    """Whether two results print alike, or differ by one in the last digit."""
    ends = [
        [fixed(getattr(each, name), decimals) for name in ("value", "lower", "upper")]
        for each in (row, target)
    ]
    if ends[0] == ends[1]:
        return "as"
    step = 1.01 * 10.0**-decimals
    shown = [[float(text.replace(MINUS, "-")) for text in each] for each in ends]
    near = all(abs(one - two) <= step for one, two in zip(*shown, strict=True))
    return "near" if near else "off"


def _clear(row: Any) -> bool:
    return not row.lower <= 0 <= row.upper
