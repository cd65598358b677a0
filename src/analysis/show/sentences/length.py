"""What published trials say of the dose of training: no more than they can."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.evidence import (
    SLOPES,
    STATED_WORDS,
    dose_label,
    of_measure,
    own_rows,
    pooled_rows,
    synthesis_label,
)
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, interval, size, with_interval
from analysis.show.select import maybe, records, where
from analysis.show.sentences.phrase import departures, measure_words, paragraph
from analysis.show.words import joined, measure_label, with_unit
from analysis.terms import Labels

_DECIMALS = 2


def length(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether more training helps more: what was allocated at random first, slopes after it.

    Args:
        rows: result rows of one question about length.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    parts = [*_within(rows, labels), *_stated(rows)]
    parts = parts or ["No trial here allocated the dose at random"]
    measures = dict.fromkeys(str(row.measure) for row in found)
    parts += [_slopes(of_measure(rows, name), name, labels) for name in measures]
    parts.append(
        "Trials of other doses also differ in what they compared with, in whom they treated and "
        "in what was trained, so the dose may not be the reason"
    )
    return paragraph([*parts, *departures(found[:1])])


def _within(rows: pd.DataFrame, labels: Labels) -> list[str]:
    said = []
    for row in records(where(rows, statistic="dose_within")):
        measure = measure_label(labels, row.measure)
        decimals = decimals_of(measure)
        words = prose(dose_label(labels, row))
        side = "less" if row.value < 0 else "more"
        amount = with_unit(link(row, size(row.value, decimals)), prose(measure.unit))
        bounds = link(row, interval(row.lower, row.upper, decimals))
        told = f"{words}: with the higher dose {amount} {side} {measure_words(measure)} {bounds}"
        said.append(f"{told}{_open(row)}")
    start = "Allocated at random within a trial: "
    return [start + "; ".join(said)] if said else []


def _stated(rows: pd.DataFrame) -> list[str]:
    """What texts state of doses that were allocated at random, without a number."""
    said = [
        f"{prose(str(row.comparator))}: {link(row, STATED_WORDS[int(row.value)])}"
        for row in records(where(rows, statistic="dose_stated"))
    ]
    return [f"Stated of such trials without a number: {'; '.join(said)}"] if said else []


def _slopes(rows: pd.DataFrame, name: str, labels: Labels) -> str:
    """The slopes of one measure between trials, adjusted for the kind of comparator."""
    measure = measure_label(labels, name)
    said = []
    for statistic, words in SLOPES.items():
        row = maybe(rows, statistic=statistic, level="adjusted")
        if row is not None:
            said.append(f"{link(row, with_interval(row, _DECIMALS))} for {words}{_open(row)}")
    start = f"Between trials, in {prose(measure.unit)}"
    if not said:
        return f"{start}, too few differ in the dose to tell"
    clear = [
        f"against {prose(synthesis_label(labels, str(row.level)))} alone it is "
        f"{link(row, with_interval(row, _DECIMALS))} for a week longer, on one side of nought"
        for row in records(where(rows, statistic="slope"))
        if row.level != "adjusted" and not row.lower <= 0 <= row.upper
    ]
    return f"{start}, the effect differs by {joined([*said])}" + "".join(f"; {c}" for c in clear)


def _open(row: Any) -> str:
    return ", which includes no difference" if row.lower <= 0 <= row.upper else ""
