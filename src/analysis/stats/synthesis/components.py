"""Variance components beside a known sampling covariance: likelihood and its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from analysis.errors import ModelError

from .weighted import orthonormal

STEPS = 200
HALVINGS = 40
# Where the search starts: shares of the residual variance, for each component.
SHARES = (0.0, 0.03, 0.3, 1.0)
# Steps below this share of the residual variance are rounding.
SETTLED = 1e-12


@dataclass(frozen=True)
class Components:
    """M = V + sum of theta_i G_i at its best.

    theta: variance components; information: minus the Hessian of the log likelihood in theta.
    beta, covariance: coefficients. M: covariance of the effects. log_likelihood: restricted (with
    the constant of X'X) or full.
    """

    theta: np.ndarray
    information: np.ndarray
    beta: np.ndarray
    covariance: np.ndarray
    M: np.ndarray
    log_likelihood: float
    residuals: np.ndarray


@dataclass(frozen=True)
class _Point:
    theta: np.ndarray
    value: float
    gradient: np.ndarray
    observed: np.ndarray
    expected: np.ndarray


def fit_components(
    y: np.ndarray, V: np.ndarray, X: np.ndarray, parts: Sequence[np.ndarray], *, reml: bool = True
) -> Components:
    """Coefficients and variance components of y ~ N(X beta, V + sum of theta_i G_i), theta >= 0.

    Args:
        y: effects, k.
        V: their sampling covariance, k x k.
        X: design, k x p.
        parts: the G_i, k x k, each the covariance that one unit of its component brings.
        reml: restricted, or full maximum likelihood.

    Raises:
        ModelError: a covariance that is not positive definite, or no convergence.

    Source: Harville (1977) J Am Stat Assoc 72:320; Konstantopoulos (2011) Res Synth Methods 2:61.
    Agrees with: validation/metafor/README.md
    """
    Q, R = orthonormal(X)
    given = (y, V, Q, parts, reml)
    point = _maximum(*given) if parts else _evaluate(np.zeros(0), *given)
    M = _total(point.theta, V, parts)
    # Through Q, so that moderators on large scales lose no digits.
    inverse = np.linalg.inv(Q.T @ np.linalg.solve(M, Q))
    back = np.linalg.inv(R)
    covariance = back @ inverse @ back.T
    beta = back @ (inverse @ (Q.T @ np.linalg.solve(M, y)))
    return Components(point.theta, point.observed, beta, covariance, M, point.value, y - X @ beta)


def _total(theta: np.ndarray, V: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    return V + sum((t * G for t, G in zip(theta, parts, strict=True)), np.zeros_like(V))


def _evaluate(
    theta: np.ndarray,
    y: np.ndarray,
    V: np.ndarray,
    Q: np.ndarray,
    parts: Sequence[np.ndarray],
    reml: bool,
) -> _Point:
    """The log likelihood with slopes and curvatures at theta; Q has orthonormal columns."""
    try:
        factor = cho_factor(_total(theta, V, parts), lower=True)
    except np.linalg.LinAlgError:
        raise ModelError(
            "The covariance of the effects is not positive definite.",
            why="Some combination of effects would have no variance at all, or a negative one.",
            do="Check the correlations between effects of one study, and effects given twice.",
        ) from None
    k, p = Q.shape
    inverse = cho_solve(factor, np.eye(k))
    WQ = inverse @ Q
    small = Q.T @ WQ
    P = inverse - WQ @ np.linalg.solve(small, WQ.T)
    Py = P @ y
    log_det = 2 * np.log(np.diag(factor[0])).sum()
    value = (k - (p if reml else 0)) * np.log(2 * np.pi) + log_det + y @ Py
    if reml:
        value += np.linalg.slogdet(small)[1]
    weights = P if reml else inverse
    along = [G @ Py for G in parts]
    times = [weights @ G for G in parts]
    m = len(parts)
    traced = np.array([[np.sum(times[i] * times[j].T) for j in range(m)] for i in range(m)])
    quadratic = np.array([[a @ P @ b for b in along] for a in along])
    slope = np.array([Py @ a - np.trace(t) for a, t in zip(along, times, strict=True)])
    return _Point(
        theta,
        -value / 2,
        slope / 2,
        (quadratic - traced / 2).reshape(m, m),
        (traced / 2).reshape(m, m),
    )


def _maximum(
    y: np.ndarray, V: np.ndarray, Q: np.ndarray, parts: Sequence[np.ndarray], reml: bool
) -> _Point:
    scale = float(np.sum((y - Q @ (Q.T @ y)) ** 2)) / (Q.shape[0] - Q.shape[1])
    starts = product(*[np.array(SHARES) * scale] * len(parts))
    tried = [_evaluate(np.array(start), y, V, Q, parts, reml) for start in starts]
    point = max(tried, key=lambda one: one.value)
    for _ in range(STEPS):
        free = (point.theta > 0) | (point.gradient > 0)
        step = _step(point, free)
        following = _climb(point, step, scale, y, V, Q, parts, reml)
        moved = np.abs(following.theta - point.theta).max(initial=0.0)
        point = following
        if moved <= SETTLED * scale:
            return point
    raise ModelError(
        f"The variance components did not settle in {STEPS} steps.",
        where=", ".join(f"{t:.6g}" for t in point.theta),
        why="Values in between would look like estimates.",
        do="Check for levels that hold one effect each, which cannot be told apart.",
    )


def _step(point: _Point, free: np.ndarray) -> np.ndarray:
    """Newton where the surface is curved downwards, Fisher scoring elsewhere."""
    step = np.zeros_like(point.theta)
    if not free.any():
        return step
    chosen = np.ix_(free, free)
    curve = point.observed[chosen]
    if np.linalg.eigvalsh(curve)[0] <= 1e-10 * np.abs(curve).max():
        curve = point.expected[chosen]
    step[free] = np.linalg.lstsq(curve, point.gradient[free], rcond=1e-12)[0]
    return step


def _climb(
    point: _Point,
    step: np.ndarray,
    scale: float,
    y: np.ndarray,
    V: np.ndarray,
    Q: np.ndarray,
    parts: Sequence[np.ndarray],
    reml: bool,
) -> _Point:
    """The step, no component below zero, halved until the likelihood no longer falls."""
    share = 1.0
    for _ in range(HALVINGS):
        theta = np.maximum(point.theta + share * step, 0.0)
        tried = _evaluate(theta, y, V, Q, parts, reml)
        if tried.value >= point.value - 1e-12 * abs(point.value):
            return tried
        share /= 2
    return point
