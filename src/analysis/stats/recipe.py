"""How rows of any chunk become numbers: one formula, one set of levels, for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import ModelSpec
from pandas.api import types

from analysis.errors import ModelError, UsageError

from .asked import Asked
from .basis import Basis, find_basis
from .design import (
    model_matrices,
    refuse_missing_covariates,
    refuse_no_numbers,
    refuse_unknown_columns,
)
from .digest import Digest
from .formula import parse_formula
from .levels import as_factor, with_levels

# Rows a coefficient in a sample that settles the basis; with fewer, columns explain by chance.
ENOUGH = 5


@dataclass(frozen=True)
class Recipe:
    """What `prepare` settles once; it travels to every chunk and every worker.

    left, right: columns of the formula's sides. factors: levels of every factor, the visit's and
    the group's among them. outcome, terms: how formulaic makes y and X. basis: of the sums, one
    for all chunks, so that they can be added.
    """

    asked: Asked
    left: tuple[str, ...]
    right: tuple[str, ...]
    factors: dict[str, tuple]
    names: tuple[str, ...]
    outcome: ModelSpec
    terms: ModelSpec
    basis: Basis

    @property
    def n_visits(self) -> int:
        """How many visits there are."""
        return len(self.factors[self.asked.visit])

    @property
    def groups(self) -> tuple:
        """The levels with a Sigma each; empty for one Sigma."""
        return self.factors[self.asked.group] if self.asked.group else ()

    @property
    def visits(self) -> pd.Index:
        """The visits in their order."""
        return pd.Index(self.factors[self.asked.visit], name=self.asked.visit)

    @property
    def covariates(self) -> list[str]:
        """Columns of the right side that are no factors."""
        return [name for name in self.right if name not in self.factors]

    def typed(self, used: pd.DataFrame) -> pd.DataFrame:
        """Factors with their levels, all else as numbers.

        Raises:
            ModelError: values that are not among the levels.
        """
        made, strange = {}, []
        for name in dict.fromkeys([*self.right, *self.factors]):
            column = used[name]
            if name in self.factors:
                made[name], count = with_levels(column, self.factors[name])
                strange += [f"{name} ({count} rows)"] if count else []
            else:
                made[name] = column.astype(float)
        if strange:
            raise ModelError(
                f"Rows hold levels that were not declared: {', '.join(strange)}.",
                why="They would have to be left out, or become a level of their own.",
                do="Declare every level (levels={...}, written as the file has them), or leave "
                "these rows out on purpose beforehand.",
            )
        return pd.DataFrame(made, index=used.index)

    def matrices(self, typed: pd.DataFrame, used: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """X and y of used rows.

        Raises:
            ModelError: a value that is not finite.
        """
        X = self.terms.get_model_matrix(typed[list(self.right)], context={}).to_numpy(dtype=float)
        y = self.outcome.get_model_matrix(used[list(self.left)], context={}).to_numpy(dtype=float)
        if not (np.isfinite(X).all() and np.isfinite(y).all()):
            raise ModelError(
                "The outcome or a term of the formula is not finite in some rows.",
                where="infinite values, or a logarithm of zero or less",
                do="Correct the values or the transformation.",
            )
        return X, y[:, 0]

    def used(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """The rows whose outcome is known; they know all else that is needed.

        Raises:
            UsageError: an unknown column, or text where numbers must be.
            ModelError: an outcome beside a missing covariate.
        """
        refuse_unknown_columns(chunk, self.asked.columns)
        used = chunk[chunk[list(self.left)].notna().all(axis=1)]
        weights = [self.asked.weights] if self.asked.weights else []
        refuse_no_numbers(used, [*self.left, *self.covariates, *weights])
        refuse_missing_covariates(used, [c for c in self.asked.columns if c not in self.left])
        return used

    def digest(
        self,
        means: Mapping[str, float],
        seen: np.ndarray,
        rows: np.ndarray,
        n_observations: int,
        n_dropped: int,
    ) -> Digest:
        """What is left of the design once the rows are summed."""
        factors = {name: self.factors[name] for name in self.right if name in self.factors}
        places = [list(self.factors).index(name) for name in factors]
        return Digest(
            self.asked.formula,
            self.names,
            self.terms,
            factors,
            dict(means),
            seen[:, places],
            rows,
            n_observations,
            n_dropped,
        )


def prepare(asked: Asked, sample: pd.DataFrame) -> Recipe:
    """Settle levels, columns and names from the declared levels and some rows with an outcome.

    Args:
        asked: what the caller named, with the levels of every text column and of the visits.
        sample: some rows with outcomes, for the types of the columns.

    Raises:
        UsageError: text without declared levels, or a term that must see all rows at once.
    """
    left, right = asked.sides
    _refuse_strange_levels(asked)
    refuse_no_numbers(sample, left)
    refuse_missing_covariates(sample, [name for name in asked.columns if name not in left])
    factors = _levels(asked, sample, right)
    size = max([len(sample), *(len(levels) for levels in factors.values())])
    rows = sample.iloc[np.arange(size) % len(sample)].reset_index(drop=True)
    # Every level occurs, so that each makes its column; covariates stay as they were read.
    for name, levels in factors.items():
        rows[name] = pd.Categorical.from_codes(np.arange(size) % len(levels), list(levels))
    parsed = parse_formula(asked.formula)
    y, X, names, terms = model_matrices(parsed, rows[right], rows[left])
    outcome = parsed.lhs.get_model_matrix(rows[left], na_action="ignore", context={}).model_spec
    _refuse_stateful(outcome, terms)
    basis = find_basis(X, y) if size >= ENOUGH * len(names) else Basis()
    return Recipe(asked, tuple(left), tuple(right), factors, names, outcome, terms, basis)


def _levels(asked: Asked, sample: pd.DataFrame, right: list[str]) -> dict[str, tuple]:
    found: dict[str, tuple] = {}
    for name in dict.fromkeys([*right, asked.visit, *([asked.group] if asked.group else [])]):
        column = sample[name]
        if name in asked.levels:
            found[name] = tuple(asked.levels[name])
        elif isinstance(column.dtype, pd.CategoricalDtype):
            found[name] = tuple(column.cat.categories)
        elif name == asked.group or not (types.is_numeric_dtype(column.dtype)):
            raise UsageError(
                f"The column {name} holds text whose levels are not declared.",
                where=f"column {name}",
                why="The first level is the reference; neither the alphabet nor the first chunk "
                "may choose it.",
                do=f'Declare it: levels={{"{name}": [reference, ...]}}.',
            )
    return found


def _refuse_strange_levels(asked: Asked) -> None:
    strange = [str(name) for name in asked.levels if name not in asked.columns]
    if strange:
        raise UsageError(
            f"`levels` names columns that the model does not use: {', '.join(strange)}.",
            where="levels",
            do=f"Use the names of the model's columns: {', '.join(asked.columns)}.",
        )


def visit_levels(values: pd.Series) -> tuple:
    """The visits in their order, from the distinct values of a numeric column."""
    return tuple(as_factor(values).cat.categories)


def _refuse_stateful(*specs: ModelSpec) -> None:
    names = sorted({str(name) for spec in specs for name in spec.transform_state})
    if names:
        raise UsageError(
            f"{', '.join(names)} must see all rows at once.",
            why="Its result would differ from chunk to chunk.",
            do="Make this column before fitting and name it in the formula.",
        )
