"""Analysis of covariance at one visit: least squares, in the shape of the repeated measures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.regression.linear_model import RegressionResults

from analysis.errors import ModelError

from .basis import Basis, find_basis
from .design import Design, build_design
from .fit import LinearFit
from .jointtest import wald
from .screen import refuse_unusable_sums


def ancova(formula: str, data: pd.DataFrame) -> AncovaFit:
    """How outcomes at one visit differ on average, given covariates such as the baseline.

    Rows whose outcome is missing are left out and counted (`n_dropped`); a row with an outcome but
    without a covariate is refused.

    Args:
        formula: `outcome ~ terms` in formulaic's language. Text columns must be pandas
            categoricals; the first category is the reference.
        data: one row a participant.

    Returns:
        The fit: `.coefficients`, `.ls_means`, `.contrasts`, `.contrast`; t with residual degrees
        of freedom.

    Raises:
        UsageError: a formula or a column that cannot be understood.
        ModelError: data that cannot carry the model.

    Source: Vickers & Altman (2001) BMJ 323:1123.
    """
    design = build_design(formula, data)
    if len(design.y) <= len(design.names):
        raise ModelError(
            f"{len(design.y)} outcomes cannot carry {len(design.names)} coefficients.",
            why="Nothing is left to estimate the variance from.",
            do="Use fewer terms in the formula.",
        )
    basis = find_basis(design.X, design.y)
    Z = basis.apply(design.with_outcome())
    refuse_unusable_sums(Z.T @ Z, design.names, basis)
    return AncovaFit(design, sm.OLS(Z[:, -1], Z[:, :-1]).fit(), basis)


class AncovaFit(LinearFit):
    """The estimates of `ancova`."""

    def __init__(self, design: Design, results: RegressionResults, basis: Basis) -> None:
        self.design, self.results, self.basis = design, results, basis
        self.beta = basis.coefficients(np.asarray(results.params))

    @cached_property
    def _phi(self) -> np.ndarray:
        return np.asarray(self.results.cov_params())

    def uncertainty(self, L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard error and degrees of freedom of each contrast (row of L)."""
        turned = self.basis.contrasts(L)
        variances = np.einsum("ri,ij,rj->r", turned, self._phi, turned)
        return np.sqrt(variances), np.full(len(L), float(self.results.df_resid))

    def estimates(self, L: np.ndarray) -> np.ndarray:
        """The value of each contrast (row of L)."""
        return self.basis.contrasts(L) @ self.basis.level(np.asarray(self.results.params))

    def one_row_a_person(self, by: Sequence[str]) -> bool:
        """Yes: the model is of one visit."""
        return True

    def contrast_covariance(self, L: np.ndarray) -> np.ndarray:
        """Covariance of the contrasts (rows of L), rows x rows."""
        turned = self.basis.contrasts(L)
        return turned @ self._phi @ turned.T

    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts (rows of L) together."""
        beta = self.basis.level(np.asarray(self.results.params))
        f = wald(self.basis.contrasts(L), beta, self._phi)
        return f, float(self.results.df_resid)

    @property
    def n_participants(self) -> int:
        """Rows used: one a participant."""
        return self.n_observations

    @property
    def residual_sd(self) -> float:
        """Standard deviation of the residuals, in the outcome's unit."""
        return float(np.sqrt(self.results.scale))

    @property
    def residuals(self) -> pd.Series:
        """Outcome less fitted mean, one a used row."""
        return pd.Series(self.results.resid, index=self.design.index, name="residual")

    @property
    def method(self) -> str:
        """The method in a few words."""
        return "ANCOVA, least squares, t"

    def _facts(self) -> dict[str, object]:
        return {
            "formula": self.formula,
            "participants": self.n_participants,
            "rows without outcome": self.n_dropped,
            "residual SD": self.residual_sd,
        }
