"""People compared with themselves: is an event more frequent on some of a person's days?

Conditional Poisson regression, or the self-controlled case series: given how many events a person
had, only their place among that person's days counts. Whatever makes one person have more events
than another, known or not, drops out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from analysis.errors import ModelError

STEPS = 200
# Twice the rise of the log likelihood still to come, where the search ends.
SETTLED = 1e-10
# No step moves the logarithm of a rate by more, so that a first step cannot overshoot.
LONGEST = 2.0
# Logarithm of a ratio that stands for none or endless: beyond it the likelihood is flat.
EDGE = 12.0
FLAT = 1e-3


@dataclass(frozen=True)
class SelfRatios:
    """ratio, lower, upper, people: one an exposure, against the exposure 0.

    A ratio may be 0 and an upper end infinite; people are those who had an event, and days of this
    exposure as well as others. Where there are none, ratio and ends are missing.
    """

    ratio: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    people: np.ndarray


@dataclass(frozen=True)
class _Cells:
    """Days and events of people who had any: X (cells x columns), starts (first cell of each)."""

    days: np.ndarray
    events: np.ndarray
    X: np.ndarray
    starts: np.ndarray


def self_controlled(
    person: np.ndarray,
    exposure: np.ndarray,
    period: np.ndarray,
    days: np.ndarray,
    events: np.ndarray,
    *,
    level: float = 0.95,
) -> SelfRatios:
    """Ratios of a person's rate on days of an exposure to that on the person's days without it.

    Args:
        person: who each cell of days belongs to, (n,).
        exposure: 0 for the reference, 1 ... k, (n,).
        period: of time; the rate may change from one to the next, alike in all people, (n,).
        days: of the cell, above 0, (n,).
        events: on these days, (n,).
        level: of the profile likelihood intervals.

    Raises:
        ModelError: nobody had an event and days of different exposures.

    Source: Farrington (1995) Biometrics 51:228; Whitaker et al. (2006) Stat Med 25:1768.
    Agrees with: validation/self_controlled/README.md
    """
    cells, kinds = _cells(*(np.asarray(each) for each in (person, exposure, period, days, events)))
    people = np.array([_informative(cells, column) for column in range(kinds)])
    if not people.any():
        raise ModelError(
            "Days cannot be compared within people.",
            where="self-controlled ratio",
            why="nobody had an event, and both kinds of days",
            do="Read the counts of events and days of each kind.",
        )
    top = _maximum(cells, np.zeros(cells.X.shape[0]), cells.X)
    found = [
        _profile(cells, column, top, level) if n else (np.nan,) * 3
        for column, n in enumerate(people)
    ]
    return SelfRatios(*np.array(found).T, people)


def _cells(
    person: np.ndarray,
    exposure: np.ndarray,
    period: np.ndarray,
    days: np.ndarray,
    events: np.ndarray,
) -> tuple[_Cells, int]:
    """The cells of people with an event, sorted by person; columns: exposures, then periods."""
    kinds = int(exposure.max(initial=0))
    totals = np.bincount(person, weights=events)
    kept = (totals[person] > 0) & (days > 0)
    order = np.flatnonzero(kept)[np.argsort(person[kept], kind="stable")]
    later = np.unique(period[order])[1:]
    X = np.empty((len(order), kinds + len(later)))
    X[:, :kinds] = exposure[order][:, None] == np.arange(1, kinds + 1)
    X[:, kinds:] = period[order][:, None] == later
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    return _Cells(days[order].astype(float), events[order].astype(float), X, starts), kinds


def _informative(cells: _Cells, column: int) -> int:
    """People with days of this exposure and days of others."""
    if not len(cells.starts):
        return 0
    exposed = np.add.reduceat(cells.X[:, column], cells.starts)
    size = np.diff(np.append(cells.starts, len(cells.days)))
    return int(((exposed > 0) & (exposed < size)).sum())


def _maximum(cells: _Cells, offset: np.ndarray, X: np.ndarray) -> tuple[float, np.ndarray]:
    """The highest log likelihood over the coefficients of X, and these, by Newton's method.

    Where a coefficient runs away, the likelihood still has its limit, and the search ends there.
    """
    beta, k = np.zeros(X.shape[1]), X.shape[1]
    value, gradient, information = _slopes(cells, offset, X, beta)
    for _ in range(STEPS if k else 0):
        step = np.linalg.lstsq(information + 1e-12 * np.eye(k), gradient, rcond=None)[0]
        if gradient @ step < SETTLED:
            break
        step *= min(1.0, LONGEST / np.abs(step).max())
        for _ in range(STEPS):
            new = _slopes(cells, offset, X, beta + step)
            if new[0] >= value:
                break
            step /= 2
        beta, (value, gradient, information) = beta + step, new
    return value, beta


def _slopes(
    cells: _Cells, offset: np.ndarray, X: np.ndarray, beta: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood of the places of the events given their number, gradient, information."""
    eta = offset + X @ beta
    weight = cells.days * np.exp(eta)
    sums = np.add.reduceat(weight, cells.starts)
    number = np.add.reduceat(cells.events, cells.starts)
    size = np.diff(np.append(cells.starts, len(weight)))
    value = float(cells.events @ eta - number @ np.log(sums))
    share = weight / np.repeat(sums, size)
    expected = np.repeat(number, size) * share
    means = np.add.reduceat(share[:, None] * X, cells.starts, axis=0)
    information = (X * expected[:, None]).T @ X - (means * number[:, None]).T @ means
    return value, X.T @ (cells.events - expected), information


def _profile(
    cells: _Cells, column: int, top: tuple[float, np.ndarray], level: float
) -> tuple[float, float, float]:
    """The ratio of one exposure and the ends where the likelihood has fallen far enough."""
    others = np.delete(cells.X, column, axis=1)
    best = float(np.clip(top[1][column], -EDGE, EDGE))

    def fallen(at: float) -> float:
        return 2 * (top[0] - _maximum(cells, at * cells.X[:, column], others)[0])

    limit = chi2.ppf(level, 1)
    low, high = fallen(-EDGE), fallen(EDGE)
    ratio = 0.0 if low < FLAT else np.inf if high < FLAT else np.exp(best)
    lower = 0.0 if low <= limit else np.exp(brentq(lambda b: fallen(b) - limit, -EDGE, best))
    upper = np.inf if high <= limit else np.exp(brentq(lambda b: fallen(b) - limit, best, EDGE))
    return float(ratio), float(lower), float(upper)
