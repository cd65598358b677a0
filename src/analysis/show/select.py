"""Find the result rows that are to be shown; a row that is not there is named."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ClaimError
from analysis.result.record import result_id
from analysis.terms import Labels


def where(rows: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """The rows whose columns equal the given values; None means an empty cell."""
    return rows[_equal(rows, equal)]


def records(rows: pd.DataFrame) -> list[Any]:
    """Rows as named tuples, in order."""
    make = _row_type(tuple(rows.columns))._make
    return [make(cells) for cells in zip(*(rows[name] for name in rows.columns), strict=True)]


def maybe(rows: pd.DataFrame, **equal: Any) -> Any | None:
    """The first row with these values, or None."""
    places = np.flatnonzero(_equal(rows, equal))
    return records(rows.iloc[places[0] : places[0] + 1])[0] if len(places) else None


def _equal(rows: pd.DataFrame, equal: Mapping[str, Any]) -> np.ndarray:
    # All columns are compared before any row is taken, which costs more.
    same = np.ones(len(rows), bool)
    for column, wanted in equal.items():
        own = rows[column].isna() if wanted is None else rows[column].eq(wanted)
        same &= own.to_numpy(dtype=bool, na_value=False)
    return same


@cache
def _row_type(columns: tuple[str, ...]) -> Any:
    # Making the class takes as long as filling a hundred rows.
    return namedtuple("Row", columns)


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
