"""What every fit of a linear mean model offers: coefficients, LS means, differences, contrasts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from .arguments import factor_names, result_names
from .contrast import coefficient_table
from .longtable import long_rows
from .meanfit import MeanFit, Names
from .summary import Shown


class LinearFit(Shown, MeanFit):
    """Estimates of a mean model with the means and differences that follow from it."""

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.design.formula

    @property
    def n_observations(self) -> int:
        """Rows used."""
        return self.design.n_observations

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

    def to_results(
        self,
        factor: str,
        by: Names = None,
        *,
        reference: object = None,
        weights: str = "proportional",
        level: float = 0.95,
        names: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """LS means and differences as rows of one long table, one statistic a row.

        Args:
            factor: as in `contrasts`.
            by: as in `contrasts`.
            reference: as in `contrasts`.
            weights: as in `ls_means`.
            level: of the intervals.
            names: column to its name in the long table, such as {"visit": "week"}.

        Returns:
            statistic (`ls_mean`, `difference`), the factor, comparator, the `by` columns, value,
            se, df, lower, upper, p, n, n_observed (where `by` names the visit), method, weighting.
        """
        split = factor_names(by, "by")
        how = {"weights": weights, "level": level}
        return long_rows(
            self.ls_means(factor, by, **how),
            self.contrasts(factor, by, reference=reference, **how),
            factor=factor,
            by=split,
            n=self.n_participants,
            n_observed=self._people(split),
            method=self.method,
            weighting=weights,
            names=result_names(names),
        )

    def _people(self, by: list[str]) -> dict[tuple, int] | None:
        """How many have an outcome in each cell; None where a row there is not a person."""
        if not self.one_row_a_person(by):
            return None
        counts = self.design.cells(by) if by else np.array(self.n_observations)
        index = [tuple(key) for key in product(*(self.design.factors[name] for name in by))]
        return dict(zip(index, counts.reshape(-1).tolist(), strict=True))
