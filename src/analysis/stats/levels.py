"""Factors and their declared levels: the first category is the reference, never the alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Number

import pandas as pd
from pandas.api import types

from analysis.errors import ModelError, UsageError


def declare(frame: pd.DataFrame, *, ordered: str | None = None) -> pd.DataFrame:
    """Numbers stay numbers, categoricals stay factors, and the ordered column becomes one.

    Args:
        frame: the columns that a model names.
        ordered: a column that counts as a factor even when it holds numbers.

    Returns:
        The same rows; categories that occur in no row are left out.

    Raises:
        UsageError: a text column without declared levels, or a type that is neither.
    """
    made = {
        name: as_factor(column) if name == ordered else _one(column)
        for name, column in frame.items()
    }
    return pd.DataFrame(made, index=frame.index)


def as_factor(column: pd.Series) -> pd.Series:
    """A categorical as it is, or numbers as levels in their order."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _one(column)
    if types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
        levels = pd.Index(column.dropna().unique()).sort_values()
        if types.is_float_dtype(levels.dtype) and (levels == levels.astype("int64")).all():
            levels, column = levels.astype("int64"), column.astype("Int64")
        return column.astype(pd.CategoricalDtype(levels))
    raise _undeclared(column)


def _one(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        kept = column.cat.remove_unused_categories()
        if len(kept.cat.categories) and kept.cat.categories[0] != column.cat.categories[0]:
            raise ModelError(
                f"The reference level of {column.name} occurs in no row.",
                where=f"column {column.name}, level {column.cat.categories[0]}",
                why="Another level would quietly become the reference.",
                do=f'Declare it: data["{column.name}"].cat.remove_unused_categories(), or set the '
                "order of the categories.",
            )
        return kept
    if types.is_bool_dtype(column.dtype) or types.is_numeric_dtype(column.dtype):
        return column.astype(float)
    raise _undeclared(column)


def _undeclared(column: pd.Series) -> UsageError:
    place = f"column {column.name} ({column.dtype})"
    if column.dtype.kind in "mM" or isinstance(column.dtype, pd.PeriodDtype):
        return UsageError(
            f"The column {column.name} holds dates or durations.",
            where=place,
            why="A visit is a planned time, the same for everybody; dates differ from person to "
            "person, and a model needs numbers.",
            do="Make a column of numbers, for example the week of the visit.",
        )
    if types.is_bool_dtype(column.dtype):
        return UsageError(
            f"The column {column.name} holds true and false, not visits.",
            where=place,
            do="Name the column that holds the time of the visit, for example in weeks.",
        )
    if column.dtype == object and column.map(lambda value: isinstance(value, Number)).all():
        return UsageError(
            f"The column {column.name} holds numbers stored as objects.",
            where=place,
            why="Whether it is a covariate or a factor must be plain to see.",
            do=f'Turn it into numbers: data["{column.name}"] = pd.to_numeric('
            f'data["{column.name}"]), or make it a categorical.',
        )
    return UsageError(
        f"The column {column.name} holds text whose levels are not declared.",
        where=place,
        why="The first level is the reference; the alphabet must not choose it.",
        do=f'Declare it: data["{column.name}"] = pd.Categorical(data["{column.name}"], '
        "categories=[reference, ...]).",
    )


def with_levels(column: pd.Series, levels: Sequence[object]) -> tuple[pd.Series, int]:
    """The column as a factor with given levels, and how many values are none of them."""
    wanted = pd.Index(list(levels))
    codes = wanted.get_indexer(column.astype(object) if column.dtype == "category" else column)
    made = pd.Series(pd.Categorical.from_codes(codes, wanted), index=column.index)
    return made, int((codes < 0).sum())


def refuse_empty_levels(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with an outcome must show every level that the table shows."""
    for name, column in frame.items():
        if not isinstance(column.dtype, pd.CategoricalDtype):
            continue
        counts = column.value_counts(sort=False)
        empty = [str(level) for level in counts.index[counts == 0]]
        if empty:
            raise ModelError(
                f"No row of {name} {', '.join(empty)} has an outcome.",
                where=f"column {name}",
                why="Nothing can be estimated there, and leaving it out quietly would hide that.",
                do=f"Leave the rows of {', '.join(empty)} out of the table on purpose, or find "
                "their outcomes.",
            )
    return frame
