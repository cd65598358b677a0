"""Counts of people and of events: a share, a rate and a ratio of rates, with exact intervals.

Every interval holds also where nothing was seen: an upper limit stands beside a count of zero.
"""

from __future__ import annotations

from typing import NamedTuple

from scipy.stats import binomtest, chi2

from analysis.errors import UsageError


class Estimate(NamedTuple):
    """A value and its interval."""

    value: float
    lower: float
    upper: float


def share(count: int, of: int, *, level: float = 0.95) -> Estimate:
    """The share of people with an event, 0 to 1, with the exact interval of Clopper and Pearson.

    Args:
        count: people with the event.
        of: all people.
        level: of the interval.

    Raises:
        UsageError: nobody is counted, or more people than there are.

    Source: Clopper and Pearson 1934, Biometrika 26:404.
    Agrees with: validation/counts/README.md
    """
    _refuse(count, of)
    if not count <= of:
        raise UsageError(
            "More people have the event than there are.",
            where="count, of",
            do="Count each person once.",
        )
    found = binomtest(int(count), int(of)).proportion_ci(level, method="exact")
    return Estimate(count / of, float(found.low), float(found.high))


def rate(count: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """Events in a unit of exposure, with the exact interval of a Poisson count.

    Args:
        count: events.
        exposure: time at risk, above 0; the rate is in its unit.
        level: of the interval.

    Raises:
        UsageError: no exposure, or a count below 0.

    Source: Garwood 1936, Biometrika 28:437.
    Agrees with: validation/counts/README.md
    """
    _refuse(count, exposure)
    tail = (1 - level) / 2
    lower = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    upper = chi2.isf(tail, 2 * (count + 1)) / 2
    return Estimate(count / exposure, float(lower) / exposure, float(upper) / exposure)


def rate_ratio(
    count: int, exposure: float, other: int, other_exposure: float, *, level: float = 0.95
) -> Estimate:
    """One rate over another, with the exact interval given the sum of both counts.

    The value and the upper bound are infinite where the other count is 0; where both are 0 nothing
    is known: the value is missing, the interval from 0 to infinity.

    Raises:
        UsageError: no exposure, or a count below 0.

    Source: Przyborowski and Wilenski 1940, Biometrika 31:313; Clopper and Pearson for the share.
    Agrees with: validation/counts/README.md
    """
    _refuse(count, exposure)
    _refuse(other, other_exposure)
    if count + other == 0:
        return Estimate(float("nan"), 0.0, float("inf"))
    scale = other_exposure / exposure
    lower, upper = share(count, count + other, level=level)[1:]
    return Estimate(
        scale * count / other if other else float("inf"),
        scale * _odds(lower),
        scale * _odds(upper),
    )


def _odds(part: float) -> float:
    return part / (1 - part) if part < 1 else float("inf")


def _refuse(count: float, of: float) -> None:
    if not (of > 0 and count >= 0):
        raise UsageError(
            "There is nobody at risk, or a count lies below 0.",
            where="count, of, exposure",
            why="a share or a rate of nobody does not exist",
            do="Leave the group out, and say that nobody was at risk.",
        )
