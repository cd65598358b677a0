"""Maximise the likelihood, from more than one start where it may have several maxima."""

from __future__ import annotations

import numpy as np

from analysis.errors import ModelError

from .boundary import SearchError, higher_beyond, refuse_uninformed
from .likelihood import Problem
from .newton import Optimum, newton
from .starts import borrowed_start, mirrored, starting_values

# Participants a parameter; with fewer a second search looks for a higher maximum.
SMALL = 10
# -2 log likelihood: maxima closer than this are one.
SAME = 1e-7


def maximise(problem: Problem, start: np.ndarray | None = None) -> Optimum:
    """Find the covariance parameters that maximise the likelihood.

    Args:
        problem: cross-products, structure, REML or ML.
        start: covariance parameters to begin at; default: moments of least-squares residuals.

    Returns:
        The optimum: its gradient vanishes and its Hessian is positive definite.

    Raises:
        ModelError: no convergence, or Sigma runs to its boundary.

    Source: Lindstrom & Bates (1988) J Am Stat Assoc 83:1014, Newton-Raphson for mixed models.
    Agrees with: validation/mmrm/reference.json
    """
    first = starting_values(problem) if start is None else start
    refuse_uninformed(problem, first)
    if start is not None:
        return newton(problem, start)
    try:
        found = newton(problem, first)
    except ModelError:
        return newton(problem, borrowed_start(problem))
    return _second_look(problem, found) if _is_small(problem) else found


def _second_look(problem: Problem, found: Optimum) -> Optimum:
    """The highest of a maximum, of that of the gentler search, and of their mirror images.

    Raises:
        ModelError: one of these searches ends higher than any maximum, but not in one.
    """
    beyond = np.inf
    for start in [borrowed_start(problem), *mirrored(problem, found.point.theta)]:
        try:
            other = newton(problem, start)
        except SearchError as error:
            beyond = min(beyond, error.value)
            continue
        except ModelError:
            continue
        if other.point.value < found.point.value - SAME:
            found = other
    if beyond < found.point.value - SAME:
        raise higher_beyond(problem)
    return found


def _is_small(problem: Problem) -> bool:
    """Few participants for the parameters: the likelihood may have several maxima."""
    people = min(float(part.counts.sum()) for part in problem.parts)
    return people < SMALL * problem.n_parameters
