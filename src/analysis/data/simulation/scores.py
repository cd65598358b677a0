"""Simulated scores, and who may enter with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.data.simulation.people import EXPLAINED_SHARE, People, make_people, stream
from analysis.data.simulation.truth import SHARED_BETWEEN_MEASURES, mean_scores, signed_spread
from analysis.errors import PlanError
from analysis.plan.schema import Plan

# Applicants for one place, after which a plan is refused whose entry hardly anybody fits.
MOST_APPLICANTS = 200


def entrants(plan: Plan) -> tuple[People, np.ndarray]:
    """The people who enter and their scores, shape (measures, n, visits).

    Whoever is short of the score that the plan needs at the start is replaced by another applicant
    for the same place, a whole other person, until everybody may enter.

    Raises:
        PlanError: hardly anybody of the plan's population has the score.
    """
    people = make_people(plan)
    scores = make_scores(plan, people)
    for attempt in range(1, MOST_APPLICANTS):
        short = _short(plan, scores)
        if not short.any():
            return people, scores
        others = make_people(plan, attempt)
        theirs = make_scores(plan, others, attempt)
        table = people.table.copy()
        table.loc[short] = others.table.loc[short]
        explained = np.where(short, others.explained, people.explained)
        people = replace(people, table=table, explained=explained)
        scores = np.where(short[:, None], theirs, scores)
    raise PlanError(
        "Hardly anybody has the score that is needed to enter.",
        where="simulation.entry",
        why=f"of {MOST_APPLICANTS} applicants for a place nobody had it",
        do="write a score that is nearer to the mean at the start",
    )


def _short(plan: Plan, scores: np.ndarray) -> np.ndarray:
    """Whose first score of the first measure is better than what is needed to enter, shape (n,)."""
    entry = plan.simulation.entry
    if entry is None:
        return np.zeros(scores.shape[1], bool)
    return np.sign(signed_spread(plan)) * (scores[0, :, 0] - entry) < 0


def make_scores(plan: Plan, people: People, attempt: int = 0) -> np.ndarray:
    """Whole points within the instrument's range, shape (measures, n, visits).

    Args:
        plan: its measures and the truth of their courses.
        people: the simulated people.
        attempt: which applicant for each place they are, 0 the first.
    """
    share = plan.simulation.person_share
    standing = _standing(plan, people, attempt)
    passing = _passing(plan, len(people.arm), attempt)
    deviation = np.sqrt(share) * standing[:, :, None] + np.sqrt(1 - share) * passing
    spread = np.array([plan.simulation.baseline[measure][1] for measure in plan.measures])
    raw = mean_scores(plan)[:, people.arm] + spread[:, None, None] * deviation
    low, high = np.array([measure.range for measure in plan.measures.values()]).T
    return np.clip(np.rint(raw), low[:, None, None], high[:, None, None])


def _standing(plan: Plan, people: People, attempt: int) -> np.ndarray:
    """Standing difference of a person by measure, variance about 1, shape (measures, n).

    Positive is worse in each measure, so a person with more pain tends to be more disabled and
    to balance less well.
    """
    n = len(people.arm)
    common = stream(plan.seed, "standing difference", attempt).standard_normal(n)
    free = 1 - EXPLAINED_SHARE
    rows = []
    for measure, spec in plan.measures.items():
        numbers = stream(plan.seed, f"standing difference of {measure}", attempt)
        own = numbers.standard_normal(n)
        mixed = np.sqrt(SHARED_BETWEEN_MEASURES) * common
        mixed = mixed + np.sqrt(1 - SHARED_BETWEEN_MEASURES) * own
        sign = 1.0 if spec.direction == "lower is better" else -1.0
        rows.append(sign * (people.explained + np.sqrt(free) * mixed))
    return np.array(rows)


def _passing(plan: Plan, n: int, attempt: int) -> np.ndarray:
    """Passing differences: AR(1) from visit to visit, variance 1, shape (measures, n, visits)."""
    rho = plan.simulation.correlation
    shape = (n, len(plan.schedule))
    draws = np.array(
        [
            stream(plan.seed, f"passing difference of {m}", attempt).standard_normal(shape)
            for m in plan.measures
        ]
    )
    for visit in range(1, shape[1]):
        draws[:, :, visit] = rho * draws[:, :, visit - 1] + np.sqrt(1 - rho**2) * draws[:, :, visit]
    return draws
