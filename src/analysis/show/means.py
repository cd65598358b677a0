"""Which means the rows hold, and what they are means of."""

from __future__ import annotations

import re

import pandas as pd

from analysis.show.numbers import interval_level
from analysis.show.select import absent, maybe, one_key, where
from analysis.show.words import inside
from analysis.terms import MeasureLabel


def mean_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The main method's means by arm and week.

    Raises:
        ClaimError: none there, or several questions.
    """
    for statistic in ("ls_mean", "change"):
        found = where(rows, statistic=statistic, level=None)
        if len(found):
            one_key(found, "question")
            return found
    raise absent("<question>.ls_mean.<measure>.<week>.<arm>")


def quantity(means: pd.DataFrame, measure: MeasureLabel) -> str:
    """`Mean change in ...`, or `Mean ...` where the method's formula models the score itself."""
    methods = means["method"].dropna()
    if any(re.search(r"\bvalue ~", method) for method in methods):
        return f"Mean of {inside(measure.label)}"
    return f"Mean change in {inside(measure.label)} from baseline"


def interval_words(rows: pd.DataFrame, question: str) -> str:
    """`95 % interval`; without a row that gives the level, only `interval`. Not a link."""
    level = maybe(rows, question=question, statistic="interval_level")
    if level is None:
        return "interval"
    return f"{interval_level(level.value)}\N{NO-BREAK SPACE}% interval"
