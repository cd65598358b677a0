"""Covariances that random effects induce: Sigma = Z G Z' + sigma2 I over the visits.

Participants differ by a level of their own (intercept), or by a level and a trend of their own
(slope over time). Sigma is linear in its parameters, the elements of G by rows of its lower
triangle and last the residual variance. The search may leave the cone where G is a covariance, as
long as Sigma is one; an optimum out there means that a variance of G sits at its boundary, zero,
and is refused by name.
"""

from __future__ import annotations

import numpy as np

from .correlation import Derivatives

# Of a starting G in standardised time: the smallest share of its largest eigenvalue.
FLOOR = 0.05


def effect_powers(times: np.ndarray, n_effects: int) -> np.ndarray:
    """Z, visits x effects: ones, and for slopes the times."""
    return np.asarray(times, dtype=float)[:, None] ** np.arange(n_effects)


def induced(n_effects: int, theta: np.ndarray, times: np.ndarray) -> Derivatives:
    """Sigma = Z G Z' + sigma2 I with its derivatives; the second ones are zero.

    Args:
        n_effects: 1 for intercepts, 2 for intercepts and slopes.
        theta: the lower triangle of G by rows, then sigma2.
        times: M, in the unit of the slope.

    Source: Laird & Ware (1982) Biometrics 38:963.
    Agrees with: validation/lmm/lmm.json
    """
    Z, m, k = effect_powers(times, n_effects), len(times), len(theta)
    first = np.empty((k, m, m))
    for i, (a, b) in enumerate(zip(*np.tril_indices(n_effects), strict=True)):
        outer = np.outer(Z[:, a], Z[:, b])
        first[i] = outer if a == b else outer + outer.T
    first[-1] = np.eye(m)
    return np.tensordot(theta, first, axes=1), first, np.zeros((k, k, m, m))


def effects_covariance(n_effects: int, theta: np.ndarray) -> np.ndarray:
    """G from its lower triangle by rows."""
    G = np.zeros((n_effects, n_effects))
    rows, columns = np.tril_indices(n_effects)
    G[rows, columns] = G[columns, rows] = theta[:-1]
    return G


def start_induced(n_effects: int, sigma: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Least squares of a rough Sigma on the structure, drawn into the cone."""
    times = np.asarray(times, dtype=float)
    centre, spread = times.mean(), times.std() or 1.0
    standard = (times - centre) / spread
    upper = np.triu_indices(len(times))
    first = induced(n_effects, np.zeros(n_effects * (n_effects + 1) // 2 + 1), standard)[1]
    rough = np.linalg.lstsq(first[(slice(None), *upper)].T, sigma[upper], rcond=None)[0]
    residual = max(rough[-1], 0.1 * np.diag(sigma).mean())
    values, vectors = np.linalg.eigh(effects_covariance(n_effects, rough))
    values = np.maximum(values, FLOOR * max(values[-1], residual))
    G = (vectors * values) @ vectors.T
    # [1, t] = [1, u] A with t = centre + spread u, so G over t is inv(A) G inv(A)'.
    back = np.linalg.inv(np.array([[1.0, centre], [0.0, spread]])[:n_effects, :n_effects])
    G = back @ G @ back.T
    return np.append(G[np.tril_indices(n_effects)], residual)


def edge_of_effects(n_effects: int, theta: np.ndarray, times: np.ndarray) -> str | None:
    """Which random effect lies at or beyond its boundary, in words; None when G is a covariance."""
    G = effects_covariance(n_effects, theta)
    if n_effects == 1:
        return "the variance of the random intercepts is zero" if G[0, 0] <= 0 else None
    if G[1, 1] <= 0:
        return "the variance of the random slopes is zero"
    if G[0, 0] <= 0:
        return "the variance of the random intercepts (at time 0) is zero"
    if G[0, 1] ** 2 >= G[0, 0] * G[1, 1]:
        return "random intercepts and slopes are wholly correlated, so they are one effect, not two"
    return None
