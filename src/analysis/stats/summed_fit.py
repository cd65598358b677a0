"""A repeated-measures model fitted from sums: everything that needs no row of the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .digest import Summed
from .fit import LinearFit
from .inference import DF_METHODS, VCOV_METHODS, Inference, check_methods
from .likelihood import Problem
from .newton import Optimum
from .observations import Observations
from .threads import one_thread


def refuse_row_methods(df: str, vcov: str) -> None:
    """What needs each participant's rows is not to be had from sums.

    Raises:
        UsageError: between-within degrees of freedom or a sandwich variance.
    """
    if df == "between-within" or vcov != "asymptotic":
        raise needs_rows(f"df={df!r} with vcov={vcov!r}")


def needs_rows(what: str) -> UsageError:
    """The error for what cannot be had from sums."""
    return UsageError(
        f"Not from chunks: {what}.",
        why="It needs the rows of each participant, and a fit from chunks keeps sums only.",
        do="Fit a table that fits in memory with mmrm().",
    )


class SummedFit(LinearFit):
    """The estimates of a repeated-measures model from its cross-products.

    Source: Mallinckrodt et al. (2008) Drug Inf J 42:303.
    Agrees with: validation/mmrm/reference.json
    """

    def __init__(
        self,
        observations: Observations | Summed,
        problem: Problem,
        optimum: Optimum,
        *,
        df: str,
        vcov: str = "asymptotic",
    ) -> None:
        self.design, self.observations = observations.design, observations
        self.problem, self.optimum = problem, optimum
        self.inference = Inference(observations, problem, optimum, df, vcov)
        self.beta = problem.basis.coefficients(optimum.point.beta)

    def using(self, *, df: str | None = None, vcov: str | None = None) -> SummedFit:
        """The same fit with other degrees of freedom or another variance; nothing is fitted anew.

        Raises:
            UsageError: an unknown method, two that do not go together, or one that needs rows that
                are gone.
        """
        df, vcov = df or self.inference.df, vcov or self.inference.vcov
        check_methods(df, vcov, reml=self.problem.reml)
        if isinstance(self.observations, Summed):
            refuse_row_methods(df, vcov)
        return type(self)(self.observations, self.problem, self.optimum, df=df, vcov=vcov)

    @one_thread
    def uncertainty(self, L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard error and degrees of freedom of each contrast (row of L)."""
        return np.sqrt(self.inference.variances(L)), self.inference.degrees(L)

    @one_thread
    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts (rows of L) together."""
        return self.inference.joint(L)

    def estimates(self, L: np.ndarray) -> np.ndarray:
        """The value of each contrast (row of L)."""
        basis = self.problem.basis
        return basis.contrasts(L) @ basis.level(self.optimum.point.beta)

    def one_row_a_person(self, by: Sequence[str]) -> bool:
        """Whether the visit is among these columns."""
        return self.visits.name in by

    def contrast_covariance(self, L: np.ndarray) -> np.ndarray:
        """Covariance of the contrasts (rows of L), rows x rows."""
        return self.inference.contrast_covariance(L)

    @property
    def beta_covariance(self) -> pd.DataFrame:
        """The covariance of the coefficients, as the chosen method has it."""
        names = list(self.design.names)
        inner = self.problem.basis.covariance(self.inference.covariance)
        return pd.DataFrame(inner, index=names, columns=names)

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
        return self.observations.n_participants

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
            *(["weighted"] if self.observations.weighted else []),
            DF_METHODS[self.inference.df],
            *([VCOV_METHODS[vcov]] if (vcov := self.inference.vcov) != "asymptotic" else []),
        ]
        return ", ".join(["MMRM", *words])

    @property
    def fitted(self) -> pd.Series:
        """The mean of each used row; not to be had from sums."""
        raise needs_rows("fitted values of the rows (predict() takes new ones)")

    def residuals(self, kind: str = "marginal") -> pd.Series:
        """Outcome less fitted mean; not to be had from sums."""
        raise needs_rows(f"{kind} residuals")

    def leave_one_out(self) -> pd.DataFrame:
        """The coefficients without each participant; not to be had from sums."""
        raise needs_rows("leaving one out")

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
