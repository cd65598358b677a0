"""Simulated visits: the day of each, who misses one, and who leaves and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.simulation.people import People, stream
from analysis.data.simulation.truth import entered_means, signed_spread
from analysis.plan.schema import Plan
from analysis.terms import DAY, MEASURE, PARTICIPANT, VALUE

# Visits happen near their target day, and about one in eighty misses its window.
DEVIATIONS_IN_WINDOW = 2.5
WITHDRAWAL_REASONS = {
    "could not be reached": 0.4,
    "withdrew consent": 0.2,
    "pain did not improve": 0.2,
    "no time": 0.12,
    "moved away": 0.08,
}


@dataclass(frozen=True)
class Course:
    """What happened to each person, and what would have been scored had they stayed.

    Attributes:
        days: day of each planned visit, baseline first, shape (n, visits).
        scores: score had the visit taken place, shape (measures, n, visits).
        seen: whether the visit took place, shape (n, visits).
        left: day of withdrawal, infinite for those who stayed, shape (n,).
    """

    days: np.ndarray
    scores: np.ndarray
    seen: np.ndarray
    left: np.ndarray


def make_course(plan: Plan, people: People, scores: np.ndarray) -> Course:
    """Visit days and withdrawal of every simulated person, beside their scores.

    Args:
        plan: its schedule and the truth of leaving.
        people: the simulated people.
        scores: of everyone at every visit, shape (measures, n, visits).
    """
    days = _visit_days(plan, len(people.arm))
    came = stream(plan.seed, "missed visits").random(days.shape) >= plan.simulation.intermittent
    came[:, 0] = True
    last = _last_visit(plan, people, scores[0], came)
    seen = came & (np.arange(days.shape[1]) <= last[:, None])
    return Course(days, scores, seen, _leaving_days(plan, days, last))


def visits_table(plan: Plan, people: People, course: Course) -> pd.DataFrame:
    """The visits as received: ``participant``, ``day``, ``measure``, ``value``."""
    person, visit = np.nonzero(course.seen)
    measures = list(plan.measures)
    return pd.DataFrame(
        {
            PARTICIPANT: np.repeat(people.table[PARTICIPANT].to_numpy()[person], len(measures)),
            DAY: np.repeat(course.days[person, visit], len(measures)),
            MEASURE: np.tile(measures, len(person)),
            VALUE: course.scores[:, person, visit].T.ravel().astype(int),
        }
    )


def _visit_days(plan: Plan, n: int) -> np.ndarray:
    """Day of each visit: baseline in its window, later ones around their target.

    A few later visits miss their window, and none comes near the window of another visit.
    """
    draw = stream(plan.seed, "visit days").standard_normal((n, len(plan.schedule)))
    target = np.array([visit.week * 7 for visit in plan.schedule])
    early, late = target + np.array([visit.window for visit in plan.schedule]).T
    spread = np.where(draw < 0, target - early, late - target) / DEVIATIONS_IN_WINDOW
    spread[:, 0] = -early[0] / DEVIATIONS_IN_WINDOW
    draw[:, 0] = -np.abs(draw[:, 0])
    between = (late[:-1] + early[1:]) // 2
    first = np.concatenate([early[:1], between + 1])
    last = np.concatenate([np.minimum(late[:1], 0), between[1:], 2 * late[-1:] - target[-1:]])
    return np.rint(np.clip(target + spread * draw, first, last)).astype(int)


def _last_visit(plan: Plan, people: People, scores: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Index of the last visit before leaving, shape (n,).

    The hazard after a visit is multiplied by exp(slope z - slope^2 / 2), z the last score that
    was *seen* less its arm's mean, in standard deviations: missing at random, mean hazard as
    planned. Hazards follow the square root of time: people leave early rather than late.
    """
    made = plan.simulation
    roots = np.sqrt([visit.week for visit in plan.schedule])
    steps = np.diff(roots) / (roots[-1] - roots[0])
    stays = 1 - np.array([made.arms[arm].dropout for arm in plan.arms])
    means, spread = entered_means(plan)[0], signed_spread(plan)
    uniform = stream(plan.seed, "withdrawal").random(scores.shape)
    last = np.full(len(scores), len(roots) - 1)
    z = np.zeros(len(scores))
    for visit, step in enumerate(steps):
        now = (scores[:, visit] - means[people.arm, visit]) / spread
        z = np.where(came[:, visit], now, z)
        pull = np.exp(made.dropout_pain_slope * z - made.dropout_pain_slope**2 / 2)
        leaves = uniform[:, visit] < np.minimum(1, (1 - stays[people.arm] ** step) * pull)
        last = np.where(leaves & (last > visit), visit, last)
    return last


def _leaving_days(plan: Plan, days: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Day of withdrawal, after the last visit and before the next; infinite for stayers."""
    uniform = stream(plan.seed, "withdrawal day").random(len(last))
    rows, following = np.arange(len(last)), np.minimum(last + 1, days.shape[1] - 1)
    first, until = np.maximum(days[rows, last] + 1, 1), days[rows, following] - 1
    day = np.rint(first + uniform * np.maximum(until - first, 0))
    return np.where(last == days.shape[1] - 1, np.inf, day)
