"""Intervals for tau2 and with it for tau, I2 and H2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from analysis.errors import UsageError

from ..arguments import refuse_no_level
from .between import log_likelihood, solve_q
from .hetero import Heterogeneity, as_arrays
from .weighted import orthonormal, weighted, weights_of


@dataclass(frozen=True)
class HeterogeneityInterval:
    """Lower and upper limits, one a data set: tau2 in the effect's unit squared, i2 from 0 to 1."""

    tau2: tuple[np.ndarray, np.ndarray]
    tau: tuple[np.ndarray, np.ndarray]
    i2: tuple[np.ndarray, np.ndarray]
    h2: tuple[np.ndarray, np.ndarray]


def q_profile(
    y: np.ndarray,
    v: np.ndarray,
    X: np.ndarray | None,
    hetero: Heterogeneity,
    *,
    level: float = 0.95,
) -> HeterogeneityInterval:
    """The values of tau2 at which Q(tau2) would not surprise.

    Args:
        y: effects.
        v: sampling variances.
        X: moderators with the intercept.
        hetero: what `heterogeneity` made of them.
        level: of the interval.

    Returns:
        The interval. Where the studies agree more closely than chance leads one to expect, even
        tau2 = 0 surprises, and both limits are zero.

    Source: Viechtbauer (2007) Stat Med 26:37, section 2.6.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_level(level)
    y, v, X = as_arrays(y, v, X)
    Q, _ = orthonormal(X)
    tail = (1 - level) / 2
    low = solve_q(y, v, Q, stats.chi2.isf(tail, hetero.q_df))
    high = solve_q(y, v, Q, stats.chi2.ppf(tail, hetero.q_df))
    return _from_tau2(low, high, hetero.typical)


def likelihood_profile(
    y: np.ndarray,
    v: np.ndarray,
    X: np.ndarray | None,
    hetero: Heterogeneity,
    *,
    level: float = 0.95,
) -> HeterogeneityInterval:
    """The values of tau2 whose (restricted) log likelihood lies close to the highest; one data set.

    Raises:
        UsageError: tau2 was not estimated by `ml` or `reml`.

    Source: Hardy & Thompson (1996) Stat Med 15:619.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_level(level)
    if hetero.method not in ("ml", "reml"):
        raise UsageError(
            f"There is no likelihood profile with method {hetero.method!r}.",
            where="method",
            do="Use 'reml' or 'ml', or the Q-profile interval.",
        )
    y, v, X = as_arrays(y, v, X)
    Q, _ = orthonormal(X)

    def height(tau2: float) -> float:
        fit = weighted(y, weights_of(v, tau2), Q)
        return float(log_likelihood(fit, np.array(tau2), v, reml=hetero.method == "reml"))

    best = float(hetero.tau2)
    floor = height(best) - stats.chi2.ppf(level, 1) / 2
    low = 0.0
    if best > 0 and height(0.0) < floor:
        low = brentq(lambda t: height(t) - floor, 0.0, best, xtol=1e-14, rtol=1e-12)
    top = best + float(v.max())
    while height(top) > floor:
        top *= 2
    high = brentq(lambda t: height(t) - floor, best, top, xtol=1e-14, rtol=1e-12)
    return _from_tau2(np.array(low), np.array(high), hetero.typical)


def _from_tau2(low: np.ndarray, high: np.ndarray, typical: np.ndarray) -> HeterogeneityInterval:
    return HeterogeneityInterval(
        tau2=(low, high),
        tau=(np.sqrt(low), np.sqrt(high)),
        i2=(low / (low + typical), high / (high + typical)),
        h2=(low / typical + 1, high / typical + 1),
    )
