"""Refits without one participant at a time: sums are subtracted, data are not read again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import ModelError

from .crossproducts import CrossProducts, upper_triangle
from .likelihood import Problem
from .observations import Observations
from .reml import Optimum, maximise


@dataclass(frozen=True)
class LeftOut:
    """Estimates without each participant, in the order of the participants' codes.

    beta: n x p. theta: n x k, covariance parameters.
    """

    beta: np.ndarray
    theta: np.ndarray


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
    """
    Z = observations.design.with_outcome()
    if observations.weights is not None:
        Z = Z * np.sqrt(observations.weights)[:, None]
    n = observations.arrangement.n_subjects
    beta, theta = np.empty((n, problem.p)), np.empty((n, len(optimum.point.theta)))
    for g, arrangement in enumerate(observations.by_group):
        for r, (rows, members) in enumerate(
            zip(arrangement.rows, arrangement.members, strict=True)
        ):
            for who, own in zip(members, rows, strict=True):
                point = _refit(problem, g, r, Z[own], optimum).point
                beta[who], theta[who] = point.beta, point.theta
    return LeftOut(beta, theta)


def _refit(problem: Problem, g: int, r: int, z: np.ndarray, optimum: Optimum) -> Optimum:
    parts = list(problem.parts)
    parts[g] = without(parts[g], r, z)
    try:
        return maximise(replace(problem, parts=tuple(parts)), optimum.point.theta)
    except ModelError as error:
        raise ModelError(
            "The model cannot be fitted without one of the participants.",
            where=f"leaving one out; {error.what}",
            why="Some estimate rests on this participant alone.",
            do="Leave out the term, the visit or the covariance parameter that only one informs.",
        ) from None


def without(part: CrossProducts, r: int, z: np.ndarray) -> CrossProducts:
    """The sums less one participant of pattern r, whose rows (weighted) are z, visits x q.

    The sum of log weights stays: it moves the likelihood by a constant and no estimate.
    """
    counts = part.counts.copy()
    counts[r] -= 1.0
    table = part.table.copy()
    start, stop = np.searchsorted(part.pattern, [r, r + 1])
    if counts[r] == 0:
        table[start:stop] = 0.0
        return replace(part, counts=counts, table=table)
    j, k = np.triu_indices(len(z))
    a, b = upper_triangle(part.q)
    own = z[j][:, a] * z[k][:, b]
    apart = j != k
    own[apart] += z[k[apart]][:, a] * z[j[apart]][:, b]
    table[start:stop] -= own
    return replace(part, counts=counts, table=table)
