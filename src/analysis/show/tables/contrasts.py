"""What single trials print or state of two arms, each with its source."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.abbreviations import written_out
from analysis.show.evidence import STATED_WORDS
from analysis.show.link import cell, link, sourced
from analysis.show.numbers import count, fixed, is_missing, span
from analysis.show.select import absent, records
from analysis.show.tables.dress import dress
from analysis.show.words import sentence_case
from analysis.terms import Labels

_DECIMALS = 2
_HEADINGS = {
    "row": "The first arm against the second",
    "week": "Week",
    "value": "Difference, or what is stated",
    "interval": "95 % interval",
    "people": "People",
    "source": "What; where read",
}


def contrasts(rows: pd.DataFrame, labels: Labels) -> GT:
    """Comparisons of two arms that texts print with an interval, or state without a number.

    Args:
        rows: result rows `contrast` and `stated`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    found = records(rows[rows["statistic"].isin(["contrast", "stated"])])
    if not found:
        raise absent("<question>.contrast.<comparison>")
    return dress(
        [_line(row) for row in found],
        found,
        labels,
        name="contrasts",
        title="What single trials print or state of two arms",
        headings=_HEADINGS,
        texts=["source"],
        notes=[
            "As printed, the first arm minus the second in the unit of the instrument; nothing "
            "here was pooled. A p value or a sentence tells at most which arm did better; that no "
            "difference was found does not show that there is none.",
            *written_out(f"{row.comparator}; {row.method}" for row in found),
        ],
    )


def _line(row: Any) -> dict[str, str]:
    line = {
        "row": sentence_case(str(row.comparator)),
        "source": sourced(row, sentence_case(str(row.method))),
    }
    line |= {} if is_missing(row.week) else {"week": link(row, count(row.week))}
    line |= {} if is_missing(row.n) else {"people": link(row, count(row.n))}
    if row.statistic == "stated":
        return line | {"value": cell(row, sentence_case(STATED_WORDS[int(row.value)]))}
    bounds = span(row.lower, row.upper, _DECIMALS)
    return line | {"value": cell(row, fixed(row.value, _DECIMALS)), "interval": link(row, bounds)}
