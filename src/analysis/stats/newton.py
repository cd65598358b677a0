"""Newton with step halving from one start, judged by its gradient and its Hessian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from .boundary import SINGULAR, lost, refuse_edge, smallest_eigenvalue
from .likelihood import (
    Point,
    Problem,
    Slopes,
    differentiate,
    evaluate,
    expected_information,
)

# The Newton decrement g' inv(H) g is twice the fall of -2 log L still to come. Below 1e-16 a
# parameter is within 1e-8 of its own standard error.
DECREMENT = 1e-16
# From here on rounding hides the fall of -2 log L, so a full step is taken on the Hessian's word.
TRUSTED = 1e-6
MAX_STEPS = 100
MAX_HALVINGS = 30


@dataclass(frozen=True)
class Optimum:
    """The maximum: the point, its slopes, and the steps it took."""

    point: Point
    slopes: Slopes
    iterations: int


def newton(problem: Problem, start: np.ndarray) -> Optimum:
    """The maximum that a search from one start ends in.

    Raises:
        ModelError: no convergence, or Sigma runs to its boundary.

    Source: Lindstrom & Bates (1988) J Am Stat Assoc 83:1014, Newton-Raphson for mixed models.
    Agrees with: validation/mmrm/reference.json
    """
    point = evaluate(problem, start)
    if point is None:
        raise lost(problem, point, "The starting values give no positive definite Sigma.")
    for iteration in range(1, MAX_STEPS + 1):
        slopes = differentiate(problem, point)
        step, sure = direction(problem, point, slopes)
        decrement = -float(slopes.gradient @ step)
        if sure and decrement < DECREMENT:
            refuse_edge(problem, point)
            return Optimum(point, slopes, iteration)
        point = descend(problem, point, step, decrement, sure)
        if not smallest_eigenvalue(point) > SINGULAR:
            break
    raise lost(problem, point, f"The likelihood has no maximum within {MAX_STEPS} steps.")


def direction(problem: Problem, point: Point, slopes: Slopes) -> tuple[np.ndarray, bool]:
    """Newton's step, or Fisher's where the Hessian is not positive definite (then not sure)."""
    for sure in (True, False):
        matrix = slopes.hessian if sure else expected_information(problem, point, slopes.P)
        try:
            root = linalg.cho_factor(matrix, check_finite=False)
            return -linalg.cho_solve(root, slopes.gradient, check_finite=False), sure
        except linalg.LinAlgError:
            continue
    raise lost(problem, point, "The data say nothing about some covariance parameters.")


def descend(
    problem: Problem, point: Point, step: np.ndarray, decrement: float, sure: bool
) -> Point:
    """The first of step, step/2, step/4, ... that lowers -2 log likelihood enough."""
    size = 1.0
    for _ in range(MAX_HALVINGS):
        there = evaluate(problem, point.theta + size * step)
        if there is not None:
            if sure and decrement < TRUSTED:
                return there
            if there.value <= point.value - 1e-4 * size * decrement:
                return there
        size /= 2
    raise lost(problem, point, "No step lowers -2 log likelihood, though its gradient is not zero.")
