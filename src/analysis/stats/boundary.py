"""Where a search may not end: at a boundary of the covariance, or where the data say nothing."""

from __future__ import annotations

import numpy as np

from analysis.errors import ModelError

from .likelihood import Point, Problem

# The smallest eigenvalue of Sigma's correlations: below it one visit is a sum of the others to more
# digits than outcomes have. A search that ends below SUSPECT was lost on the way there.
SINGULAR = 1e-7
SUSPECT = 1e-3
# Of derivatives scaled to one: the share that must stand out for a parameter to be informed.
UNINFORMED = 1e-9
# Outcomes less leverage; below it coefficients fit all outcomes of a pattern at a visit.
SPARE = 1e-8


class SearchError(ModelError):
    """A search that ended without a maximum; `value` is -2 log likelihood where it ended."""

    value = np.inf


def refuse_uninformed(problem: Problem, theta: np.ndarray) -> None:
    """The visits that participants share must tell every covariance parameter apart.

    Raises:
        ModelError: fewer variances and covariances are informed than the structure has parameters,
            or two parameters move them alike.
    """
    blocks = np.split(theta, len(problem.parts))
    for pairs, block in zip(informed_pairs(problem), blocks, strict=True):
        E = problem.structure.build(block, problem.times)[1]
        seen = E[:, np.triu(pairs)]
        scale = np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), np.finfo(float).tiny)
        if np.linalg.matrix_rank(seen / scale, tol=UNINFORMED) < len(E):
            empty = [str(j + 1) for j in np.flatnonzero(~pairs.diagonal())]
            shared = int(np.triu(pairs).sum())
            raise ModelError(
                "The data say nothing about some covariance parameters.",
                where=f"covariance of the visits ({problem.structure.words})",
                why=f"{len(E)} parameters rest on {shared} variances and covariances that the data "
                "inform"
                + (f"; none at visit {', '.join(empty)} of {len(pairs)}" if empty else "")
                + ".",
                do="Use a structure with fewer parameters, fewer terms in the formula, or leave "
                "out visits that few attended.",
            )


def informed_pairs(problem: Problem) -> list[np.ndarray]:
    """For each group, M x M: were two visits seen together by someone with outcomes to spare?

    Where coefficients of their own fit all outcomes of a pattern at a visit (leverage one), these
    outcomes say nothing about the covariance.
    """
    unit = [np.eye(problem.n_visits) * part.patterns[:, None, :] for part in problem.parts]
    gram = sum(part.contract(W) for part, W in zip(problem.parts, unit, strict=True))
    inverse = np.zeros_like(gram)
    inverse[:-1, :-1] = np.linalg.inv(gram[:-1, :-1])
    made = []
    for part in problem.parts:
        leverage = np.diagonal(part.spread(inverse), axis1=1, axis2=2)
        spare = part.patterns & (part.counts[:, None] - leverage > SPARE)
        made.append(np.einsum("rj,rk->jk", spare.astype(float), spare.astype(float)) > 0)
    return made


def refuse_edge(problem: Problem, point: Point) -> None:
    """The optimum must lie inside what the structure means, not only where Sigma is a covariance.

    Raises:
        ModelError: naming the random effect whose variance is at its boundary.
    """
    for block in np.split(point.theta, len(problem.parts)):
        edge = problem.structure.edge(block, problem.times)
        if edge is not None:
            raise ModelError(
                f"The likelihood is largest where {edge}.",
                where=f"covariance of the visits ({problem.structure.words})",
                why="At the boundary standard errors and degrees of freedom mean nothing.",
                do="Leave out what is zero ('ri' instead of 'ri+rs'), or use a structure that "
                "allows what the data show: 'cs', 'toep' or 'us'.",
            )


def smallest_eigenvalue(point: Point) -> float:
    """Of the correlations of Sigma, over groups."""
    scales = [np.sqrt(np.diag(sigma)) for sigma in point.sigmas]
    return min(
        float(np.linalg.eigvalsh(sigma / np.outer(scale, scale))[0])
        for sigma, scale in zip(point.sigmas, scales, strict=True)
    )


def lost(problem: Problem, point: Point | None, what: str) -> SearchError:
    """Why the search ended without a maximum, as far as can be told."""
    if point is not None:
        refuse_edge(problem, point)
    error = _reason(problem, point, what)
    error.value = np.inf if point is None else point.value
    return error


def higher_beyond(problem: Problem) -> ModelError:
    """The likelihood has a maximum inside, but is higher where another search ran to."""
    return ModelError(
        f"The {problem.structure.words} runs to its boundary: Sigma becomes singular.",
        where="covariance of the visits",
        why="There is a maximum inside, but the likelihood is higher at the boundary, where "
        "standard errors and degrees of freedom mean nothing.",
        do="Look for a group or a visit with few participants for so many parameters, and ask for "
        "one Sigma for all or a structure with fewer parameters.",
    )


def _reason(problem: Problem, point: Point | None, what: str) -> SearchError:
    if point is not None and smallest_eigenvalue(point) < SUSPECT:
        return SearchError(
            f"The {problem.structure.words} runs to its boundary: Sigma becomes singular.",
            where="covariance of the visits",
            why="At the boundary standard errors and degrees of freedom mean nothing.",
            do="Look for visits whose outcomes are the same or sums of each other, for too few "
            "participants for so many visits, or ask for a structure with fewer parameters.",
        )
    return SearchError(
        what,
        where="fit of the repeated-measures model",
        why="Estimates away from the maximum are not the estimates of this model.",
        do="Check for extreme outcomes and near-copies of columns, or use a structure with fewer "
        "parameters.",
    )
