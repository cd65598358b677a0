"""The headings under which harms are counted: their words, their order and their groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.select import one_key, some, where
from analysis.show.words import sentence_case
from analysis.terms import SMALL_GROUP

MAIN, GRADES, TYPES, SERIOUS = "All events", "By grade", "By kind", "Serious events"
ANY_SERIOUS = "serious adverse event"
_PREFIX = {"grade": GRADES, "type": TYPES, "serious": SERIOUS}
_RELATED = {
    "yes": "Judged related to the programme",
    "no": "Judged not related",
    "unknown": "Relatedness unknown",
    "not stated": "Relatedness not stated",
}
FEW_PEOPLE = (
    "Behind some of these counts stand fewer than five people, who could be recognised: look at "
    "the table before it leaves your hands."
)


def harm_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of harms of one question.

    Raises:
        ClaimError: none there, or of several questions.
    """
    found = some(
        rows[rows["statistic"].isin(_STATISTICS)], "<question>.harm_people.<week>.<arm>.<heading>"
    )
    one_key(found, "question")
    return found


_STATISTICS = ("harm_people", "harm_events", "harm_events_followed", "harm_risk", "harm_rate")
_STATISTICS += ("risk_difference",)


def group_of(level: str) -> str:
    """The group that a heading stands in."""
    return _PREFIX.get(level.partition(": ")[0], MAIN)


def levels_of(rows: pd.DataFrame, *groups: str) -> list[str]:
    """The headings of these groups, in the order of the rows."""
    return [level for level in dict.fromkeys(rows["level"].dropna()) if group_of(level) in groups]


def heading(level: str) -> str:
    """A heading in words, as it stands at the start of a line."""
    kind, _, rest = level.partition(": ")
    if kind == "related":
        return _RELATED[rest]
    if kind == "grade":
        return "Grade not stated" if rest == "not stated" else f"Grade {rest}"
    rest = rest.replace(": ", ", ")
    return sentence_case("kind not stated" if rest == "not stated" else rest or level)


def few(rows: list[Any]) -> list[str]:
    """The caution where a count is of fewer than five people, and not of nobody."""
    counts = [row.value for row in rows if row.statistic == "harm_people"]
    return [FEW_PEOPLE] if any(0 < value < SMALL_GROUP for value in counts) else []


def at_week(rows: pd.DataFrame, week: int) -> pd.DataFrame:
    """The rows counted up to the end of a week."""
    return where(rows, week=week)
