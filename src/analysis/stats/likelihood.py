"""-2 log likelihood (REML or ML) of a repeated-measures model, its gradient and its Hessian.

All of it comes from the cross-products and from M x M matrices; no participant is visited again.
Notation: W = inverse of Sigma over a pattern's visits, d = (-b, 1), Phi = inv(X'WX).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import block_diag, lapack

from .basis import Basis
from .covariance import Structure
from .crossproducts import CrossProducts


@dataclass(frozen=True)
class Problem:
    """What is maximised: the sums of each group with its own Sigma, a structure, REML or not.

    times: where the visits lie in time; structures without times count steps only. basis: of the
    columns that were summed; coefficients and their covariance at a point are in it.
    """

    parts: tuple[CrossProducts, ...]
    structure: Structure
    times: np.ndarray
    reml: bool
    basis: Basis = field(default_factory=Basis)

    @property
    def n_visits(self) -> int:
        """How many visits Sigma has."""
        return self.parts[0].n_visits

    @property
    def p(self) -> int:
        """How many coefficients the mean has."""
        return self.parts[0].q - 1

    @property
    def n_observations(self) -> float:
        """How many outcomes there are."""
        return sum(part.n_observations for part in self.parts)

    @property
    def n_parameters(self) -> int:
        """Covariance parameters of one group."""
        return self.structure.n_parameters(self.n_visits)


@dataclass(frozen=True)
class Point:
    """The likelihood at one theta: per group Sigma, its derivatives and W of each pattern."""

    theta: np.ndarray
    value: float
    beta: np.ndarray
    phi: np.ndarray
    sigmas: tuple[np.ndarray, ...]
    first: tuple[np.ndarray, ...]
    second: tuple[np.ndarray, ...]
    inverses: tuple[np.ndarray, ...]

    @property
    def d(self) -> np.ndarray:
        """(-b, 1): multiplies [X, y] to the residual."""
        return np.append(-self.beta, 1.0)


@dataclass(frozen=True)
class Slopes:
    """Derivatives of -2 log likelihood, and of the cross-products, at a point.

    P: k x p x p, the derivative of X'WX for each covariance parameter.
    """

    gradient: np.ndarray
    hessian: np.ndarray
    P: np.ndarray


def evaluate(problem: Problem, theta: np.ndarray) -> Point | None:
    """The likelihood at theta; None where Sigma or X'WX is not positive definite or too large.

    Source: Lindstrom & Bates (1988) J Am Stat Assoc 83:1014.
    Agrees with: validation/mmrm/reference.json
    """
    # A step too far may overflow; what is not finite is turned down, so no warning is owed.
    with np.errstate(over="ignore", invalid="ignore"):
        point = _evaluate(problem, theta)
    return point if point is not None and np.isfinite(point.value) else None


def _evaluate(problem: Problem, theta: np.ndarray) -> Point | None:
    built = [
        problem.structure.build(block, problem.times)
        for block in np.split(theta, len(problem.parts))
    ]
    total, log_determinants, inverses = 0.0, 0.0, []
    for part, (sigma, _, _) in zip(problem.parts, built, strict=True):
        made = invert_by_pattern(sigma, part.patterns)
        if made is None:
            return None
        W, log_det = made
        inverses.append(W)
        log_determinants += float(part.counts @ log_det) - part.log_weights
        total = total + part.contract(W)
    solved = _solve(total)
    if solved is None:
        return None
    beta, phi, log_det_xwx, squares = solved
    n_free = problem.n_observations - (problem.p if problem.reml else 0)
    value = n_free * np.log(2 * np.pi) + log_determinants + squares
    value += log_det_xwx if problem.reml else 0.0
    sigmas, first, second = zip(*built, strict=True)
    return Point(theta, float(value), beta, phi, sigmas, first, second, tuple(inverses))


def invert_by_pattern(
    sigma: np.ndarray, patterns: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Inverse of Sigma over each pattern's visits (R x M x M, zero elsewhere), log determinants."""
    if not np.isfinite(sigma).all():
        return None
    seen = patterns.astype(float)
    both = seen[:, :, None] * seen[:, None, :]
    # A one on the diagonal of a missing visit leaves the determinant and the inverse untouched.
    filled = sigma * both + np.eye(len(sigma)) * (1.0 - seen)[:, None, :]
    try:
        np.linalg.cholesky(sigma)
        roots = np.linalg.cholesky(filled)
    except np.linalg.LinAlgError:
        return None
    W = np.linalg.inv(filled)
    W = (W + W.transpose(0, 2, 1)) * (both / 2)
    return W, 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)


def _solve(total: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float] | None:
    """b, Phi, log det X'WX and the weighted residual squares from [X, y]'W[X, y]."""
    xwx, xwy, ywy = total[:-1, :-1], total[:-1, -1], total[-1, -1]
    if not np.isfinite(total).all():
        return None
    root, failed = lapack.dpotrf(xwx, lower=True)
    if failed:
        return None
    beta, _ = lapack.dpotrs(root, xwy, lower=True)
    phi, _ = lapack.dpotri(root, lower=True)
    phi = np.tril(phi) + np.tril(phi, -1).T
    log_det = 2 * np.log(root.diagonal()).sum()
    return beta, phi, float(log_det), float(ywy - xwy @ beta)


def differentiate(problem: Problem, point: Point) -> Slopes:
    """Gradient and observed Hessian of -2 log likelihood at a point.

    Source: Lindstrom & Bates (1988) J Am Stat Assoc 83:1014.
    Agrees with: validation/mmrm/reference.json
    """
    # Beside the boundary products may overflow; the search turns down steps that are not finite.
    with np.errstate(over="ignore", invalid="ignore"):
        return _differentiate(problem, point)


def _differentiate(problem: Problem, point: Point) -> Slopes:
    pieces = [_one_group(problem, point, g) for g in range(len(problem.parts))]
    P = np.concatenate([piece[2] for piece in pieces])
    hessian = _diagonal_blocks([piece[1] for piece in pieces])
    v = (P @ point.d)[:, :-1]
    hessian = hessian - 2 * v @ point.phi @ v.T
    P = P[:, :-1, :-1]
    if problem.reml:
        hessian = hessian - trace_of_products(P, point.phi)
    gradient = np.concatenate([piece[0] for piece in pieces])
    return Slopes(gradient, (hessian + hessian.T) / 2, P)


def _diagonal_blocks(blocks: list[np.ndarray]) -> np.ndarray:
    return blocks[0] if len(blocks) == 1 else block_diag(*blocks)


def _one_group(problem: Problem, point: Point, g: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What one group's Sigma adds to the gradient, to the Hessian, and its P (with y)."""
    part, W, E = problem.parts[g], point.inverses[g], point.first[g]
    V = W @ part.spread(_residual_moment(problem, point)) @ W
    pull = np.tensordot(part.counts, W, axes=1) - V.sum(axis=0)
    k = len(E)
    gradient = E.reshape(k, -1) @ pull.reshape(-1)
    bend = (point.second[g].reshape(k * k, -1) @ pull.reshape(-1)).reshape(k, k)
    bend += quadratic(E, W, 2 * V - part.counts[:, None, None] * W)
    P = -part.contract(W @ E[:, None] @ W)
    return gradient, bend, P


def _residual_moment(problem: Problem, point: Point) -> np.ndarray:
    """d d', and with REML also Phi: what the residual squares are worth at this point."""
    moment = np.outer(point.d, point.d)
    if problem.reml:
        moment[:-1, :-1] += point.phi
    return moment


def quadratic(E: np.ndarray, W: np.ndarray, V: np.ndarray) -> np.ndarray:
    """Sum over patterns of tr(E_i W_r E_j V_r), k x k, by one product of M^2 x R with R x M^2."""
    k, m, _ = E.shape
    r = len(W)
    joint = (W.reshape(r, m * m).T @ V.reshape(r, m * m)).reshape(m, m, m, m)
    # joint[b, c, d, a] = sum of W[b, c] V[d, a]; E_i[a, b] and E_j[c, d] close the trace.
    joint = joint.transpose(3, 0, 1, 2).reshape(m * m, m * m)
    flat = E.reshape(k, m * m)
    return flat @ joint @ flat.T


def trace_of_products(P: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """tr(Phi P_i Phi P_j), k x k."""
    turned = phi @ P
    k = len(P)
    return turned.reshape(k, -1) @ turned.transpose(0, 2, 1).reshape(k, -1).T


def expected_information(problem: Problem, point: Point, P: np.ndarray) -> np.ndarray:
    """The expected Hessian of -2 log likelihood: never indefinite, for the first Newton steps.

    Source: Kenward & Roger (1997) Biometrics 53:983, appendix.
    Agrees with: validation/mmrm/reference.json
    """
    blocks = []
    padded = np.zeros((problem.p + 1,) * 2)
    padded[:-1, :-1] = point.phi
    for part, W, E in zip(problem.parts, point.inverses, point.first, strict=True):
        V = part.counts[:, None, None] * W
        if problem.reml:
            V = V - 2 * W @ part.spread(padded) @ W
        blocks.append(quadratic(E, W, V))
    made = _diagonal_blocks(blocks)
    return made + trace_of_products(P, point.phi) if problem.reml else made
