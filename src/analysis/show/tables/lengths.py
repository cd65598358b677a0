"""How many effects there are by length and comparator, and what was left out of them and why."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import own_rows, pooled_rows, synthesis_label
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, percent, span
from analysis.show.select import records, where
from analysis.show.tables.dress import dress
from analysis.show.tables.studies import left_out
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

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
        rows: result rows `pooled` and `count`, and `share_worthwhile`, `left_out` where there are.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    bands = list(dict.fromkeys(_band(row) for row in records(where(rows, statistic="count"))))
    return dress(
        [_line(rows, row, labels) for row in found],
        found,
        labels,
        name="lengths",
        title="Effects by comparator and length of the programme",
        headings=_HEADINGS
        | {"interval": sentence_case(interval_words(rows, str(found[0].question)))}
        | {band: html.escape(sentence_case(band)) for band in bands},
        group="group",
        notes=[
            "Negative favours the training; the columns of weeks count effects. Where one kind of "
            "comparator has only short programmes and another only long ones, length and "
            "comparator cannot be told apart. A length that is told as a band of weeks counts "
            "where all of it lies within the weeks of a column.",
            *_shares(rows, labels),
            *left_out(rows, labels),
        ],
    )


def _line(rows: pd.DataFrame, row: Any, labels: Labels) -> dict[str, str]:
    measure = measure_label(labels, row.measure)
    decimals, key = decimals_of(measure), str(row.level)
    line = {
        "group": f"{measure.label} ({measure.unit})",
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
        unit = html.escape(measure_label(labels, row.measure).unit)
        shown = f"{percent(row.value)} ({percent(row.lower)} to {percent(row.upper)})"
        said.append(
            f"Settings with an effect of the size that matters, compared with {name} ({unit}): "
            f"{link(row, shown)} ({html.escape(str(row.method))})."
        )
    return said


def _key(row: Any) -> str:
    return str(row.level).partition(": ")[0]


def _band(row: Any) -> str:
    return str(row.level).partition(": ")[2]
