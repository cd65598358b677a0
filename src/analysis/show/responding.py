"""Which rows tell of responders: by threshold and by way of treating missing scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import MISSING, fixed, is_missing, percent
from analysis.show.select import absent, maybe, one_key, records, some, where
from analysis.show.words import inside, measure_label
from analysis.terms import Labels, ThresholdLabel

PERCENT_SCALE = "percent of baseline"
UNADJUSTED = "unadjusted"
POINTS_DECIMALS = 1


@dataclass(frozen=True)
class Responders:
    """The rows of one question about responders.

    Attributes:
        rows: all rows of the question.
        question, measure: their keys.
        week: the week asked about.
        thresholds: names in the order of the question, the main one first.
        handlings: rows that name the ways of treating missing scores, the main one first.
    """

    rows: pd.DataFrame
    question: str
    measure: str
    week: int
    thresholds: list[str]
    handlings: list[Any]

    @property
    def main(self) -> str:
        """Key of the main way of treating missing scores."""
        return str(self.handlings[0].level)

    def of(self, statistic: str, threshold: str, handling: str = "", way: str = "") -> pd.DataFrame:
        """The rows of a statistic for a threshold; under the main handling unless one is named."""
        level = f"{threshold}: {handling or self.main}" + (f", {way}" if way else "")
        return where(self.rows, statistic=statistic, level=level)

    def at_week(
        self, statistic: str, threshold: str, arm: str, handling: str = "", way: str = ""
    ) -> Any | None:
        """The row of an arm at the week asked about, or None."""
        return maybe(self.of(statistic, threshold, handling, way), arm=arm, week=self.week)

    def size(self, threshold: str) -> Any:
        """The row that holds the size of a threshold."""
        found = maybe(self.rows, statistic="responder_threshold", level=threshold)
        if found is None:
            raise absent(f"{self.question}.responder_threshold.{self.measure}.{threshold}")
        return found


def responders(rows: pd.DataFrame) -> Responders:
    """The rows of one question about responders, and what they are about.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    named = some(
        where(rows, statistic="responder_handling"),
        "<question>.responder_percent.<measure>.<week>.<arm>.<threshold>",
    )
    question, measure = one_key(named, "question"), one_key(named, "measure")
    own = where(rows, question=question, measure=measure)
    level = where(own, statistic="interval_level")
    return Responders(
        rows=own,
        question=question,
        measure=measure,
        week=int(level["week"].iloc[0]),
        thresholds=[str(r.level) for r in records(where(own, statistic="responder_threshold"))],
        handlings=sorted(
            records(where(own, statistic="responder_handling")), key=lambda r: r.value
        ),
    )


def threshold_label(labels: Labels, measure: str, name: str) -> ThresholdLabel:
    """A threshold's scale and citation by its name."""
    found = (t for t in measure_label(labels, measure).thresholds if t.name == name)
    return next(found)


def at_least(found: Responders, labels: Labels, threshold: str) -> str:
    """`at least 30 % less pain intensity`, `at least 15 mm less pain intensity`, plain text."""
    measure = measure_label(labels, found.measure)
    which = threshold_label(labels, found.measure, threshold)
    more = "less" if measure.lower_is_better else "more"
    unit = "%" if which.scale == PERCENT_SCALE else measure.unit
    size = f"{found.size(threshold).value:g}\N{NO-BREAK SPACE}{unit}"
    return f"at least {size} {more} {inside(measure.label)}"


def linked_at_least(found: Responders, labels: Labels, threshold: str) -> str:
    """The same as inline HTML, the size leading to its row."""
    row = found.size(threshold)
    size = f"{row.value:g}"
    before, after = at_least(found, labels, threshold).split(size, 1)
    return f"{prose(before)}{link(row, size)}{prose(after)}"


def needed_words(row: Any) -> str:
    """A number needed to treat with its interval as it must be read, plain text.

    `5.2 (2.9 to 21.3)`, `11.2 to benefit (benefit 4.1, through no difference, to harm 15.6)`, and
    `harm 8.0 (harm 4.1 to harm 20.2)`. Only the signs are read; nothing is calculated.
    """
    if is_missing(row.lower) or is_missing(row.upper):
        return MISSING
    value, lower, upper = (_needed(x) for x in (row.value, row.lower, row.upper))
    if row.lower > 0 and row.upper > 0:
        return f"{value} ({lower} to {upper})"
    if row.lower < 0 and row.upper < 0:
        return f"harm {value} (harm {upper} to harm {lower})"
    side = "benefit" if row.value > 0 else "harm"
    return f"{side} {value} (benefit {lower}, through ∞, to harm {upper})"


def _needed(value: float) -> str:
    return fixed(abs(value), POINTS_DECIMALS)


def share_words(row: Any) -> str:
    """A share with its interval: `48 % (38 to 58)`, plain text."""
    shown = percent(row.value, row.n)
    if is_missing(row.lower) or is_missing(row.upper):
        return shown
    return f"{shown} ({fixed(row.lower, 0)} to {fixed(row.upper, 0)})"


def points_words(row: Any) -> str:
    """A difference of shares with its interval: `19.4 (4.7 to 34.1)`, plain text."""
    bounds = (row.value, row.lower, row.upper)
    value, lower, upper = (fixed(each, POINTS_DECIMALS) for each in bounds)
    return f"{value} ({lower} to {upper})"


def ratio_words(row: Any) -> str:
    """A ratio with its interval: `1.68 (1.10 to 2.56)`, plain text."""
    value, lower, upper = (fixed(each, 2) for each in (row.value, row.lower, row.upper))
    return f"{value} ({lower} to {upper})"
