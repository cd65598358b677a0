"""What published trials say of the length of a programme: no more than they can."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.evidence import own_rows, pooled_rows
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, interval, size, with_interval
from analysis.show.select import maybe, records, where
from analysis.show.sentences.phrase import departures, measure_words, paragraph
from analysis.show.words import measure_label, with_unit
from analysis.terms import Labels

_DECIMALS = 2


def length(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether longer programmes help more: what was allocated at random first, slopes after it.

    Args:
        rows: result rows of one question about length.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    main = pooled_rows(rows)[0]
    parts = [_within(row, labels) for row in records(where(rows, statistic="dose_within"))]
    parts = parts or ["No trial here allocated the dose at random"]
    parts.append(_slope(maybe(rows, statistic="slope", level="adjusted"), labels))
    parts.append(
        "Trials of other lengths also differ in what they compared with, in whom they treated and "
        "in what was trained, so length may not be the reason"
    )
    return paragraph([*parts, *departures([main])])


def _within(row: Any, labels: Labels) -> str:
    measure = measure_label(labels, row.measure)
    decimals = decimals_of(measure)
    words = prose(labels.studies.get(str(row.level), str(row.level)))
    side = "less" if row.value < 0 else "more"
    number = link(row, f"{size(row.value, decimals)}")
    bounds = link(row, interval(row.lower, row.upper, decimals))
    amount = with_unit(number, prose(measure.unit))
    said = f"One comparison allocated the dose at random, {words}: with the higher dose {amount}"
    return f"{said} {side} {measure_words(measure)} {bounds}"


def _slope(row: Any | None, labels: Labels) -> str:
    if row is None:
        return "Between trials, too few differ in length to tell"
    measure = measure_label(labels, row.measure)
    number = with_interval(row, _DECIMALS)
    said = f"Between trials, for each week more the effect differs by {link(row, number)}"
    said = with_unit(said, prose(measure.unit))
    if row.lower <= 0 <= row.upper:
        return f"{said}, so an effect of length is not shown"
    return f"{said}, which is no comparison of people allocated at random"
