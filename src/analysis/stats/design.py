"""From a formula and a table to the design matrix, its column names and its factor levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from pandas.api import types

from analysis.errors import ModelError, UsageError

from .arguments import refuse_no_frame
from .formula import parse_formula, sides, work_out
from .levels import declare, refuse_empty_levels


@dataclass(frozen=True)
class Design:
    """The rows that a model uses, as numbers.

    X is rows x columns, y one outcome a row; frame holds the columns that the right side of the
    formula names, of the used rows only; factors maps a factor to its levels, reference first.
    """

    formula: str
    names: tuple[str, ...]
    X: np.ndarray
    y: np.ndarray
    spec: ModelSpec
    frame: pd.DataFrame
    factors: dict[str, tuple]
    rows: np.ndarray
    n_dropped: int

    def with_outcome(self) -> np.ndarray:
        """The design columns and last the outcome, column by column in memory."""
        made = np.empty((len(self.y), self.X.shape[1] + 1), order="F")
        made[:, :-1], made[:, -1] = self.X, self.y
        return made

    @property
    def n_observations(self) -> int:
        """Rows used."""
        return len(self.y)

    @cached_property
    def means(self) -> dict[str, float]:
        """The mean of each covariate that is no factor, over the rows used."""
        return {
            name: float(column.mean())
            for name, column in self.frame.items()
            if not isinstance(column.dtype, pd.CategoricalDtype)
        }

    def cells(self, factors: Sequence[str]) -> np.ndarray:
        """Rows used at each combination of these factors, one axis a factor."""
        codes = [self.frame[name].cat.codes.to_numpy() for name in factors]
        sizes = [len(self.factors[name]) for name in factors]
        counts = np.bincount(np.ravel_multi_index(codes, sizes), minlength=int(np.prod(sizes)))
        return counts.reshape(sizes)

    @property
    def index(self) -> pd.Index:
        """The labels of the used rows in the table that was given."""
        return self.frame.index


def build_design(
    formula: str, data: pd.DataFrame, *, ordered: str | None = None, also: tuple[str, ...] = ()
) -> Design:
    """Read the formula against the table and keep the rows whose outcome is known.

    Args:
        formula: `outcome ~ terms` in formulaic's language.
        data: one row an observation.
        ordered: a column that is a factor even when it holds numbers (levels in their order).
        also: further columns that must be known in every used row.

    Returns:
        The design of the used rows.

    Raises:
        UsageError: a formula that cannot be read, an unknown column, levels that are not declared.
        ModelError: no row with an outcome, or an outcome whose covariates are missing.
    """
    refuse_no_frame(data)
    parsed = parse_formula(formula)
    left, right = sides(parsed)
    needed = list(dict.fromkeys([*right, *([ordered] if ordered else []), *also]))
    refuse_unknown_columns(data, [*left, *needed])
    rows = np.flatnonzero(data[left].notna().all(axis=1).to_numpy())
    if not len(rows):
        raise ModelError(
            "There is nothing to fit: no row has an outcome.",
            where=f"column {', '.join(left)}",
            do="Check that the outcome column is the one meant and that it was read as numbers.",
        )
    used = data.iloc[rows]
    refuse_no_numbers(used, left)
    refuse_missing_covariates(used, needed)
    factor_columns = list(dict.fromkeys([*right, *([ordered] if ordered else [])]))
    whole = declare(data[factor_columns], ordered=ordered)
    frame = refuse_empty_levels(whole.iloc[rows])
    y, X, names, spec = model_matrices(parsed, frame[right], used[left])
    return Design(
        formula=formula,
        names=names,
        X=X,
        y=y,
        spec=spec,
        frame=frame,
        factors={name: tuple(frame[name].cat.categories) for name in _factors(frame, right)},
        rows=rows,
        n_dropped=len(data) - len(rows),
    )


def refuse_unknown_columns(data: pd.DataFrame, names: list[str]) -> None:
    """The data are a table, and columns that are named exist in it, once."""
    if not isinstance(data, pd.DataFrame):
        raise UsageError(
            f"The data are a {type(data).__name__}, not a table.",
            where="data",
            do="Give a pandas DataFrame: pandas.DataFrame(data) makes one of a dict or of rows.",
        )
    unknown = [name for name in dict.fromkeys(names) if name not in data.columns]
    if unknown:
        raise UsageError(
            f"The table has no column {', '.join(unknown)}.",
            where=f"columns at hand: {', '.join(map(str, data.columns))}",
            do="Correct the formula or the column names.",
        )
    double = [name for name in dict.fromkeys(names) if list(data.columns).count(name) > 1]
    if double:
        raise UsageError(
            f"The table has several columns {', '.join(double)}.",
            where="column names",
            why="It cannot be told which of them is meant.",
            do="Rename or drop the others.",
        )


def refuse_no_numbers(used: pd.DataFrame, names: list[str]) -> None:
    """What must be numbers is held as real numbers."""
    for name in names:
        kind = used[name].dtype
        if not types.is_numeric_dtype(kind) or types.is_complex_dtype(kind):
            raise UsageError(
                f"The column {name} is not held as numbers.",
                where=f"column {name} ({kind})",
                why="Text would have to be guessed at, value by value.",
                do=f'Turn it into numbers first: data["{name}"] = pd.to_numeric(data["{name}"]).',
            )


def refuse_missing_covariates(used: pd.DataFrame, names: list[str]) -> None:
    """Rows with an outcome know all else that the model needs."""
    counts = used[names].isna().sum()
    holes = counts[counts > 0]
    if len(holes):
        listed = ", ".join(f"{name} ({count} rows)" for name, count in holes.items())
        raise ModelError(
            f"Rows with an outcome have no value in: {listed}.",
            where=f"columns {', '.join(map(str, holes.index))}",
            why="Leaving these rows out quietly would change who is compared.",
            do="Complete the columns, impute them, or leave the rows out on purpose beforehand.",
        )


def _factors(frame: pd.DataFrame, names: list[str]) -> list[str]:
    return [name for name in names if isinstance(frame[name].dtype, pd.CategoricalDtype)]


def model_matrices(
    parsed: Formula, right: pd.DataFrame, left: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], ModelSpec]:
    """The outcome, the design, the design's column names, and how to make it again."""
    table = pd.concat([left, right.drop(columns=left.columns.intersection(right.columns))], axis=1)
    made = work_out(parsed, table)
    y = made.lhs.to_numpy(dtype=float)
    if y.shape[1] != 1:
        raise UsageError("The outcome must be one column of numbers.", where="left of the ~")
    if not made.rhs.shape[1]:
        raise UsageError(
            "The formula has no term on its right side.",
            where="right of the ~",
            do="Write y ~ 1 for a mean alone.",
        )
    spec, X = made.rhs.model_spec, made.rhs.to_numpy(dtype=float)
    _refuse_hidden_factors(spec, right)
    if not (np.isfinite(y).all() and np.isfinite(X).all()):
        raise ModelError(
            "The outcome or a term of the formula is not finite in some rows.",
            where="infinite values, or a logarithm of zero or less",
            do="Correct the values or the transformation.",
        )
    return y[:, 0], X, tuple(made.rhs.columns), spec


def _refuse_hidden_factors(spec: ModelSpec, frame: pd.DataFrame) -> None:
    """C(x) of a numeric column has levels that nobody declared."""
    for factor, (kind, _) in spec.encoder_state.items():
        if kind.value == "categorical" and str(factor) not in _factors(frame, list(frame)):
            raise UsageError(
                f"{factor} makes a factor inside the formula.",
                why="Its reference level would not be declared anywhere.",
                do="Turn the column into a pandas categorical and name the column itself.",
            )
