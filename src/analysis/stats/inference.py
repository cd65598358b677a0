"""Which standard errors and degrees of freedom a fit uses: two tables of choices, and what fits."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from analysis.errors import UsageError

from .arguments import refuse_no_choice, refuse_no_truth
from .digest import Summed
from .jointtest import kenward_roger_f, satterthwaite_f, wald
from .likelihood import Problem, expected_information
from .newton import Optimum
from .observations import Observations
from .sandwich import Sandwich, bias_reduced, empirical, jackknife, sandwich
from .smallsample import between_within, kenward_roger, residual_df, satterthwaite, variances

DF_METHODS = {
    "kenward-roger-linear": "Kenward-Roger (linear)",
    "kenward-roger": "Kenward-Roger",
    "kenward-roger-expected": "Kenward-Roger (linear, expected information)",
    "satterthwaite": "Satterthwaite",
    "between-within": "between-within degrees of freedom",
    "residual": "residual degrees of freedom",
}
VCOV_METHODS = {
    "asymptotic": "model-based variance",
    "empirical": "empirical variance",
    "jackknife": "jackknife variance",
    "bias-reduced": "bias-reduced variance",
}
_ADJUST = {"empirical": empirical, "jackknife": jackknife, "bias-reduced": bias_reduced}


def check_methods(df: str, vcov: str, *, reml: bool) -> None:
    """Names that exist and go together.

    Raises:
        UsageError: an unknown name, or Kenward-Roger with what it was not made for.
    """
    refuse_no_truth(reml, "reml")
    for name, value, known in (("df", df, DF_METHODS), ("vcov", vcov, VCOV_METHODS)):
        refuse_no_choice(value, name, known)
    if df.startswith("kenward-roger") and (vcov != "asymptotic" or not reml):
        raise UsageError(
            f"df={df!r} goes with REML and vcov='asymptotic' only.",
            where=f"vcov={vcov!r}, reml={reml}",
            why="Its correction is derived for the restricted likelihood and its own variance.",
            do="Use df='satterthwaite', or REML with the asymptotic variance.",
        )


class Inference:
    """The covariance of the coefficients and the degrees of freedom of contrasts."""

    def __init__(
        self,
        observations: Observations | Summed,
        problem: Problem,
        optimum: Optimum,
        df: str,
        vcov: str,
    ) -> None:
        self.observations, self.problem, self.optimum = observations, problem, optimum
        self.df, self.vcov = df, vcov

    @cached_property
    def theta_covariance(self) -> np.ndarray:
        """Covariance of the covariance parameters: from the observed Hessian unless asked else."""
        if self.df == "kenward-roger-expected":
            point, P = self.optimum.point, self.optimum.slopes.P
            return 2 * np.linalg.inv(expected_information(self.problem, point, P))
        return 2 * np.linalg.inv(self.optimum.slopes.hessian)

    @cached_property
    def _sandwich(self) -> Sandwich:
        adjust, basis = _ADJUST[self.vcov], self.problem.basis
        return sandwich(self.observations, self.optimum.point, adjust, basis)

    @cached_property
    def covariance(self) -> np.ndarray:
        """The covariance of the coefficients in the basis of the sums, p x p."""
        if self.vcov in _ADJUST:
            return self._sandwich.covariance
        point = self.optimum.point
        if not self.df.startswith("kenward-roger"):
            return point.phi
        linear = self.df != "kenward-roger"
        P = self.optimum.slopes.P
        return kenward_roger(self.problem, point, P, self.theta_covariance, linear=linear)

    def variances(self, L: np.ndarray) -> np.ndarray:
        """The variance of each contrast (row of L)."""
        return variances(self.problem.basis.contrasts(L), self.covariance)

    def contrast_covariance(self, L: np.ndarray) -> np.ndarray:
        """Covariance of the contrasts, rows x rows."""
        turned = self.problem.basis.contrasts(L)
        return turned @ self.covariance @ turned.T

    def degrees(self, L: np.ndarray) -> np.ndarray:
        """Degrees of freedom of each contrast (row of L).

        Source: Fai & Cornelius (1996) J Stat Comput Simul 54:363.
        Agrees with: validation/mmrm/reference.json
        """
        if self.df == "residual":
            return residual_df(L, self.observations.design.n_observations)
        if self.df == "between-within":
            who = self.observations.arrangement.subject
            return between_within(L, self.observations.design.X, who)
        return self._turned_degrees(self.problem.basis.contrasts(L))

    def _turned_degrees(self, L: np.ndarray) -> np.ndarray:
        """Degrees of freedom of contrasts in the basis of the sums."""
        if self.vcov in _ADJUST:
            return self._sandwich.degrees(L)
        # For a single contrast Kenward and Roger's degrees of freedom are Satterthwaite's.
        point, P = self.optimum.point, self.optimum.slopes.P
        return satterthwaite(L, point.phi, P, self.theta_covariance)

    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts together.

        Source: Kenward & Roger (1997) Biometrics 53:983; Fai & Cornelius (1996) J Stat Comput
            Simul 54:363.
        Agrees with: validation/mmrm/reference.json
        """
        basis, phi = self.problem.basis, self.optimum.point.phi
        turned, beta = basis.contrasts(L), basis.level(self.optimum.point.beta)
        if self.df.startswith("kenward-roger"):
            P, spread = self.optimum.slopes.P, self.theta_covariance
            return kenward_roger_f(turned, beta, phi, self.covariance, P, spread)
        if self.df == "satterthwaite":
            return satterthwaite_f(turned, beta, self.covariance, self._turned_degrees)
        touched = (L != 0).any(axis=0).astype(float)[None]
        return wald(turned, beta, self.covariance), float(self.degrees(touched)[0])
