"""Rows about published studies: which synthesis they belong to, and the words of each study."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.select import absent, records, where
from analysis.show.words import measure_label
from analysis.terms import Labels

# The level of a row about one effect is `synthesis:key of the effect`.
SEPARATOR = ":"


# The doses of an effect, by the statistic that tells them; and that which names who does not.
WEEKS = "weeks"
DOSES = {
    WEEKS: "Weeks of training",
    "sessions_a_week": "Sessions a week",
    "sessions_in_all": "Sessions in all",
}
SLOPES = {
    "slope": "a week longer",
    "slope_sessions_a_week": "a session a week more",
    "slope_sessions_in_all": "a session more in all",
}
NO_DOSE = {
    "slope": "no_weeks",
    "slope_sessions_a_week": "no_sessions_a_week",
    "slope_sessions_in_all": "no_sessions_in_all",
}
# What a length that is told as a band of weeks was taken to be, by the end of a statistic.
READINGS = {
    "": "bands of weeks at their middle",
    "_shortest": "bands of weeks at their shorter end",
    "_longest": "bands of weeks at their longer end",
}
TOO_FEW = "too few trials for an interval to be relied on"
# What a source states without a number, by the sign of its row.
STATED_WORDS = {-1: "the first did better", 0: "no difference found", 1: "the second did better"}


def own_rows(rows: pd.DataFrame, beside: str = "weight") -> pd.DataFrame:
    """The rows of the first question that pools published effects, where others stand beside.

    Args:
        rows: result rows of one or more questions.
        beside: a statistic that the question must have too.

    Raises:
        ClaimError: no pool.
    """
    asked = set(where(rows, statistic=beside)["question"])
    pools = [row.question for row in pooled_rows(rows) if row.question in asked]
    if not pools:
        raise absent(f"<question>.{beside}.<measure>.<synthesis>")
    return where(rows, question=pools[0])


def pooled_rows(rows: pd.DataFrame) -> list[Any]:
    """The pools of a question, the main one first.

    Raises:
        ClaimError: no such rows.
    """
    found = records(where(rows, statistic="pooled"))
    if not found:
        raise absent("<question>.pooled.<measure>.<synthesis>")
    return found


def first_measure(rows: pd.DataFrame) -> list[Any]:
    """The pools of the measure that a question's first pool is of.

    Raises:
        ClaimError: no pool.
    """
    found = pooled_rows(rows)
    return [row for row in found if row.measure == found[0].measure]


def on_one_axis(found: list[Any], labels: Labels) -> list[Any]:
    """The pools whose effects can stand on the axis of the first: one unit, one better side."""

    def scale(row: Any) -> tuple[str, bool]:
        measure = measure_label(labels, row.measure)
        return measure.unit, measure.lower_is_better

    return [row for row in found if scale(row) == scale(found[0])]


def of_pool(rows: pd.DataFrame, statistic: str, key: str) -> list[Any]:
    """The rows of a statistic about single effects of a synthesis, in the plan's order."""
    own = where(rows, statistic=statistic)
    return records(own[own["level"].fillna("").str.startswith(f"{key}{SEPARATOR}")])


def of_measure(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows about one measure."""
    return where(rows, measure=measure)


def doses_of(rows: pd.DataFrame, pool: Any, dose: str) -> list[Any | None]:
    """The row of the dose of each effect of a pool, in the order of its effects; None where it is
    not told. Of a band of weeks the value is its middle, and the ends stand beside it.

    Args:
        rows: the question's result rows.
        pool: the row `pooled` of the synthesis.
        dose: a key of `DOSES`.
    """
    known = {row.level: row for row in of_pool(rows, dose, str(pool.level))}
    return [known.get(row.level) for row in of_pool(rows, "effect", str(pool.level))]


def dose_label(labels: Labels, row: Any) -> str:
    """The words of two doses that a trial compared."""
    return labels.studies.get(str(row.level), str(row.comparator))


def at_pool(rows: pd.DataFrame, statistic: str, key: str) -> Any | None:
    """The row of a statistic about a whole synthesis; None if it is not told."""
    found = records(where(rows, statistic=statistic, level=key))
    return found[0] if found else None


def effect_key(row: Any) -> str:
    """Key of the effect that a row is about."""
    return str(row.level).partition(SEPARATOR)[2]


def synthesis_label(labels: Labels, key: str) -> str:
    """The words of a synthesis; its key where the study has none."""
    return labels.syntheses.get(key, key)


def study_label(labels: Labels, row: Any) -> str:
    """The words of the study behind an effect; its key where there are none."""
    key = effect_key(row)
    return labels.studies.get(key, key)
