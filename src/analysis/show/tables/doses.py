"""The dose of training: what trials allocated at random, and slopes between trials, kept apart."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import (
    SLOPES,
    STATED_WORDS,
    dose_label,
    of_measure,
    own_rows,
    pooled_rows,
    synthesis_label,
)
from analysis.show.link import cell, link, sourced
from analysis.show.numbers import count, decimals_of, fixed, is_missing, span
from analysis.show.select import records, where
from analysis.show.tables.dress import dress
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
            "than its model has coefficients tell the dose."
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
    lines = []
    for statistic, words in SLOPES.items():
        for row in records(where(rows, statistic=statistic)):
            lines.append(
                {
                    "group": f"Between trials ({measure.unit})",
                    "row": f"{sentence_case(words)}, {_adjusted(row, labels)}",
                    "value": cell(row, fixed(row.value, _SLOPE_DECIMALS)),
                    "interval": link(row, span(row.lower, row.upper, _SLOPE_DECIMALS)),
                    "effects": "" if is_missing(row.n) else link(row, count(row.n)),
                    "trials": ""
                    if is_missing(row.n_observed)
                    else link(row, count(row.n_observed)),
                    "source": html.escape(sentence_case(str(row.method))),
                }
            )
    return lines


def _adjusted(row: Any, labels: Labels) -> str:
    if row.level == "adjusted":
        return "adjusted for the comparator"
    return f"compared with {synthesis_label(labels, str(row.level))}"
