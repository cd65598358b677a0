"""How likely a study is to be published, as a function of its p value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from analysis.errors import ModelError

LEAST = 1e-5
Weight = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Shape:
    """words: what it supposes. neutral: parameters without selection. weight: of p and them."""

    words: str
    neutral: tuple[float, ...]
    weight: Weight


def _beta(p: np.ndarray, d: np.ndarray) -> np.ndarray:
    # The density has no bound at its ends: p values are held off them, as metafor does.
    p = np.clip(p, LEAST, 1 - LEAST)
    return p ** (d[0] - 1) * (1 - p) ** (d[1] - 1)


def _half_normal(p: np.ndarray, d: np.ndarray) -> np.ndarray:
    return np.exp(-d[0] * p**2)


def _exponential(p: np.ndarray, d: np.ndarray) -> np.ndarray:
    return np.exp(-d[0] * p)


def _logistic(p: np.ndarray, d: np.ndarray) -> np.ndarray:
    return 2 * np.exp(-d[0] * p) / (1 + np.exp(-d[0] * p))


def _power(p: np.ndarray, d: np.ndarray) -> np.ndarray:
    return (1 - p) ** d[0]


# Smooth shapes; the step function has its own integrals.
SHAPES: dict[str, Shape] = {
    "beta": Shape("a beta density of the p value", (1.0, 1.0), _beta),
    "half-normal": Shape("falling with the squared p value", (0.0,), _half_normal),
    "exponential": Shape("falling exponentially with the p value", (0.0,), _exponential),
    "logistic": Shape("falling as a logistic function of the p value", (0.0,), _logistic),
    "power": Shape("a power of 1 - p", (0.0,), _power),
}

# Vevea & Woods (2005) Psychol Methods 10:428: weights of intervals of the one-sided p value.
STEPS = (0.005, 0.01, 0.05, 0.1, 0.25, 0.35, 0.5, 0.65, 0.75, 0.9, 0.95, 0.99, 0.995, 1.0)
SCENARIOS: dict[str, tuple[float, ...]] = {
    "moderate": (1, 0.99, 0.95, 0.8, 0.75, 0.65, 0.6, 0.55, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    "severe": (1, 0.99, 0.9, 0.75, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.1, 0.1, 0.1, 0.1),
    "moderate, both sides": (
        *(1, 0.99, 0.95, 0.9, 0.8, 0.75, 0.6),
        *(0.6, 0.75, 0.8, 0.9, 0.95, 0.99, 1),
    ),
    "severe, both sides": (
        *(1, 0.99, 0.9, 0.75, 0.6, 0.5, 0.25),
        *(0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 1),
    ),
}
# An effect is integrated over so many standard deviations either side, in three pieces that meet
# where a shape may have a kink, by so many points each.
REACH, POINTS = 10.0, 200
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
_KINK = float(stats.norm.isf(LEAST))


def step_of(p: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The interval of each p value; steps are upper ends, the last one 1."""
    return np.minimum(np.searchsorted(steps, p, side="left"), len(steps) - 1)


def step_shares(
    mean: np.ndarray, total: np.ndarray, s: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """The probability of each interval of the one-sided p value, studies x steps.

    Args:
        mean: of each study's effect, small p values above zero.
        total: its variance.
        s: its standard error.
        steps: upper ends of the intervals, the last one 1.
    """
    edges = stats.norm.isf(np.concatenate([[0.0], steps]))
    scaled = (s[:, None] * edges - mean[:, None]) / np.sqrt(total)[:, None]
    return np.diff(stats.norm.sf(scaled), axis=1)


def smooth_share(
    mean: np.ndarray, total: np.ndarray, s: np.ndarray, weight: Weight, delta: np.ndarray
) -> np.ndarray:
    """The mean weight of each study over what its effect might have been, by quadrature."""
    root = np.sqrt(total)
    low, high = mean - REACH * root, mean + REACH * root
    edges = [low, np.clip(-_KINK * s, low, high), np.clip(_KINK * s, low, high), high]
    share = np.zeros_like(mean)
    for left, right in pairwise(edges):
        half = ((right - left) / 2)[:, None]
        y = ((right + left) / 2)[:, None] + half * _NODES
        density = stats.norm.pdf(y, mean[:, None], root[:, None])
        p = np.clip(stats.norm.sf(y / s[:, None]), 1e-300, 1 - 1e-16)
        share += (weight(p, delta) * density * half * _NODE_WEIGHTS).sum(axis=1)
    return share


def refuse_empty(where: np.ndarray, ends: np.ndarray) -> None:
    """Every interval of p values holds a study.

    Raises:
        ModelError: some do not.
    """
    counts = np.bincount(where, minlength=len(ends))
    if (counts == 0).any():
        edges = [0.0, *ends]
        empty = [f"{edges[i]:g} to {edges[i + 1]:g}" for i in np.flatnonzero(counts == 0)]
        raise ModelError(
            f"No study has a one-sided p value in: {', '.join(empty)}.",
            where="steps",
            why="The weight of such an interval could be anything.",
            do="Use fewer steps, the other alternative, or fixed weights (`sensitivity`).",
        )
