"""Find the result rows that are to be shown; a row that is not there is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.errors import ClaimError
from analysis.result.record import result_id
from analysis.terms import Labels

# Effect rows of a question's further methods carry the method in `level`; the main method's carry
# none.


def where(rows: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """The rows whose columns equal the given values; None means an empty cell."""
    for column, wanted in equal.items():
        same = rows[column].isna() if wanted is None else rows[column].eq(wanted)
        rows = rows[same.to_numpy(dtype=bool, na_value=False)]
    return rows


def records(rows: pd.DataFrame) -> list[Any]:
    """Rows as named tuples, in order."""
    return list(rows.itertuples(index=False, name="Row"))


def maybe(rows: pd.DataFrame, **equal: Any) -> Any | None:
    """The first row with these values, or None."""
    found = records(where(rows, **equal))
    return found[0] if found else None


def need(rows: pd.DataFrame, question: str, statistic: str, **equal: Any) -> Any:
    """The first row of a statistic with these values.

    Raises:
        ClaimError: no such row; names the id that it would have.
    """
    found = maybe(rows, question=question, statistic=statistic, **equal)
    if found is None:
        parts = [equal.get(part) for part in ("measure", "week", "arm", "level")]
        parts[1] = None if parts[1] is None else int(parts[1])
        raise absent(result_id(question, statistic, *parts))
    return found


def some(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows found, where there are any.

    Raises:
        ClaimError: there is none; names the id that it would have.
    """
    if found.empty:
        raise absent(name)
    return found


def by_week(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    """The rows of a statistic that is told by arm and week, of one question and measure.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = some(where(rows, statistic=statistic), f"<question>.{statistic}.<measure>.<week>.<arm>")
    one_key(found, "question")
    one_key(found, "measure")
    return found


def absent(name: str) -> ClaimError:
    """The error for a result that is not there."""
    return ClaimError(
        f"There is no result '{name}'.",
        where="result rows",
        why="Nothing may be said or drawn that has no result behind it.",
        do="Ask the question that gives this result first, or pass its rows too.",
    )


def one_key(rows: pd.DataFrame, column: str) -> str:
    """The only value of a column.

    Raises:
        ClaimError: the rows mix several; says how to choose.
    """
    keys = list(rows[column].dropna().unique())
    if len(keys) != 1:
        raise ClaimError(
            f"The rows hold {len(keys)} values of '{column}' where one is wanted.",
            where=", ".join(str(key) for key in keys) or column,
            why="Numbers of different questions would stand side by side as if they were one.",
            do=f"Pass the rows of one {column}, such as rows[rows['{column}'] == ...].",
        )
    return str(keys[0])


def weeks_of(rows: pd.DataFrame) -> list[int]:
    """The weeks of rows, in order."""
    return sorted(int(week) for week in rows["week"].dropna().unique())


def arms_of(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """The arms of rows in the plan's order, the reference arm first."""
    present = set(rows["arm"].dropna())
    return [*(arm for arm in labels.arms if arm in present), *sorted(present - set(labels.arms))]


def in_order(rows: pd.DataFrame, labels: Labels) -> list[Any]:
    """Rows by arm, in the plan's order of arms; rows without an arm are left out."""
    return [row for arm in arms_of(rows, labels) for row in records(where(rows, arm=arm))]


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


def thresholds(
    rows: pd.DataFrame, labels: Labels, question: str, measure: str, kind: str
) -> list[tuple[str, Any]]:
    """The names and rows of a measure's thresholds of one kind, in points of the measure.

    Raises:
        ClaimError: the plan has a threshold of this kind and the rows do not.
    """
    names = [t.name for t in labels.measures[measure].thresholds if t.kind == kind]
    found = []
    for name in names:
        # The kind stands before the name where two kinds could share a name.
        plain = maybe(rows, question=question, statistic="threshold", measure=measure, level=name)
        full = f"{kind}: {name}"
        found.append(
            (name, plain or need(rows, question, "threshold", measure=measure, level=full))
        )
    return found


def column_values(rows: Sequence[Any], column: str) -> list[str]:
    """The different texts of a column, in order of appearance, without empty cells."""
    found = (getattr(row, column) for row in rows)
    return list(dict.fromkeys(str(value) for value in found if not pd.isna(value)))


def none_if_missing(value: Any) -> Any | None:
    """None for an empty cell, else the value."""
    return None if pd.isna(value) else value
