"""Means, differences, contrasts and predictions of any fit of a linear mean model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .arguments import covariate_values, factor_names, one_factor, refuse_no_frame
from .contrast import contrast_rows, contrast_table
from .grid import mean_rows
from .jointfit import JointTests
from .multiple import adjusted
from .predict import new_rows

Names = str | Sequence[str] | None


class MeanFit(JointTests):
    """What follows from coefficients and their covariance: contrasts of any kind.

    Source: Searle, Speed & Milliken (1980) Am Stat 34:216, for LS means.
    Agrees with: validation/mmrm/reference.json
    """

    def ls_means_rows(
        self,
        factors: Names,
        by: Names = None,
        *,
        weights: str = "proportional",
        at: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """The weights over coefficients that make each LS mean; sums of rows go to `contrast`."""
        wanted, split = factor_names(factors, "factors"), factor_names(by, "by")
        values = covariate_values(at)
        return mean_rows(self.design, wanted, split, weights=weights, at=values)

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
        adjust: str = "none",
    ) -> pd.DataFrame:
        """Each level's LS mean minus the reference level's.

        Args:
            factor: the factor whose levels are compared.
            by: factor (or factors) within which they are compared.
            reference: the level subtracted; default the first declared.
            weights: as in `ls_means`.
            level: of the intervals.
            at: as in `ls_means`.
            adjust: as in `contrast`; the family is the whole table.

        Returns:
            The factor's column, reference, the `by` columns, estimate, se, df, lower, upper, t, p,
            and p_adjusted if adjusted.

        Raises:
            UsageError: an unknown factor or reference level, or several factors.
        """
        rows = self.ls_means_rows(one_factor(factor), by, weights=weights, at=at)
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
        return self._adjusted(L[~is_reference], labels[~is_reference], level, adjust)

    def contrast(
        self, weights: object, *, level: float = 0.95, adjust: str = "none"
    ) -> pd.DataFrame:
        """Any linear contrasts of the coefficients.

        Args:
            weights: coefficient name to weight; or contrasts x coefficients as an array; or a
                DataFrame with coefficients as columns, such as differences of `ls_means_rows`.
            level: of the intervals.
            adjust: for several contrasts at once: `none`, `holm`, `hochberg`, `in order` (of the
                rows), or `simultaneous` (multivariate t; the intervals then hold together).

        Returns:
            The contrasts' labels, estimate, se, df, lower, upper, t, p, p_adjusted if adjusted.

        Raises:
            UsageError: an unknown coefficient, or the wrong number of weights.
        """
        L, labels = contrast_rows(weights, self.design.names)
        return self._adjusted(L, labels, level, adjust)

    def predict(self, data: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
        """The mean outcome of people like these, with its interval (not that of one person).

        Args:
            data: one row a mean; the columns of the right side of the formula, levels as fitted.
            level: of the intervals.

        Returns:
            estimate, se, df, lower, upper, with the index of `data`.

        Raises:
            UsageError: a missing column.
            ModelError: a missing value or a level that the fit has not seen.
        """
        refuse_no_frame(data)
        rows = new_rows(self.design, data)
        made = self._table(rows, pd.DataFrame(index=range(len(rows))), level, test=False)
        return made.set_index(data.index)

    def _adjusted(
        self, L: np.ndarray, labels: pd.DataFrame, level: float, adjust: str
    ) -> pd.DataFrame:
        made = self._table(L, labels, level)
        return adjusted(made, self.contrast_covariance(L), adjust, level=level)

    def _table(
        self, L: np.ndarray, labels: pd.DataFrame, level: float, *, test: bool = True
    ) -> pd.DataFrame:
        se, df = self.uncertainty(L)
        return contrast_table(labels, self.estimates(L), se, df, level=level, test=test)
