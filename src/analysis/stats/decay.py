"""How fast a gain fades: its half-life from the gains at several times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

LN2 = np.log(2.0)


@dataclass(frozen=True)
class HalfLife:
    """Time in which half of a gain is lost; infinite where it does not fade.

    value, lower, upper: in the unit of the times. start: the gain at time 0. rate, rate_se: the
    share lost a unit of time, to begin with; below 0 where the gain still grows.
    """

    value: float
    lower: float
    upper: float
    start: float
    rate: float
    rate_se: float


def half_life(
    times: np.ndarray,
    gains: np.ndarray,
    covariance: np.ndarray,
    *,
    df: float = np.inf,
    level: float = 0.95,
) -> HalfLife | None:
    """The half-life of a gain that fades exponentially, by generalised least squares.

    Args:
        times: K since the gain was made, the first 0.
        gains: K estimates, away from 0 on the same side at the first time.
        covariance: K x K, of the gains.
        df: degrees of freedom of the covariance.
        level: of the interval, which is made for the rate and turned: where the rate may be 0 or
            less, the upper end is infinite.

    Returns:
        The half-life, or None where the search finds no curve (a gain that is no gain).

    Source: gain(t) = start * exp(-rate t), half-life ln 2 / rate; weighted by the inverse of the
    covariance (Aitken 1936).
    """
    t, y = np.asarray(times, dtype=float), np.asarray(gains, dtype=float)
    unit = max(t[-1], 1.0)
    try:
        (start, rate), spread = optimize.curve_fit(
            lambda x, a, r: a * np.exp(-r * x),
            t / unit,
            y,
            p0=(y[0], 0.1),
            sigma=covariance,
            absolute_sigma=True,
        )
    except (RuntimeError, np.linalg.LinAlgError):
        return None
    if not np.isfinite(spread).all() or start * y[0] <= 0:
        return None
    half = stats.t.ppf((1 + level) / 2, df) * np.sqrt(spread[1, 1])
    slow, fast = (_life(r / unit) for r in (rate - half, rate + half))
    return HalfLife(
        _life(rate / unit), fast, slow, start, rate / unit, np.sqrt(spread[1, 1]) / unit
    )


def _life(rate: float) -> float:
    return float(LN2 / rate) if rate > 0 else np.inf


def first_below(times: np.ndarray, gains: np.ndarray, size: float) -> float:
    """When a line through the gains first falls below a size; infinite where it does not.

    Args:
        times: K, increasing.
        gains: K, or samples x K.
        size: above 0, in the unit of the gains.

    Returns:
        A time, or one a sample; the first time where the gain is below the size from the start.
    """
    y = np.atleast_2d(np.asarray(gains, dtype=float))
    t = np.asarray(times, dtype=float)
    made = np.full(len(y), np.inf)
    for k in range(len(t) - 1, 0, -1):
        falls = (y[:, k - 1] >= size) & (y[:, k] < size)
        share = (y[:, k - 1] - size) / np.where(falls, y[:, k - 1] - y[:, k], 1.0)
        made = np.where(falls, t[k - 1] + share * (t[k] - t[k - 1]), made)
    made = np.where(y[:, 0] < size, t[0], made)
    return made if np.ndim(gains) == 2 else float(made[0])


def first_below_interval(
    times: np.ndarray,
    gains: np.ndarray,
    covariance: np.ndarray,
    size: float,
    *,
    df: float = np.inf,
    level: float = 0.95,
) -> tuple[float, float]:
    """Between which times a line through the gains may first have fallen below a size.

    From the first time at which the lower end of the line's interval lies below the size to the
    first at which its upper end does; infinite where an end never does.

    Args:
        times: K, increasing.
        gains: K.
        covariance: K x K, of the gains.
        size: above 0, in the unit of the gains.
        df: degrees of freedom of the covariance.
        level: of the interval.

    Returns:
        Two times, the first no later than `first_below`, the second no earlier.

    Source: the times at which a test does not refuse the size, as Fieller (1954) J R Stat Soc B
    16:175 for ratios.
    """
    t = np.asarray(times, dtype=float)
    fine = np.unique(np.concatenate([t, np.arange(t[0], t[-1])]))
    weights = np.column_stack([np.interp(fine, t, unit) for unit in np.eye(len(t))])
    line = weights @ np.asarray(gains, dtype=float)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", weights, covariance, weights))
    half = stats.t.ppf((1 + level) / 2, df) * spread
    return first_below(fine, line - half, size), first_below(fine, line + half, size)
