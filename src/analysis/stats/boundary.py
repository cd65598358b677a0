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


def refuse_uninformed(problem: Problem, point: Point) -> None:
    """Visits seen together must tell every covariance parameter apart.

    Raises:
        ModelError: fewer variances and covariances are seen than the structure has parameters, or
            two parameters move them alike.
    """
    for part, E in zip(problem.parts, point.first, strict=True):
        seen = E[:, np.triu(part.pairs > 0)]
        scale = np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), np.finfo(float).tiny)
        if np.linalg.matrix_rank(seen / scale, tol=UNINFORMED) < len(E):
            raise ModelError(
                "The data say nothing about some covariance parameters.",
                where=f"covariance of the visits ({problem.structure.words})",
                why=f"{len(E)} parameters ask for visits that participants share, and too few are "
                "shared.",
                do="Use a structure with fewer parameters.",
            )


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
                do="Leave that effect out ('ri' instead of 'ri+rs'), or use a structure that "
                "allows what the data show: 'cs' or 'us'.",
            )


def smallest_eigenvalue(point: Point) -> float:
    """Of the correlations of Sigma, over groups."""
    scales = [np.sqrt(np.diag(sigma)) for sigma in point.sigmas]
    return min(
        float(np.linalg.eigvalsh(sigma / np.outer(scale, scale))[0])
        for sigma, scale in zip(point.sigmas, scales, strict=True)
    )


def lost(problem: Problem, point: Point | None, what: str) -> ModelError:
    """Why the search ended without a maximum, as far as can be told."""
    if point is not None:
        refuse_edge(problem, point)
    if point is not None and smallest_eigenvalue(point) < SUSPECT:
        return ModelError(
            f"The {problem.structure.words} runs to its boundary: Sigma becomes singular.",
            where="covariance of the visits",
            why="At the boundary standard errors and degrees of freedom mean nothing.",
            do="Look for visits whose outcomes are the same or sums of each other, for too few "
            "participants for so many visits, or ask for a structure with fewer parameters.",
        )
    return ModelError(
        what,
        where="fit of the repeated-measures model",
        why="Estimates away from the maximum are not the estimates of this model.",
        do="Check for extreme outcomes and near-copies of columns, or use a structure with fewer "
        "parameters.",
    )
