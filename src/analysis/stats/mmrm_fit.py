"""A fitted mixed model for repeated measures: what it knows and how it shows itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .fit import LinearFit
from .inference import DF_METHODS, VCOV_METHODS, Inference, check_methods
from .leaveout import leave_one_out
from .likelihood import Problem
from .observations import Observations
from .reml import Optimum
from .residual import normalised
from .smallsample import variances
from .summary import as_html, as_text

RESIDUALS = ("marginal", "normalised")


class MMRMFit(LinearFit):
    """The estimates of `mmrm`, with LS means, differences and any linear contrast.

    Source: Mallinckrodt et al. (2008) Drug Inf J 42:303.
    Agrees with: validation/mmrm/reference.json
    """

    def __init__(
        self,
        observations: Observations,
        problem: Problem,
        optimum: Optimum,
        *,
        df: str,
        vcov: str,
    ) -> None:
        self.design, self.observations = observations.design, observations
        self.problem, self.optimum = problem, optimum
        self.inference = Inference(observations, problem, optimum, df, vcov)
        self.beta = optimum.point.beta

    def using(self, *, df: str | None = None, vcov: str | None = None) -> MMRMFit:
        """The same fit with other degrees of freedom or another variance; nothing is fitted anew.

        Raises:
            UsageError: an unknown method, or two that do not go together.
        """
        df, vcov = df or self.inference.df, vcov or self.inference.vcov
        check_methods(df, vcov, reml=self.problem.reml)
        return MMRMFit(self.observations, self.problem, self.optimum, df=df, vcov=vcov)

    def uncertainty(self, L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard error and degrees of freedom of each contrast (row of L)."""
        return np.sqrt(variances(L, self.inference.covariance)), self.inference.degrees(L)

    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts (rows of L) together."""
        return self.inference.joint(L)

    @property
    def beta_covariance(self) -> pd.DataFrame:
        """The covariance of the coefficients, as the chosen method has it."""
        names = list(self.design.names)
        return pd.DataFrame(self.inference.covariance, index=names, columns=names)

    def leave_one_out(self) -> pd.DataFrame:
        """The coefficients without each participant: one row a participant left out.

        Raises:
            ModelError: a fit that cannot do without some participant.
        """
        left = leave_one_out(self.observations, self.problem, self.optimum)
        people = self.observations.participants
        return pd.DataFrame(left.beta, index=people, columns=list(self.design.names))

    @property
    def visits(self) -> pd.Index:
        """The visits in the order of Sigma."""
        return self.observations.visits

    @property
    def covariance(self) -> pd.DataFrame | dict[object, pd.DataFrame]:
        """Sigma, visits x visits, in the outcome's unit squared; a dict by group if grouped."""
        return self._by_group([self._matrix(sigma) for sigma in self.optimum.point.sigmas])

    @property
    def correlation(self) -> pd.DataFrame | dict[object, pd.DataFrame]:
        """The correlations of Sigma; a dict by group if grouped."""
        made = []
        for sigma in self.optimum.point.sigmas:
            scale = np.sqrt(np.diag(sigma))
            made.append(self._matrix(sigma / np.outer(scale, scale)))
        return self._by_group(made)

    def _by_group(self, made: list[pd.DataFrame]) -> pd.DataFrame | dict[object, pd.DataFrame]:
        groups = self.observations.groups
        return dict(zip(groups, made, strict=True)) if groups else made[0]

    def _matrix(self, values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.visits, columns=self.visits)

    @property
    def m2loglik(self) -> float:
        """-2 log likelihood, restricted if REML, with all its constants but log |X'X|."""
        return self.optimum.point.value

    @property
    def aic(self) -> float:
        """-2 log likelihood plus twice the number of covariance parameters."""
        return self.m2loglik + 2 * len(self.optimum.point.theta)

    @property
    def bic(self) -> float:
        """-2 log likelihood plus covariance parameters times log of the participants."""
        return self.m2loglik + len(self.optimum.point.theta) * float(np.log(self.n_participants))

    @property
    def n_participants(self) -> int:
        """Participants with at least one outcome."""
        return self.observations.arrangement.n_subjects

    @property
    def iterations(self) -> int:
        """Newton steps until the gradient vanished."""
        return self.optimum.iterations

    @property
    def method(self) -> str:
        """The method in a few words."""
        words = [
            self.problem.structure.words + (" a group" if self.observations.groups else ""),
            "REML" if self.problem.reml else "ML",
            *(["weighted"] if self.observations.weights is not None else []),
            DF_METHODS[self.inference.df],
            *([VCOV_METHODS[vcov]] if (vcov := self.inference.vcov) != "asymptotic" else []),
        ]
        return ", ".join(["MMRM", *words])

    def residuals(self, kind: str = "marginal") -> pd.Series:
        """Outcome less fitted mean, one a used row.

        Args:
            kind: `marginal` in the outcome's unit, or `normalised`: freed of Sigma, so that they
                are independent with variance one if the model holds.
        """
        if kind not in RESIDUALS:
            raise UsageError(
                f"There are no {kind!r} residuals.", do=f"Use one of: {', '.join(RESIDUALS)}."
            )
        values = self.design.y - self.design.X @ self.beta
        if kind == "normalised":
            weights = self.observations.weights
            scaled = values if weights is None else values * np.sqrt(weights)
            values = normalised(scaled, self.observations.by_group, self.optimum.point.sigmas)
        return pd.Series(values, index=self.design.index, name=kind)

    def _facts(self) -> dict[str, object]:
        return {
            "formula": self.formula,
            "participants": self.n_participants,
            "visits": len(self.visits),
            "outcomes": self.n_observations,
            "rows without outcome": self.n_dropped,
            "-2 log likelihood": self.m2loglik,
            "AIC": self.aic,
        }

    def __repr__(self) -> str:
        return as_text(self.method, self._facts(), self.coefficients)

    def _repr_html_(self) -> str:
        return as_html(self.method, self._facts(), self.coefficients)
