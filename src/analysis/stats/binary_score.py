"""Miettinen and Nurminen's score intervals: two shares compared without assuming large numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from .arguments import refuse_no_choice
from .binary import Interval, refuse_counts

# Halvings of a range of width 2 at most: far below the last digit of a share.
STEPS = 60
Counts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def miettinen_nurminen(
    count: np.ndarray,
    n: np.ndarray,
    other_count: np.ndarray,
    other_n: np.ndarray,
    *,
    scale: str = "difference",
    level: float = 0.95,
) -> Interval:
    """Difference, ratio or odds ratio of two shares, with the values that a score test accepts.

    A ratio with nobody in the other share is infinite; with nobody in either it is not a number and
    its bounds are 0 and infinity.

    Args:
        count: people who have it in the first group; all four are arrays of one shape.
        n: of how many.
        other_count: people who have it in the group that is compared with.
        other_n: of how many.
        scale: `difference`, `ratio` or `odds ratio`.
        level: of the interval.

    Raises:
        UsageError: an unknown scale, a level outside 0 to 1, or counts that are none.
        ModelError: a group without people.

    Source: Miettinen & Nurminen (1985) Stat Med 4:213, equations 8 to 12 and appendix I.
    """
    refuse_no_choice(scale, "scale", _SCALES, "scale")
    given = (count, n, other_count, other_n)
    x1, n1, x0, n0 = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in given))
    refuse_counts(np.stack([x1, x0]), np.stack([n1, n0]), level)
    score, estimate, to_scale, ends = _SCALES[scale]
    counts = (x1, n1, x0, n0)
    # The corrected variance is larger by N / (N - 1).
    wanted = norm.ppf((1 + level) / 2) ** 2 * (n1 + n0) / (n1 + n0 - 1)
    middle = estimate(counts)
    bounds = [_edge(lambda at: score(counts, to_scale(at)), middle, end, wanted) for end in ends]
    with np.errstate(divide="ignore", invalid="ignore"):
        value, lower, upper = (to_scale(at) for at in (middle, *bounds))
    nobody = np.isnan(middle)
    return Interval(value, np.where(nobody, 0.0, lower), np.where(nobody, np.inf, upper))


def _edge(
    statistic: Callable[[np.ndarray], np.ndarray],
    middle: np.ndarray,
    end: float,
    wanted: np.ndarray,
) -> np.ndarray:
    """Where the statistic, 0 at the middle, reaches what is wanted; the end if it never does."""
    inside, outside = np.array(middle), np.full(middle.shape, float(end))
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(STEPS):
            half = (inside + outside) / 2
            accepted = ~(statistic(half) > wanted)
            inside, outside = np.where(accepted, half, inside), np.where(accepted, outside, half)
    return np.where(np.abs(inside - end) < 1e-12, end, inside)


def _squared(gap: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Gap squared over its variance; no gap is no evidence, also where the variance is 0."""
    return np.where(np.abs(gap) < 1e-14, 0.0, gap**2 / variance)


def _difference_score(counts: Counts, delta: np.ndarray) -> np.ndarray:
    x1, n1, x0, n0 = counts
    N, C = n1 + n0, x1 + x0
    L2 = (n1 + 2 * n0) * delta - N - C
    L1 = (n0 * delta - N - 2 * x0) * delta + C
    L0 = x0 * delta * (1 - delta)
    q = (L2 / (3 * N)) ** 3 - L1 * L2 / (6 * N**2) + L0 / (2 * N)
    p = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum((L2 / (3 * N)) ** 2 - L1 / (3 * N), 0))
    cosine = np.where(p == 0, 1.0, q / np.where(p == 0, 1.0, p) ** 3)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    p0 = np.clip(2 * p * np.cos(angle) - L2 / (3 * N), np.maximum(0, -delta), 1)
    p1 = np.clip(p0 + delta, 0, 1)
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    return _squared(x1 / n1 - x0 / n0 - delta, variance)


def _ratio_score(counts: Counts, ratio: np.ndarray) -> np.ndarray:
    x1, n1, x0, n0 = counts
    A, C = (n1 + n0) * ratio, x1 + x0
    B = -(n1 * ratio + x1 + n0 + x0 * ratio)
    # The smaller root of A p^2 + B p + C, in the form that stays exact where A is small.
    p0 = np.clip(2 * C / (-B + np.sqrt(np.maximum(B**2 - 4 * A * C, 0))), 0, 1)
    p1 = np.clip(ratio * p0, 0, 1)
    variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
    return _squared(x1 / n1 - ratio * x0 / n0, variance)


def _odds_ratio_score(counts: Counts, odds: np.ndarray) -> np.ndarray:
    x1, n1, x0, n0 = counts
    A, C = n0 * (odds - 1), x1 + x0
    B = n1 * odds + n0 - C * (odds - 1)
    p0 = np.clip(2 * C / (B + np.sqrt(np.maximum(B**2 + 4 * A * C, 0))), 0, 1)
    p1 = p0 * odds / (1 + p0 * (odds - 1))
    information = 1 / (1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0)))
    return _squared(x1 - n1 * p1, information)


def _from_part(part: np.ndarray) -> np.ndarray:
    """Parts of 1 stand for ratios from 0 to infinity, so that both ends can be reached."""
    return part / (1 - part)


def _ratio_part(counts: Counts) -> np.ndarray:
    x1, n1, x0, n0 = counts
    with np.errstate(invalid="ignore"):
        return (x1 / n1) / (x1 / n1 + x0 / n0)


def _odds_part(counts: Counts) -> np.ndarray:
    x1, n1, x0, n0 = counts
    with np.errstate(invalid="ignore"):
        return x1 * (n0 - x0) / (x1 * (n0 - x0) + x0 * (n1 - x1))


_SCALES = {
    "difference": (
        _difference_score,
        lambda counts: counts[0] / counts[1] - counts[2] / counts[3],
        lambda at: at,
        (-1.0, 1.0),
    ),
    "ratio": (_ratio_score, _ratio_part, _from_part, (0.0, 1.0)),
    "odds ratio": (_odds_ratio_score, _odds_part, _from_part, (0.0, 1.0)),
}
