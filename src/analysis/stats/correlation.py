"""Correlation patterns over the visits, each with its first and second derivatives.

A pattern turns m parameters and the visits' times (M) into R (M x M, ones on the diagonal), dR
(m x M x M) and d2R (m x m x M x M), all by the correlations themselves; `linked` then moves to free
parameters, so that every real number is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Derivatives = tuple[np.ndarray, np.ndarray, np.ndarray]
Pattern = Callable[[np.ndarray, np.ndarray], Derivatives]


def _lags(times: np.ndarray) -> np.ndarray:
    steps = np.arange(len(times))
    return np.abs(steps[:, None] - steps)


def _power(rho: float, exponent: np.ndarray) -> Derivatives:
    """rho ** exponent with its derivatives by rho; exponents 0 stay 1."""
    once = exponent * rho ** np.where(exponent > 0, exponent - 1, 0.0)
    curved = exponent * (exponent - 1)
    twice = curved * rho ** np.where(curved != 0, exponent - 2, 0.0)
    return rho**exponent, once[None], twice[None, None]


def first_order(rho: np.ndarray, times: np.ndarray) -> Derivatives:
    """Correlation rho ** steps between visits: autoregressive of order one.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/reference.json
    """
    return _power(rho[0], _lags(times).astype(float))


def spatial(rho: np.ndarray, times: np.ndarray) -> Derivatives:
    """Correlation rho ** distance in time: exponential decay, visits at unequal distances.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/README.md
    """
    return _power(rho[0], np.abs(times[:, None] - times).astype(float))


def exchangeable(rho: np.ndarray, times: np.ndarray) -> Derivatives:
    """One correlation between any two visits: compound symmetry.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/reference.json
    """
    m = len(times)
    apart = 1.0 - np.eye(m)
    return np.eye(m) + rho[0] * apart, apart[None], np.zeros((1, 1, m, m))


def banded(rho: np.ndarray, times: np.ndarray) -> Derivatives:
    """One correlation for each number of steps between visits: Toeplitz.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/reference.json
    """
    m = len(times)
    first = (_lags(times) == np.arange(1, m)[:, None, None]).astype(float)
    second = np.zeros((m - 1, m - 1, m, m))
    return np.eye(m) + np.tensordot(rho, first, axes=1), first, second


def antedependent(rho: np.ndarray, times: np.ndarray) -> Derivatives:
    """One correlation for each step; between visits the product of the steps between them.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/reference.json
    """
    m = len(times)
    j, k, step = np.ogrid[:m, :m, : m - 1]
    between = (np.minimum(j, k) <= step) & (step < np.maximum(j, k))

    def product(left_out: np.ndarray) -> np.ndarray:
        return np.where(between & ~left_out, rho, 1.0).prod(axis=-1)

    eye = np.eye(m - 1, dtype=bool)
    first = np.zeros((m - 1, m, m))
    for a in range(m - 1):
        first[a] = between[..., a] * product(eye[a])
    second = np.zeros((m - 1, m - 1, m, m))
    for a in range(m - 1):
        for b in range(a):
            both = between[..., a] & between[..., b]
            second[a, b] = second[b, a] = both * product(eye[a] | eye[b])
    return product(np.zeros(m - 1, dtype=bool)), first, second


@dataclass(frozen=True)
class Link:
    """Between a free number and a correlation, given M: forward with two derivatives, and back."""

    forward: Callable[[np.ndarray, int], Derivatives]
    back: Callable[[np.ndarray, int], np.ndarray]


def _root(theta: np.ndarray, n_visits: int) -> Derivatives:
    square = 1.0 + theta**2
    return theta / np.sqrt(square), square**-1.5, -3 * theta * square**-2.5


def _logistic(theta: np.ndarray, low: float) -> Derivatives:
    share = 1.0 / (1.0 + np.exp(-theta))
    slope = share * (1.0 - share)
    width = 1.0 - low
    return low + width * share, width * slope, width * slope * (1.0 - 2.0 * share)


def _logit(rho: np.ndarray, low: float) -> np.ndarray:
    return np.log((rho - low) / (1.0 - rho))


def _lowest(n_visits: int) -> float:
    return -1.0 / max(n_visits - 1, 1)


# From -1 to 1: theta / sqrt(1 + theta^2).
ANY = Link(_root, lambda rho, n_visits: rho / np.sqrt(1.0 - rho**2))
# From 0 to 1: the logistic function.
POSITIVE = Link(
    lambda theta, n_visits: _logistic(theta, 0.0), lambda rho, n_visits: _logit(rho, 0.0)
)
# From -1 / (M - 1), the lowest correlation that M visits can share, to 1: the logistic function.
SHARED = Link(
    lambda theta, n_visits: _logistic(theta, _lowest(n_visits)),
    lambda rho, n_visits: _logit(rho, _lowest(n_visits)),
)


def linked(pattern: Pattern, link: Link, theta: np.ndarray, times: np.ndarray) -> Derivatives:
    """A pattern by free parameters: the chain rule, one link a parameter."""
    rho, slope, curve = link.forward(theta, len(times))
    R, first, second = pattern(rho, times)
    bent = second * np.multiply.outer(slope, slope)[..., None, None]
    own = np.arange(len(theta))
    bent[own, own] += curve[:, None, None] * first
    return R, slope[:, None, None] * first, bent
