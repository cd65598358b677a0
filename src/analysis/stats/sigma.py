"""Sigma from free parameters: unstructured, or standard deviations times a correlation pattern.

Each gives Sigma (M x M), its first derivatives (k x M x M) and its second (k x k x M x M), and the
parameters of a rough Sigma to start from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .correlation import Derivatives, Link, Pattern, linked


def unstructured(theta: np.ndarray, times: np.ndarray) -> Derivatives:
    """Sigma = L L' with L = D U: D = exp(first M parameters), U unit lower triangular, by rows.

    Source: Pinheiro & Bates (1996) Stat Comput 6:289, the logarithm of the Cholesky factor.
    Agrees with: validation/mmrm/reference.json
    """
    n_visits, k = len(times), len(theta)
    below = np.tril_indices(n_visits, -1)
    scale = np.exp(theta[:n_visits])
    unit = np.eye(n_visits)
    unit[below] = theta[n_visits:]
    L = scale[:, None] * unit
    dL = np.zeros((k, n_visits, n_visits))
    visits = np.arange(n_visits)
    dL[visits, visits] = L
    free = np.arange(n_visits, k)
    dL[free, below[0], below[1]] = scale[below[0]]
    dLL = dL @ L.T
    flat = dL.reshape(k * n_visits, n_visits)
    second = (flat @ flat.T).reshape(k, n_visits, k, n_visits).transpose(0, 2, 1, 3).copy()
    # L itself is curved only along log D: twice along one entry it gives its row again, and once
    # with an entry of that row below the diagonal it gives that entry's derivative again.
    second[visits, visits] += dLL[visits]
    second[below[0], free] += dLL[free]
    second[free, below[0]] += dLL[free]
    first = dLL + dLL.transpose(0, 2, 1)
    return L @ L.T, first, second + second.transpose(0, 1, 3, 2)


def start_unstructured(sigma: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The parameters of this Sigma."""
    L = np.linalg.cholesky(sigma)
    scale = np.diag(L)
    unit = L / scale[:, None]
    return np.concatenate([np.log(scale), unit[np.tril_indices(len(sigma), -1)]])


def scaled(
    pattern: Pattern,
    link: Link,
    every_visit: bool,
    theta: np.ndarray,
    times: np.ndarray,
) -> Derivatives:
    """Sigma = s s' times a correlation pattern: log standard deviations first, one or M of them.

    Source: Sabanes Bove et al., articles of the R package mmrm (covariance structures).
    Agrees with: validation/mmrm/reference.json
    """
    m = len(times)
    n_scales = m if every_visit else 1
    sd = np.broadcast_to(np.exp(theta[:n_scales]), (m,))
    R, dR, d2R = linked(pattern, link, theta[n_scales:], times)
    outer = np.outer(sd, sd)
    sigma = outer * R
    # d log Sigma[j, k] / d log s_a: how often a is among j and k.
    eye = np.eye(m)
    times_a = eye[:, :, None] + eye[:, None, :] if every_visit else np.full((1, m, m), 2.0)
    k = len(theta)
    first = np.concatenate([times_a * sigma, outer * dR])
    second = np.empty((k, k, m, m))
    second[:n_scales, :n_scales] = times_a[:, None] * times_a * sigma
    mixed = times_a[:, None] * (outer * dR)
    second[:n_scales, n_scales:] = mixed
    second[n_scales:, :n_scales] = mixed.transpose(1, 0, 2, 3)
    second[n_scales:, n_scales:] = outer * d2R
    return sigma, first, second


def start_scaled(
    guess: Callable[[float, np.ndarray], np.ndarray],
    link: Link,
    every_visit: bool,
    sigma: np.ndarray,
    times: np.ndarray,
) -> np.ndarray:
    """Moments: log standard deviations, and the mean correlation one step apart."""
    m = len(sigma)
    variance = np.diag(sigma)
    log_sd = np.log(variance if every_visit else [variance.mean()]) / 2
    neighbours = sigma[np.arange(m - 1), np.arange(1, m)] / np.sqrt(variance[:-1] * variance[1:])
    rho = float(np.clip(neighbours.mean() if m > 1 else 0.0, 0.05, 0.9))
    return np.append(log_sd, link.back(guess(rho, times), m))
