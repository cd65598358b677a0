"""Sandwich variances: right even when Sigma is misspecified, from each participant's own residual.

In the scale where outcomes are independent (Xs = inv(L) X, rs = inv(L) r with Sigma = L L'), with
H_i = Xs_i Phi Xs_i' the leverage of participant i, its score is u_i = Xs_i' A_i rs_i, where A_i is
I (empirical), inv(I - H_i) (jackknife) or inv root of I - H_i (bias-reduced).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from analysis.errors import ModelError

from .basis import Basis
from .likelihood import Point
from .observations import Observations

# Share of a participant's outcomes that no one else informs, when it is all of them.
ALONE = 1e-9


@dataclass(frozen=True)
class Sandwich:
    """The covariance of the coefficients, and what its degrees of freedom need.

    adjusted: for each participant A_i Xs_i, in pieces by pattern (n x s x p).
    leverage: Xs_i' A_i Xs_i, all participants x p x p in the same order.
    """

    covariance: np.ndarray
    adjusted: tuple[np.ndarray, ...]
    leverage: np.ndarray
    phi: np.ndarray

    def degrees(self, L: np.ndarray) -> np.ndarray:
        """Degrees of freedom of each contrast under the fitted Sigma.

        The variance estimate of l'b is a sum of squares of linear forms of the outcomes; G is the
        covariance of these forms, and tr(G)^2 / tr(G^2) the degrees of freedom.

        Source: Bell & McCaffrey (2002) Survey Methodology 28:169.
        Agrees with: validation/mmrm/reference.json
        """
        made = []
        for row in L @ self.phi:
            own = np.concatenate([((piece @ row) ** 2).sum(axis=1) for piece in self.adjusted])
            forms = self.leverage @ row
            shared = np.einsum("ip,pq,iq->i", forms, self.phi, forms)
            gram = self.phi @ (forms.T @ forms)
            squares = (own**2).sum() - 2 * (own * shared).sum() + np.trace(gram @ gram)
            made.append((own - shared).sum() ** 2 / squares)
        return np.array(made)


def sandwich(
    observations: Observations,
    point: Point,
    adjust: Callable[[np.ndarray], np.ndarray],
    basis: Basis,
) -> Sandwich:
    """The sandwich variance of the coefficients.

    Args:
        observations: rows by pattern.
        point: the optimum.
        adjust: from I - H_i (n x s x s) to A_i: `empirical`, `jackknife` or `bias_reduced`.
        basis: of the columns that the point belongs to; the result is in it too.

    Raises:
        ModelError: a participant who alone informs some coefficient, so that I - H_i is singular.

    Source: Liang & Zeger (1986) Biometrika 73:13; Mancl & DeRouen (2001) Biometrics 57:126
        (jackknife); Bell & McCaffrey (2002) Survey Methodology 28:169 (bias-reduced).
    Agrees with: validation/mmrm/reference.json
    """
    phi = point.phi
    scale = np.sqrt(observations.weights) if observations.weights is not None else 1.0
    Z = basis.apply(observations.design.with_outcome())
    Z[:, -1] -= Z[:, :-1] @ point.beta
    Z = Z * np.reshape(scale, (-1, 1))
    scores, adjusted, leverage = [], [], []
    for arrangement, sigma in zip(observations.by_group, point.sigmas, strict=True):
        for seen, rows in zip(arrangement.patterns, arrangement.rows, strict=True):
            root = np.linalg.cholesky(sigma[np.ix_(seen, seen)])
            turn = solve_triangular(root, np.eye(len(root)), lower=True)
            free = turn @ Z[rows]
            X, residual = free[..., :-1], free[..., -1]
            piece = adjust(np.eye(len(root)) - X @ phi @ X.transpose(0, 2, 1)) @ X
            scores.append(np.einsum("isp,is->ip", piece, residual))
            adjusted.append(piece)
            leverage.append(X.transpose(0, 2, 1) @ piece)
    U = np.concatenate(scores)
    covariance = phi @ (U.T @ U) @ phi
    return Sandwich(covariance, tuple(adjusted), np.concatenate(leverage), phi)


def empirical(left: np.ndarray) -> np.ndarray:
    """No adjustment."""
    return np.broadcast_to(np.eye(left.shape[1]), left.shape)


def jackknife(left: np.ndarray) -> np.ndarray:
    """inv(I - H): the residual as if the participant had been left out."""
    values, vectors = _spectrum(left)
    return (vectors / values[:, None, :]) @ vectors.transpose(0, 2, 1)


def bias_reduced(left: np.ndarray) -> np.ndarray:
    """inv root of I - H: unbiased when the fitted Sigma is right."""
    values, vectors = _spectrum(left)
    return (vectors / np.sqrt(values)[:, None, :]) @ vectors.transpose(0, 2, 1)


def _spectrum(left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(left)
    if not values.min() > ALONE:
        raise ModelError(
            "A participant alone informs a coefficient.",
            where="leverage of one",
            why="Leaving this participant out would leave the coefficient unknown, so its sandwich "
            "variance cannot be adjusted.",
            do="Leave out the term that only one participant informs, or use vcov='asymptotic'.",
        )
    return values, vectors
