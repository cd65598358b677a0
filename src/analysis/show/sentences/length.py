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
from analysis.show.words import measure_label, with_unit
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
    unit = prose(measure_label(labels, name).unit)
    told = [
        (words, row)
        for statistic, words in SLOPES.items()
        if (row := maybe(rows, statistic=statistic, level="adjusted")) is not None
    ]
    if not told:
        return f"Between trials, in {unit}, too few differ in the dose to tell"
    said = "; ".join(f"{words} {link(row, with_interval(row, _DECIMALS))}" for words, row in told)
    start = f"Between trials, in {unit} and adjusted for the comparator: {said}"
    if all(row.lower <= 0 <= row.upper for _, row in told):
        start += "; " + ("each interval includes" if len(told) > 1 else "the interval includes")
        start += " no difference"
    return start + "".join(_clear(row, labels) for row in records(where(rows, statistic="slope")))


def _clear(row: Any, labels: Labels) -> str:
    """A slope at one kind of comparator whose interval lies on one side of nought."""
    if row.level == "adjusted" or row.lower <= 0 <= row.upper:
        return ""
    name = prose(synthesis_label(labels, str(row.level)))
    number = link(row, with_interval(row, _DECIMALS))
    return f"; compared with {name} alone, a week longer {number}, on one side of no difference"


def _open(row: Any) -> str:
    return ", open" if row.lower <= 0 <= row.upper else ""
