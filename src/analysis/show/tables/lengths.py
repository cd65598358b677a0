"""How many effects there are by length and comparator, and slopes where there is one to tell."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import own_rows, pooled_rows, synthesis_label
from analysis.show.link import cell, link
from analysis.show.numbers import (
    count,
    decimals_of,
    fixed,
    interval,
    percent,
    span,
    with_interval,
)
from analysis.show.select import records, where
from analysis.show.tables.dress import dress
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels, MeasureLabel

_SLOPE_DECIMALS = 2
_HEADINGS = {
    "row": "Compared with",
    "pooled": "Pooled effect",
    "interval": "Interval",
    "effects": "Effects",
    "trials": "Trials",
}


def lengths(rows: pd.DataFrame, labels: Labels) -> GT:
    """By kind of comparator: the pool, and how many effects each band of length has.

    Args:
        rows: result rows `pooled` and `count`, and `slope`, `dose_within` where there are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    measure = measure_label(labels, found[0].measure)
    bands = list(dict.fromkeys(_band(row) for row in records(where(rows, statistic="count"))))
    return dress(
        [_line(rows, row, measure, labels) for row in found],
        found,
        labels,
        name="lengths",
        title=f"{measure.label}: effects by comparator and length of the programme",
        headings=_HEADINGS | {band: html.escape(sentence_case(band)) for band in bands},
        notes=[
            f"In {html.escape(measure.unit)}, negative favours the training; the columns of weeks "
            "count effects. Where one kind of comparator has only short programmes and another "
            "only long ones, length and comparator cannot be told apart.",
            *_shares(rows, labels),
            *_slopes(rows, labels, measure),
            *_within(rows, labels, measure),
        ],
    )


def _line(rows: pd.DataFrame, row: Any, measure: MeasureLabel, labels: Labels) -> dict[str, str]:
    decimals, key = decimals_of(measure), str(row.level)
    line = {
        "row": sentence_case(synthesis_label(labels, key)),
        "pooled": cell(row, fixed(row.value, decimals)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "effects": link(row, count(row.n)),
        "trials": link(row, count(row.n_observed)),
    }
    counts = [each for each in records(where(rows, statistic="count")) if _key(each) == key]
    return line | {_band(each): link(each, count(each.value)) for each in counts}


def _shares(rows: pd.DataFrame, labels: Labels) -> list[str]:
    found = records(where(rows, statistic="share_worthwhile"))
    if not found:
        return [
            "In what share of settings the effect has the size that matters is not told: too few "
            "trials, or trials too much alike, to give it an interval."
        ]
    said = []
    for row in found:
        name = html.escape(synthesis_label(labels, str(row.level)))
        shown = f"{percent(row.value)} ({percent(row.lower)} to {percent(row.upper)})"
        said.append(
            f"Settings with an effect of the size that matters, compared with {name}: "
            f"{link(row, shown)} ({html.escape(str(row.method))})."
        )
    return said


def _slopes(rows: pd.DataFrame, labels: Labels, measure: MeasureLabel) -> list[str]:
    said = []
    for row in records(where(rows, statistic="slope")):
        name = "adjusted for the comparator"
        if row.level != "adjusted":
            name = f"compared with {html.escape(synthesis_label(labels, str(row.level)))}"
        number = f"{fixed(row.value, _SLOPE_DECIMALS)} "
        number += interval(row.lower, row.upper, _SLOPE_DECIMALS)
        said.append(
            f"A week longer, {name}: {link(row, number)} {html.escape(measure.unit)} "
            f"({html.escape(str(row.method))})."
        )
    return said


def _within(rows: pd.DataFrame, labels: Labels, measure: MeasureLabel) -> list[str]:
    said = []
    for row in records(where(rows, statistic="dose_within")):
        decimals = decimals_of(measure)
        number = with_interval(row, decimals)
        words = html.escape(labels.studies.get(str(row.level), str(row.level)))
        unit = html.escape(measure.unit)
        said.append(f"Allocated at random: {words}, {link(row, number)} {unit}.")
    return said


def _key(row: Any) -> str:
    return str(row.level).partition(": ")[0]


def _band(row: Any) -> str:
    return str(row.level).partition(": ")[2]
