"""Ratios: of two estimates (Fieller), and of two spreads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import UsageError


@dataclass(frozen=True)
class Ratio:
    """A ratio with its interval; an end is infinite where the data do not bound it."""

    value: float
    lower: float
    upper: float


def fieller(
    top: float, bottom: float, covariance: np.ndarray, *, df: float = np.inf, level: float = 0.95
) -> Ratio:
    """The ratio of two estimates, with all values that they are compatible with.

    Args:
        top: the estimate above the line.
        bottom: the estimate below it.
        covariance: 2 x 2, of (top, bottom).
        df: degrees of freedom of the covariance.
        level: of the interval.

    Returns:
        The ratio. Both ends are infinite where `bottom` is not told from 0 at this level: then
        every ratio, or every one outside a gap, is compatible with the data.

    Raises:
        UsageError: a covariance that is none, or a bottom of exactly 0.

    Source: Fieller (1954) J R Stat Soc B 16:175; Zerbe (1978) Am Stat 32:103.
    """
    V = np.asarray(covariance, dtype=float)
    if V.shape != (2, 2) or not np.isfinite(V).all() or bottom == 0:
        raise UsageError("A ratio needs a finite 2 x 2 covariance and a bottom other than 0.")
    q = stats.t.ppf((1 + level) / 2, df) ** 2
    a = bottom**2 - q * V[1, 1]
    b = top * bottom - q * V[0, 1]
    c = top**2 - q * V[0, 0]
    value = top / bottom
    if a <= 0:
        return Ratio(value, -np.inf, np.inf)
    root = np.sqrt(max(b * b - a * c, 0.0))
    return Ratio(value, (b - root) / a, (b + root) / a)


def spread_ratio(sd: float, n: int, sd_other: float, n_other: int, *, level: float = 0.95) -> Ratio:
    """One standard deviation over another, independent one.

    Args:
        sd: of the first group.
        n: its people.
        sd_other: of the group below the line.
        n_other: its people.
        level: of the interval, which is exact for normal values.

    Raises:
        UsageError: a group of one, or a spread of 0.

    Source: the ratio of two variances of normal samples has an F distribution (Fisher 1924).
    """
    if min(n, n_other) < 2 or not (sd > 0 and sd_other > 0):
        raise UsageError("A ratio of spreads needs two people a group, and a spread in each.")
    value, tail = sd / sd_other, (1 - level) / 2
    low, high = stats.f.ppf([tail, 1 - tail], n - 1, n_other - 1)
    return Ratio(value, value / np.sqrt(high), value / np.sqrt(low))
