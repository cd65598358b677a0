"""What systematic reviews printed, each result with its source."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.abbreviations import written_out
from analysis.show.link import cell, link, sourced
from analysis.show.numbers import count, fixed, is_missing, span
from analysis.show.select import absent, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import sentence_case
from analysis.terms import Labels

_DECIMALS = 2
_HEADINGS = {
    "row": "Outcome",
    "effect": "Effect",
    "interval": "95 % interval",
    "trials": "Trials",
    "people": "People",
    "source": "Certainty; where read",
}


def reviews(rows: pd.DataFrame, labels: Labels) -> GT:
    """The pooled results of systematic reviews, as printed, grouped by what was compared.

    Args:
        rows: result rows `review`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    found = records(where(rows, statistic="review"))
    if not found:
        raise absent("<question>.review.<level>")
    return dress(
        [_line(row, labels) for row in found],
        found,
        labels,
        name="reviews",
        title="What systematic reviews printed",
        headings=_HEADINGS,
        group="group",
        texts=["source"],
        notes=[
            "As printed: nothing here was calculated. SMD, a difference in standard deviations; "
            "MD and WMD, a difference in points of the named scale. Reviews overlap: the same "
            "trials stand in several of them, so that their results must not be counted together.",
            *written_out(
                f"{row.comparator}; {_outcome(row, labels)}; {row.method}" for row in found
            ),
        ],
    )


def _line(row: Any, labels: Labels) -> dict[str, str]:
    line = {
        "group": sentence_case(str(row.comparator)),
        "row": sentence_case(_outcome(row, labels)),
        "effect": cell(row, fixed(row.value, _DECIMALS)),
        "interval": link(row, span(row.lower, row.upper, _DECIMALS)),
        "source": sourced(row, str(row.method)),
    }
    line |= {} if is_missing(row.n_observed) else {"trials": link(row, count(row.n_observed))}
    return line | ({} if is_missing(row.n) else {"people": link(row, count(row.n))})


def _outcome(row: Any, labels: Labels) -> str:
    return labels.studies.get(str(row.level), str(row.level))
