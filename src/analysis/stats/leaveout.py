"""Refits without one participant at a time: sums are subtracted, data are not read again.

All refits are made side by side: a batch of participants is one array operation. Where subtraction
would lose digits (a participant who informs a coefficient almost alone) or the shared search does
not settle, that participant's model is fitted anew from the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import ModelError

from .crossproducts import sum_by_pattern
from .downdate import Own, settle
from .likelihood import Problem
from .newton import Optimum
from .observations import Observations
from .patterns import Arrangement
from .reml import maximise
from .screen import refuse_aliased, refuse_unseen_pairs

# The share of some direction of the design that others still inform; below it digits are lost.
ALONE = 1e-6
# Numbers in the largest array of a batch (inverses by pattern): about 32 MB.
BATCH = 4_000_000


@dataclass(frozen=True)
class LeftOut:
    """Estimates without each participant, in the order of the participants' codes.

    beta: n x p. theta: n x k, covariance parameters. refitted: participants whose model was fitted
    anew from the rows.
    """

    beta: np.ndarray
    theta: np.ndarray
    refitted: int


def leave_one_out(observations: Observations, problem: Problem, optimum: Optimum) -> LeftOut:
    """Fit the model again without each participant, from the whole fit's parameters.

    Args:
        observations: the rows of the whole fit.
        problem: its cross-products.
        optimum: its optimum, where each search begins.

    Returns:
        The estimates without each participant.

    Raises:
        ModelError: a fit that cannot do without some participant.

    Source: Wolbers et al. (2022) Pharm Stat 21:1246, for the jackknife that it serves.
    Agrees with: validation/rbmi/README.md
    """
    n = observations.arrangement.n_subjects
    beta, theta = np.empty((n, problem.p)), np.empty((n, len(optimum.point.theta)))
    settled = np.zeros(n, dtype=bool)
    for own in _batches(observations, problem):
        kept = own.of(~_alone(problem, own))
        if not len(kept.who):
            continue
        b, t, done = settle(problem, optimum, kept)
        beta[kept.who], theta[kept.who], settled[kept.who] = b, t, done
    others = np.flatnonzero(~settled)
    for who in others:
        point = _refit(observations, problem, who, optimum).point
        beta[who], theta[who] = point.beta, point.theta
    return LeftOut(problem.basis.coefficients(beta), theta, len(others))


def _batches(observations: Observations, problem: Problem) -> Iterator[Own]:
    """Participants by group in batches that fit in memory, each with its rows by visit."""
    Z = problem.basis.apply(observations.design.with_outcome())
    if observations.weights is not None:
        Z = Z * np.sqrt(observations.weights)[:, None]
    m = problem.n_visits
    per_participant = max(sum(len(part.counts) for part in problem.parts) * m * m, Z.shape[1] ** 2)
    size = max(1, BATCH // per_participant)
    for g, arrangement in enumerate(observations.by_group):
        who, seen, place = _by_visit(arrangement)
        padded = np.vstack([Z, np.zeros(Z.shape[1])])
        for start in range(0, len(who), size):
            cut = slice(start, start + size)
            yield Own(g, who[cut], seen[cut], padded[place[cut]])


def _by_visit(arrangement: Arrangement) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Participants, visits attended (n x M) and row of each (n x M; -1: the row of zeros)."""
    who = np.concatenate(arrangement.members)
    seen = np.repeat(arrangement.patterns, [len(rows) for rows in arrangement.rows], axis=0)
    place = np.full(seen.shape, -1)
    place[seen] = np.concatenate([rows.reshape(-1) for rows in arrangement.rows])
    return who, seen, place


def _alone(problem: Problem, own: Own) -> np.ndarray:
    """Who cannot be left out by subtraction: leverage near one, or the last at a pair of visits."""
    gram = sum(
        part.contract(np.eye(part.n_visits) * part.patterns[:, None, :]) for part in problem.parts
    )[:-1, :-1]
    X = own.z[..., :-1]
    hat = X @ np.linalg.inv(gram) @ X.transpose(0, 2, 1)
    alone = 1 - np.linalg.eigvalsh(hat)[:, -1] < ALONE
    if problem.structure.needs_every_pair:
        last = problem.parts[own.group].pairs < 2
        alone |= (own.seen[:, :, None] & own.seen[:, None, :] & last).any(axis=(1, 2))
    return alone


def _refit(observations: Observations, problem: Problem, who: np.intp, optimum: Optimum) -> Optimum:
    """The model without one participant, summed from the rows of the others."""
    others = np.arange(observations.arrangement.n_subjects) != who
    design = observations.design
    try:
        Z = problem.basis.apply(design.with_outcome())
        parts = tuple(
            sum_by_pattern(Z, _of(arrangement, others), weights=observations.weights)
            for arrangement in observations.by_group
        )
        left = replace(problem, parts=parts)
        gram = sum(part.contract(np.eye(part.n_visits) * part.patterns[:, None]) for part in parts)
        squares = problem.basis.squares(gram)[:-1]
        refuse_aliased(gram[:-1, :-1], design.names, squares)
        refuse_unseen_pairs(parts, problem.structure, observations.visits, observations.groups)
        return maximise(left, optimum.point.theta)
    except ModelError as error:
        raise ModelError(
            "The model cannot be fitted without one of the participants.",
            where=f"leaving one out; {error.what}",
            why="Some estimate rests on this participant alone.",
            do="Leave out the term, the visit or the covariance parameter that only one informs.",
        ) from None


def _of(arrangement: Arrangement, chosen: np.ndarray) -> Arrangement:
    if not any(chosen[members].any() for members in arrangement.members):
        raise ModelError("A group has one participant only.")
    return arrangement.of(chosen)
