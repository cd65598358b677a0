"""Two shares compared: Wilson's interval of one, hybrid intervals of their difference and ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from analysis.errors import ModelError, UsageError

from .arguments import refuse_no_level


@dataclass(frozen=True)
class Interval:
    """An estimate and its bounds, arrays of one shape."""

    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class Share:
    """A share and how sure it is.

    value: from 0 to 1. n: people, or as many as the information is worth where some are imputed.
    critical: the quantile that its interval uses. Arrays of one shape.
    """

    value: np.ndarray
    n: np.ndarray
    critical: np.ndarray


def counted(count: np.ndarray, n: np.ndarray, level: float = 0.95) -> Share:
    """The share of people counted.

    Args:
        count: how many have it.
        n: of how many.
        level: of the interval, between 0 and 1.

    Raises:
        UsageError: a level outside 0 to 1, or counts that are no counts of n people.
        ModelError: a group without people.
    """
    count, n = np.broadcast_arrays(np.asarray(count, float), np.asarray(n, float))
    refuse_counts(count, n, level)
    return Share(count / n, n, np.full(n.shape, norm.ppf((1 + level) / 2)))


def refuse_counts(count: np.ndarray, n: np.ndarray, level: float) -> None:
    """Counts are whole, of at least one person, and no more than there are people.

    Raises:
        UsageError: they are not, or the level lies outside 0 to 1.
        ModelError: a group without people.
    """
    refuse_no_level(level)
    whole = np.isfinite(count) & np.isfinite(n) & (count == np.floor(count)) & (n == np.floor(n))
    if not (whole & (count >= 0) & (n >= 0)).all() or (count > n).any():
        raise UsageError(
            "A count is no whole number between 0 and the number of people.",
            where="count, n",
            why="A share of people lies between none of them and all of them.",
        )
    if (n == 0).any():
        raise ModelError(
            "A group has no people.",
            where="n=0",
            why="Nobody can tell which share of nobody responds.",
            do="Leave the group out.",
        )


def wilson(share: Share) -> Interval:
    """The score interval of one share; never outside 0 to 1, also where nobody or everybody has it.

    Source: Wilson (1927) J Am Stat Assoc 22:209, as in Newcombe (1998) Stat Med 17:857, method 3;
    with imputations Lott & Reiter (2020) Am Stat 74:109, who put n / (1 + r) for n and t for z.
    """
    p, n, z = share.value, share.n, share.critical
    middle = 2 * n * p + z**2
    half = z * np.sqrt(z**2 + 4 * n * p * (1 - p))
    scale = 2 * (n + z**2)
    lower, upper = (middle - half) / scale, (middle + half) / scale
    # At the ends the formula gives 0 and 1 but for rounding.
    return Interval(p, np.where(p == 0, 0.0, lower), np.where(p == 1, 1.0, upper))


def hybrid_difference(first: Share, second: Share) -> Interval:
    """First minus second share, its bounds from the Wilson bounds of both.

    Source: Newcombe (1998) Stat Med 17:873, method 10.
    """
    a, b = wilson(first), wilson(second)
    difference = a.estimate - b.estimate
    below = np.hypot(a.estimate - a.lower, b.upper - b.estimate)
    above = np.hypot(a.upper - a.estimate, b.estimate - b.lower)
    return Interval(difference, difference - below, difference + above)


def hybrid_ratio(first: Share, second: Share) -> Interval:
    """First over second share, its bounds from the Wilson bounds of both.

    Infinite where nobody is in the second share; not a number where nobody is in either, and then
    the bounds are 0 and infinity, because the data say nothing of the ratio.

    Source: Donner & Zou (2012) Stat Methods Med Res 21:347, equation 9.
    """
    a, b = wilson(first), wilson(second)
    product = a.estimate * b.estimate

    def bound(mine: np.ndarray, other: np.ndarray, sign: int) -> np.ndarray:
        mine_left = mine * (2 * a.estimate - mine)
        other_left = other * (2 * b.estimate - other)
        root = np.sqrt(np.maximum(product**2 - mine_left * other_left, 0.0))
        return (product + sign * root) / other_left

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a.estimate / b.estimate
        lower, upper = bound(a.lower, b.upper, -1), bound(a.upper, b.lower, 1)
    lower = np.where(a.estimate == 0, 0.0, np.maximum(lower, 0.0))
    return Interval(ratio, lower, np.where(b.estimate == 0, np.inf, upper))


def number_needed_to_treat(difference: Interval) -> Interval:
    """How many people are treated for one more who benefits: one over the difference of shares.

    Negative is harm: one more who does worse. Where the interval of the difference holds 0 the
    bounds have different signs, and what lies between them runs through infinity: from `lower` on
    benefit, up to infinitely many, and on to harm as strong as `upper`. Where the whole interval is
    benefit, `lower` to `upper` is the usual interval; where it is harm, both are negative.

    Args:
        difference: of shares, positive where the treatment does better.

    Source: Altman (1998) BMJ 317:1309.
    """
    ends = (difference.estimate, difference.upper, difference.lower)
    with np.errstate(divide="ignore"):
        # One more in infinitely many is infinity, never minus infinity.
        return Interval(*(1 / (np.asarray(each) + 0.0) for each in ends))
