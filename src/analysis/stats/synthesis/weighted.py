"""Weighted least squares of many data sets at once, and the traces that heterogeneity needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Weighted:
    """A weighted regression of effects on moderators, for each data set.

    Leading dimensions (...) are data sets; k studies, p coefficients. A study whose weight is zero
    is absent. P = W - W X inv(X'WX) X'W.

    weights: ... x k; X: ... x k x p; beta: ... x p; residuals: ... x k; inverse: inv(X'WX).
    """

    weights: np.ndarray
    X: np.ndarray
    beta: np.ndarray
    residuals: np.ndarray
    inverse: np.ndarray

    @cached_property
    def q(self) -> np.ndarray:
        """y'Py, the weighted residual sum of squares."""
        return (self.weights * self.residuals**2).sum(axis=-1)

    @cached_property
    def y_pp_y(self) -> np.ndarray:
        """y'PPy."""
        return ((self.weights * self.residuals) ** 2).sum(axis=-1)

    @cached_property
    def y_ppp_y(self) -> np.ndarray:
        """y'PPPy."""
        u = self.weights * self.residuals
        along = _columns(self.X, self.weights * u)
        lost = np.einsum("...p,...pq,...q->...", along, self.inverse, along)
        return (self.weights * u**2).sum(axis=-1) - lost

    @cached_property
    def trace(self) -> np.ndarray:
        """tr P."""
        return self.weights.sum(axis=-1) - _trace(self._of_squares)

    @cached_property
    def trace_pp(self) -> np.ndarray:
        """tr PP, fast: it loses digits where one study outweighs the others a million times."""
        w = self.weights
        cubes = self.inverse @ _cross(self.X, w**3)
        twice = self._of_squares @ self._of_squares
        return (w**2).sum(axis=-1) - 2 * _trace(cubes) + _trace(twice)

    @property
    def trace_pp_exactly(self) -> np.ndarray:
        """tr PP by the elements of P, which keeps its digits."""
        return (self.projection() ** 2).sum(axis=(-1, -2))

    @cached_property
    def _of_squares(self) -> np.ndarray:
        return self.inverse @ _cross(self.X, self.weights**2)

    def projection(self) -> np.ndarray:
        """P itself, ... x k x k."""
        WX = self.weights[..., None] * self.X
        lost = WX @ self.inverse @ np.swapaxes(WX, -1, -2)
        return self.weights[..., None] * np.eye(self.weights.shape[-1]) - lost


def weighted(y: np.ndarray, weights: np.ndarray, X: np.ndarray) -> Weighted:
    """The regression of each data set (leading dimensions) with these weights."""
    inverse = np.linalg.inv(_cross(X, weights))
    beta = (inverse @ _columns(X, weights * y)[..., None])[..., 0]
    residuals = y - (X @ beta[..., None])[..., 0]
    return Weighted(weights, X, beta, residuals, inverse)


def weights_of(variances: np.ndarray, tau2: np.ndarray | float = 0.0) -> np.ndarray:
    """1 / (v + tau2); a study of infinite variance weighs nothing."""
    return 1 / (variances + np.asarray(tau2)[..., None])


def orthonormal(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """X = QR with Q'Q = I: years and their products no longer spoil the digits."""
    Q, R = np.linalg.qr(X)
    return Q, R


def _cross(X: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.swapaxes(w[..., None] * X, -1, -2) @ X


def _columns(X: np.ndarray, u: np.ndarray) -> np.ndarray:
    """X'u of each data set."""
    return (np.swapaxes(X, -1, -2) @ u[..., None])[..., 0]


def _trace(A: np.ndarray) -> np.ndarray:
    return np.trace(A, axis1=-2, axis2=-1)
