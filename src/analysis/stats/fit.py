"""What every fit of a linear mean model offers: coefficients, LS means, differences, contrasts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .contrast import coefficient_table, contrast_rows, contrast_table
from .design import Design
from .grid import mean_rows
from .jointtest import joint_row, refuse_dependent

Names = str | Sequence[str] | None


class LinearFit(ABC):
    """Estimates of a mean model with the means and differences that follow from it."""

    design: Design
    beta: np.ndarray

    @abstractmethod
    def uncertainty(self, L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard error and degrees of freedom of each contrast (row of L)."""

    @abstractmethod
    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts (rows of L) together."""

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.design.formula

    @property
    def n_observations(self) -> int:
        """Rows used."""
        return len(self.design.y)

    @property
    def n_dropped(self) -> int:
        """Rows left out because their outcome is missing."""
        return self.design.n_dropped

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient: name, estimate, se, df, t, p."""
        se, df = self.uncertainty(np.eye(len(self.beta)))
        return coefficient_table(self.design.names, self.beta, se, df)

    @property
    def fitted(self) -> pd.Series:
        """The mean of each used row."""
        return pd.Series(self.design.X @ self.beta, index=self.design.index, name="fitted")

    def ls_means_rows(
        self,
        factors: Names,
        by: Names = None,
        *,
        weights: str = "proportional",
        at: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """The weights over coefficients that make each LS mean; sums of rows go to `contrast`."""
        return mean_rows(self.design, _names(factors), _names(by), weights=weights, at=at)

    def ls_means(
        self,
        factors: Names,
        by: Names = None,
        *,
        weights: str = "proportional",
        level: float = 0.95,
        at: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """The mean outcome at each level, other things averaged.

        Args:
            factors: factor (or factors) whose levels are wanted.
            by: factor (or factors) that split the table; they vary slowest.
            weights: how other factors are averaged: `proportional` to the rows used, or `equal`.
            level: of the intervals.
            at: values of covariates instead of their means over the rows used.

        Returns:
            The factors' columns, estimate, se, df, lower, upper.

        Raises:
            UsageError: an unknown factor, covariate or kind of weights.
        """
        rows = self.ls_means_rows(factors, by, weights=weights, at=at)
        return self._table(rows.to_numpy(), rows.index.to_frame(), level, test=False)

    def contrasts(
        self,
        factor: str,
        by: Names = None,
        *,
        reference: object = None,
        weights: str = "proportional",
        level: float = 0.95,
        at: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Each level's LS mean minus the reference level's.

        Args:
            factor: the factor whose levels are compared.
            by: factor (or factors) within which they are compared.
            reference: the level subtracted; default the first declared.
            weights: as in `ls_means`.
            level: of the intervals.
            at: as in `ls_means`.

        Returns:
            The factor's column, reference, the `by` columns, estimate, se, df, lower, upper, t, p.

        Raises:
            UsageError: an unknown factor or reference level.
        """
        rows = self.ls_means_rows(factor, by, weights=weights, at=at)
        levels = self.design.factors[factor]
        reference = levels[0] if reference is None else reference
        if reference not in levels:
            raise UsageError(
                f"{factor} has no level {reference!r}.",
                where="reference",
                do=f"Use one of: {', '.join(map(str, levels))}.",
            )
        labels = rows.index.to_frame()
        is_reference = (labels[factor] == reference).to_numpy()
        subtracted = np.repeat(rows.to_numpy()[is_reference], len(levels), axis=0)
        labels.insert(1, "reference", [reference] * len(labels))
        L = rows.to_numpy() - subtracted
        return self._table(L[~is_reference], labels[~is_reference], level)

    def contrast(self, weights: object, *, level: float = 0.95) -> pd.DataFrame:
        """Any linear contrasts of the coefficients.

        Args:
            weights: coefficient name to weight; or contrasts x coefficients as an array; or a
                DataFrame with coefficients as columns, such as differences of `ls_means_rows`.
            level: of the intervals.

        Returns:
            The contrasts' labels, estimate, se, df, lower, upper, t, p.

        Raises:
            UsageError: an unknown coefficient, or the wrong number of weights.
        """
        L, labels = contrast_rows(weights, self.design.names)
        return self._table(L, labels, level)

    def joint_test(self, weights: object) -> pd.DataFrame:
        """Are these contrasts all zero?

        Args:
            weights: contrasts as in `contrast`; none may be a sum of others.

        Returns:
            One row: num_df, den_df, f, p.

        Raises:
            UsageError: an unknown coefficient, or contrasts that repeat each other.
        """
        L, _ = contrast_rows(weights, self.design.names)
        refuse_dependent(L)
        f, den_df = self.joint(L)
        return joint_row(f, len(L), den_df)

    def term_tests(self) -> pd.DataFrame:
        """For each term of the formula: are all its coefficients zero?

        With other terms that contain it (`a` beside `a:b`) a term's test is about the reference
        level of the others, as its coefficients are.

        Returns:
            One row a term: term, num_df, den_df, f, p.
        """
        eye = np.eye(len(self.beta))
        rows = []
        for term, place in self.design.spec.term_slices.items():
            if str(term) != "1":
                rows.append(self.joint_test(eye[place]).assign(term=str(term)))
        columns = ["term", "num_df", "den_df", "f", "p"]
        return (
            pd.concat(rows, ignore_index=True)[columns]
            if rows
            else pd.DataFrame([], columns=columns)
        )

    def _table(
        self, L: np.ndarray, labels: pd.DataFrame, level: float, *, test: bool = True
    ) -> pd.DataFrame:
        se, df = self.uncertainty(L)
        return contrast_table(labels, L @ self.beta, se, df, level=level, test=test)


def _names(given: Names) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)
