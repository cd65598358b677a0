"""The third verb by a repeated-measures model: all completed data sets are fitted side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelError

from .analyse import Analysed, contrast_means, labels_of
from .covariance import STRUCTURES
from .crossproducts import upper_triangle
from .impute_grid import Planned, design_on
from .impute_values import Completed
from .refit import Refits, refit
from .refit_sums import Sums


@dataclass(frozen=True)
class Repeated:
    """A repeated-measures model of the whole data, one unstructured Sigma, REML, Satterthwaite.

    X: N x M x p, the design. at: M x A x N x p, the design at a visit with everybody in arm a.
    labels: see `Analysed`. comparator: the place of the arm that is subtracted. start: M x M.
    """

    formula: str
    X: np.ndarray
    at: np.ndarray
    labels: pd.DataFrame
    comparator: int
    start: np.ndarray

    @property
    def words(self) -> str:
        """The method in a few words."""
        return f"MMRM, unstructured covariance, REML, Satterthwaite ({self.formula})"

    @property
    def numbers_each(self) -> int:
        """Numbers that one data set needs."""
        _, m, p = self.X.shape
        return m * (m + 1) // 2 * ((p + 1) * (p + 2) // 2 + m * m + p * p)

    def analyse(self, completed: Completed) -> Analysed:
        """Fit the model to every data set.

        Returns:
            Differences from the comparator and LS means, as `Ancova.analyse`.

        Raises:
            ModelError: a data set for which the search found no maximum.
        """
        m = self.X.shape[1]
        structure = STRUCTURES["us"]
        sums = self._sums(completed)
        made = refit([sums], structure, np.arange(float(m)), self.start[None], reml=True)
        if not made.settled.all():
            raise ModelError(
                f"The model could not be fitted to {int((~made.settled).sum())} completed data "
                "sets.",
                where="analysis='mmrm'",
                do="Use analysis='ancova'.",
            )
        L = self._rows(completed.weights)
        estimates = (L @ made.beta[:, :, None])[..., 0]
        if completed.weights is not None:
            return Analysed(self.labels, estimates, None, np.full(len(self.labels), np.inf))
        variances, df = satterthwaite(L[0], made)
        return Analysed(self.labels, estimates, variances, df)

    def _rows(self, weights: np.ndarray | None) -> np.ndarray:
        """Contrasts of each data set, D x J x p (D = 1 without weights)."""
        w = np.ones((1, len(self.X))) if weights is None else weights
        means = np.einsum("dn,vanp->vdap", w, self.at) / w.sum(axis=1)[:, None, None]
        return np.concatenate([contrast_means(one, self.comparator) for one in means], axis=1)

    def _sums(self, completed: Completed) -> Sums:
        """Cross-products of [X, y]; those of X alone are shared by all data sets."""
        Y, w = completed.Y, completed.weights
        n, m, p = self.X.shape
        j, k = np.triu_indices(m)
        rows, columns = upper_triangle(p + 1)
        apart = (j != k)[:, None]
        own = columns < p
        a, b = rows[own], columns[own]
        Xj, Xk = self.X[:, j], self.X[:, k]
        shared = Xj[:, :, a] * Xk[:, :, b] + apart * (Xk[:, :, a] * Xj[:, :, b])
        everyone = np.ones((1, n)) if w is None else w
        made = np.empty((len(Y), len(j), len(rows)))
        made[:, :, own] = (everyone @ shared.reshape(n, -1)).reshape(-1, len(j), int(own.sum()))
        weighted = Y if w is None else Y * w[:, :, None]
        # x_j y_k + x_k y_j, and on the diagonal x_j y_j.
        crossed = np.stack(
            [weighted[:, :, v] @ self.X.reshape(n, m * p) for v in range(m)]
        ).reshape(m, len(Y), m, p)
        made[:, :, (columns == p) & (rows < p)] = (
            crossed[k, :, j] + apart[:, None] * crossed[j, :, k]
        ).transpose(1, 0, 2)
        squares = np.swapaxes(weighted, 1, 2) @ Y
        made[:, :, -1] = squares[:, j, k] * np.where(apart[:, 0], 2.0, 1.0)
        counts = np.repeat(everyone.sum(axis=1)[:, None], len(Y) if w is None else 1, axis=0)
        seen = np.ones((1, m), dtype=bool)
        return Sums(seen, np.zeros(len(j), dtype=int), j, k, p + 1, counts, made)


def satterthwaite(L: np.ndarray, made: Refits) -> tuple[np.ndarray, np.ndarray]:
    """Variances and degrees of freedom of contrasts (J x p) in every refit, each D x J.

    Source: Fai & Cornelius (1996) J Stat Comput Simul 54:363.
    """
    turned = made.phi @ L.T
    variances = np.einsum("jp,dpj->dj", L, turned)
    slopes = -np.einsum("dpj,dkpq,dqj->djk", turned, made.P, turned, optimize=True)
    inverse = np.linalg.inv(made.hessian)
    spread = 2 * np.einsum("djk,dkl,djl->dj", slopes, inverse, slopes, optimize=True)
    return variances, 2 * variances**2 / spread


def plan_repeated(planned: Planned, comparator: int, start: np.ndarray) -> Repeated:
    """The model of the imputation, for completed data.

    Args:
        planned: the planned values.
        comparator: the place of the arm that is subtracted.
        start: M x M, Sigma to begin at.
    """
    names, frame = planned.names, planned.frame
    n, m = planned.Y.shape
    levels = planned.people.arm.categories
    design = planned.observations.design
    each = [
        design_on(design, frame.assign(**{names.arm: pd.Categorical([a] * (n * m), levels)}))
        for a in levels
    ]
    at = np.stack(each).reshape(len(levels), n, m, -1).transpose(2, 0, 1, 3)
    labels = labels_of(planned, comparator)
    return Repeated(names.formula, planned.X_own, at, labels, comparator, start)
