"""The truth of simulated scores: their means, how they go together, what entry makes of them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from analysis.data.simulation.people import EXPLAINED_SHARE
from analysis.plan.schema import Plan

# How far the standing differences of two measures go together in one person.
SHARED_BETWEEN_MEASURES = 0.5
# Half a point to either side rounds to a score.
HALF_POINT = 0.5
# Standard scores over which people are averaged, and how finely.
FAR, NODES = 8.0, 200


def mean_scores(plan: Plan) -> np.ndarray:
    """Mean score by measure, arm and visit before clipping, shape (measures, arms, visits)."""
    made = plan.simulation
    changes = [
        [(0.0, *made.arms[arm].change[measure]) for arm in plan.arms] for measure in plan.measures
    ]
    start = np.array([made.baseline[measure][0] for measure in plan.measures])
    return start[:, None, None] + np.array(changes)


def signed_spread(plan: Plan) -> float:
    """Standard deviation of the first measure; negative where a higher score is better."""
    key, measure = next(iter(plan.measures.items()))
    sign = 1.0 if measure.direction == "lower is better" else -1.0
    return sign * plan.simulation.baseline[key][1]


def entered_means(plan: Plan) -> np.ndarray:
    """As `mean_scores`, of the people who may enter: higher on the first measure, then less so."""
    z, weights = _entrants(plan)
    spread = np.array([plan.simulation.baseline[measure][1] for measure in plan.measures])
    shift = spread[:, None] * with_start(plan) * (z @ weights)
    return mean_scores(plan) + shift[:, None, :]


def held_means(plan: Plan) -> np.ndarray:
    """As `entered_means`, of scores held within their scales, and rounded where people enter."""
    z, weights = _entrants(plan)
    means, together = mean_scores(plan), with_start(plan)
    held = np.empty(means.shape)
    for place, (key, measure) in enumerate(plan.measures.items()):
        spread = plan.simulation.baseline[key][1]
        for visit in range(means.shape[2]):
            r = together[place, visit]
            given = means[place, :, visit, None] + spread * r * z
            left = spread * np.sqrt(max(1 - r * r, 0.0))
            held[place, :, visit] = _held(given, left, measure.range) @ weights
    return held


def with_start(plan: Plan) -> np.ndarray:
    """Correlation of each score with the first measure's at the start, shape (measures, visits)."""
    made = plan.simulation
    kept = made.correlation ** np.arange(len(plan.schedule))
    measures = list(plan.measures.values())
    signs = [1.0 if each.direction == measures[0].direction else -1.0 for each in measures]
    shared = EXPLAINED_SHARE + (1 - EXPLAINED_SHARE) * SHARED_BETWEEN_MEASURES
    rows = [np.full(len(kept), sign * made.person_share * shared) for sign in signs]
    rows[0] = made.person_share + (1 - made.person_share) * kept
    return np.array(rows)


def _entrants(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Standard scores of the first measure at the start of those who may enter, and their weights.

    A score that is needed to enter leaves the worse tail of a normal population.
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    low, entry = -FAR, plan.simulation.entry
    key = next(iter(plan.measures))
    sign = np.sign(signed_spread(plan))
    if entry is not None:
        mean, spread = plan.simulation.baseline[key]
        low = (sign * (entry - mean) - HALF_POINT) / spread
    z = low + (FAR - low) * (nodes + 1) / 2
    density = weights * np.exp(-(z**2) / 2)
    return sign * z, density / density.sum()


def _held(mean: np.ndarray, spread: float, bounds: tuple[float, float]) -> np.ndarray:
    """Mean of a normal score once values off the scale are set to its nearest end."""
    low, high = bounds
    if spread == 0:
        return np.clip(mean, low, high)
    a, b = ((bound - mean) / spread for bound in bounds)
    inside = ndtr(b) - ndtr(a)
    density = [np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) for x in (a, b)]
    ends = low * ndtr(a) + high * ndtr(-b)
    return ends + mean * inside - spread * (density[1] - density[0])
