"""The effects of a question: its main method's rows, the week asked about, what stands beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.errors import ClaimError
from analysis.result.record import result_id
from analysis.show.select import (
    absent,
    maybe,
    none_if_missing,
    one_key,
    records,
    some,
    weeks_of,
    where,
)
from analysis.terms import Labels

# Effect rows of a question's further methods carry the method in `level`; the main method's carry
# none.


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The effect rows of one question about one measure, and the week that was asked about.

    Attributes:
        rows: all rows of the question and measure.
        statistic: `difference` between arms, or `change` in a study without a comparator.
        effects: the main method's rows at the week asked about, in the plan's order of arms.
    """

    rows: pd.DataFrame
    question: str
    measure: str
    week: int
    statistic: str
    effects: list[Any]


def effect_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The main method's differences between arms, or its changes where nothing is compared.

    Raises:
        ClaimError: neither is there.
    """
    for statistic in ("difference", "change"):
        found = where(rows, statistic=statistic, level=None)
        if len(found):
            return found
    raise absent("<question>.difference.<measure>.<week>.<arm>")


def answer(rows: pd.DataFrame, labels: Labels, week: int | None = None) -> Answer:
    """What the rows answer, at the week asked about.

    Args:
        rows: the result rows of one question about one measure; other rows may stand beside them.
        labels: the study's words.
        week: the week to speak of; None takes the week that the question asked about.

    Raises:
        ClaimError: no effect, several questions, or no effect at that week.
    """
    effects = effect_rows(rows)
    question, measure = one_key(effects, "question"), one_key(effects, "measure")
    own = where(where(rows, question=question), measure=measure)
    week = week or week_asked(own, effects, labels)
    statistic = effects["statistic"].iloc[0]
    found = some(where(effects, week=week), result_id(question, statistic, measure, int(week)))
    order = {arm: place for place, arm in enumerate(labels.arms)}
    found = sorted(records(found), key=lambda row: order.get(row.arm, len(order)))
    return Answer(
        rows=own,
        question=question,
        measure=measure,
        week=int(week),
        statistic=statistic,
        effects=found,
    )


def week_asked(rows: pd.DataFrame, effects: pd.DataFrame, labels: Labels) -> int:
    """The week that a question asked about, as its rows tell it.

    The interval's level and the residual spread are given at that week only. Where neither is
    there, a single week is the answer, else the end of the programme.

    Raises:
        ClaimError: the rows do not tell.
    """
    marks = [
        where(rows, statistic="interval_level"),
        where(rows, statistic="diagnostic_residual_sd"),
        effects,
    ]
    for weeks in map(weeks_of, marks):
        if len(weeks) == 1:
            return weeks[0]
    if labels.programme_weeks in weeks_of(effects):
        return labels.programme_weeks
    raise ClaimError(
        "The rows do not tell which week was asked about.",
        where=f"weeks {', '.join(str(week) for week in weeks_of(effects))}",
        why="The answer at another week answers another question.",
        do="Pass week=... .",
    )


def other_methods(rows: pd.DataFrame, effect: Any) -> list[Any]:
    """The rows of the question's further methods beside an effect."""
    same = {key: getattr(effect, key) for key in ("question", "statistic", "measure", "week")}
    same |= {key: none_if_missing(getattr(effect, key)) for key in ("arm", "comparator")}
    found = where(rows, **same)
    return records(found[found["level"].notna()])


def adjusted_row(rows: pd.DataFrame, effect: Any) -> Any | None:
    """The same comparison of the main method among those of its family, if the plan has one."""
    if effect.statistic != "difference" or not pd.isna(effect.level):
        return None
    same = {key: getattr(effect, key) for key in ("question", "measure", "week", "arm")}
    return maybe(rows, statistic="difference_adjusted", **same)
