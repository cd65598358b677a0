"""The dose of training: what trials allocated at random, and slopes between trials, kept apart."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import (
    NO_DOSE,
    READINGS,
    SLOPES,
    STATED_WORDS,
    dose_label,
    of_measure,
    of_pool,
    own_rows,
    pooled_rows,
    study_label,
    synthesis_label,
)
from analysis.show.link import cell, link, sourced
from analysis.show.numbers import count, decimals_of, fixed, is_missing, span
from analysis.show.select import records, where
from analysis.show.tables.dress import dress, listed
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels, MeasureLabel

_SLOPE_DECIMALS = 2
_HEADINGS = {
    "row": "What is compared",
    "value": "Difference",
    "interval": "95 % interval",
    "effects": "Effects",
    "trials": "Trials",
    "source": "How derived; where read",
}


def doses(rows: pd.DataFrame, labels: Labels) -> GT:
    """Doses that trials allocated at random, then slopes between trials, by measure.

    Args:
        rows: result rows `pooled` and `count`, and slopes, `dose_within`, `dose_stated` where there
            are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    cells = _within(rows, labels)
    for name in dict.fromkeys(str(row.measure) for row in found):
        cells += _between(of_measure(rows, name), measure_label(labels, name), labels)
    return dress(
        cells,
        found,
        labels,
        name="doses",
        title="More training: what trials allocated at random, and what differs between trials",
        headings=_HEADINGS,
        group="group",
        texts=["source"],
        notes=[
            "Negative favours more training. Only people allocated at random to one dose or "
            "another differ in the dose alone; between trials, whom they treated, what they "
            "trained and compared with differ too. A slope is told where at least two more trials "
            "than its model has coefficients tell the dose, and an interval where it has four "
            "degrees of freedom or more. Of a length that is told as a band of weeks a slope takes "
            "the middle, unless the row says otherwise.",
            *_left_out(rows, labels),
        ],
    )


def _within(rows: pd.DataFrame, labels: Labels) -> list[dict[str, str]]:
    group, lines = "Allocated at random within a trial", []
    for row in records(where(rows, statistic="dose_within")):
        decimals = decimals_of(measure := measure_label(labels, row.measure))
        lines.append(
            {
                "group": group,
                "row": f"{dose_label(labels, row)} ({measure.unit})",
                "value": cell(row, fixed(row.value, decimals)),
                "interval": link(row, span(row.lower, row.upper, decimals)),
                "source": sourced(row, sentence_case(str(row.method))),
            }
        )
    for row in records(where(rows, statistic="dose_stated")):
        lines.append(
            {
                "group": group,
                "row": sentence_case(str(row.comparator)),
                "value": cell(row, sentence_case(STATED_WORDS[int(row.value)])),
                "source": sourced(row, sentence_case(str(row.method))),
            }
        )
    return lines


def _between(rows: pd.DataFrame, measure: MeasureLabel, labels: Labels) -> list[dict[str, str]]:
    group = f"Between trials ({measure.unit})"
    return [
        {"group": group, "row": _name(row, words, reading, labels), **_numbers(row)}
        for statistic, words in SLOPES.items()
        for level in dict.fromkeys(where(rows, statistic=statistic)["level"])
        for reading in READINGS
        for row in records(where(rows, statistic=f"{statistic}{reading}", level=level))
    ]


def _numbers(row: Any) -> dict[str, str]:
    few = is_missing(row.lower) or is_missing(row.upper)
    bounds = "too few trials" if few else span(row.lower, row.upper, _SLOPE_DECIMALS)
    return {
        "value": cell(row, fixed(row.value, _SLOPE_DECIMALS)),
        "interval": link(row, bounds),
        "effects": "" if is_missing(row.n) else link(row, count(row.n)),
        "trials": "" if is_missing(row.n_observed) else link(row, count(row.n_observed)),
        "source": html.escape(sentence_case(str(row.method))),
    }


def _name(row: Any, words: str, reading: str, labels: Labels) -> str:
    taken = f"; {READINGS[reading]}" if reading else ""
    return f"{sentence_case(words)}, {_adjusted(row, labels)}{taken}"


def _adjusted(row: Any, labels: Labels) -> str:
    if row.level == "adjusted":
        return "adjusted for the comparator"
    return f"compared with {synthesis_label(labels, str(row.level))}"


def _left_out(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """Effects that tell no such dose, by the slopes that they are left out of."""
    told = []
    for pool in pooled_rows(rows):
        unit = html.escape(measure_label(labels, pool.measure).unit)
        name = html.escape(synthesis_label(labels, str(pool.level)))
        for slope, none in NO_DOSE.items():
            lacking = of_pool(rows, none, str(pool.level))
            if found := [link(row, study_label(labels, row)) for row in lacking]:
                start = f"{sentence_case(SLOPES[slope])}, compared with {name}, {unit}"
                told.append(f"{start}: {', '.join(found)}")
    words = "Left out of a slope, since no text tells the dose as a number or a band:"
    return [f"{words}{listed(told)}"] if told else []
