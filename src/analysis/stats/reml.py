"""Maximise the likelihood: Newton with step halving, judged by its gradient and its Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from analysis.errors import ModelError

from .boundary import SINGULAR, lost, refuse_edge, refuse_uninformed, smallest_eigenvalue
from .crossproducts import CrossProducts, crossproducts
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
# A variance below this share of the largest is rounding.
THIN = 1e-12
# Participants a parameter; with fewer a second search looks for a higher maximum.
SMALL = 10
# -2 log likelihood: maxima closer than this are one.
SAME = 1e-7
# Borrowed participants as a share of the real ones, step by step to none.
BORROWED = (0.5, 0.05, 0.005, 0.0005)
MAX_CLIMB = 20
# The Newton decrement at which the next step towards none may be taken.
NEAR = 1e-2
MAX_STEPS = 100
MAX_HALVINGS = 30


@dataclass(frozen=True)
class Optimum:
    """The maximum: the point, its slopes, and the steps it took."""

    point: Point
    slopes: Slopes
    iterations: int


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
        return _newton(problem, start)
    try:
        found = _newton(problem, first)
    except ModelError:
        return _newton(problem, borrowed_start(problem))
    return _second_look(problem, found) if is_small(problem) else found


def _newton(problem: Problem, start: np.ndarray) -> Optimum:
    """Newton with step halving from one start."""
    point = evaluate(problem, start)
    if point is None:
        raise lost(problem, point, "The starting values give no positive definite Sigma.")
    for iteration in range(1, MAX_STEPS + 1):
        slopes = differentiate(problem, point)
        step, sure = _direction(problem, point, slopes)
        decrement = -float(slopes.gradient @ step)
        if sure and decrement < DECREMENT:
            refuse_edge(problem, point)
            return Optimum(point, slopes, iteration)
        point = _descend(problem, point, step, decrement, sure)
        if not smallest_eigenvalue(point) > SINGULAR:
            break
    raise lost(problem, point, f"The likelihood has no maximum within {MAX_STEPS} steps.")


def _second_look(problem: Problem, found: Optimum) -> Optimum:
    """The highest of a maximum, of that of the gentler search, and of their mirror images."""
    for start in [borrowed_start(problem), *_mirrored(problem, found.point.theta)]:
        try:
            other = _newton(problem, start)
        except ModelError:
            continue
        if other.point.value < found.point.value - SAME:
            found = other
    return found


def _mirrored(problem: Problem, theta: np.ndarray) -> list[np.ndarray]:
    """The parameters with the sign of one correlation turned, where products may hide it."""
    k, made = problem.n_parameters, []
    for end in range(k, len(theta) + 1, k):
        for at in range(end - problem.structure.signs(problem.n_visits), end):
            made.append(theta.copy())
            made[-1][at] *= -1.0
    return made


def is_small(problem: Problem) -> bool:
    """Few participants for the parameters: the likelihood may have several maxima."""
    people = min(float(part.counts.sum()) for part in problem.parts)
    return people < SMALL * problem.n_parameters


def borrowed_start(
    problem: Problem,
    shares: Sequence[float] = BORROWED,
    start: np.ndarray | None = None,
    near: float = NEAR,
) -> np.ndarray:
    """Where the maximum goes when borrowed participants are taken away step by step.

    They attend every visit, their residuals are independent with the variances that the outcomes
    have, and they say nothing about the mean. They keep Sigma away from its boundary until the
    data speak alone, so a search past a hard edge (a Toeplitz matrix need not be positive definite)
    does not get stuck there.
    """
    theta = starting_values(problem)
    blocks = np.split(theta, len(problem.parts))
    spreads = [np.diag(np.diag(problem.structure.build(b, problem.times)[0])) for b in blocks]
    if start is None:
        start = np.concatenate([problem.structure.start(s, problem.times) for s in spreads])
    theta = start
    for share in shares:
        lent = tuple(
            part + _borrowed(part, share * float(part.counts.sum()), spread)
            for part, spread in zip(problem.parts, spreads, strict=True)
        )
        theta = _climb(replace(problem, parts=lent), theta, near)
    return theta


def _climb(problem: Problem, theta: np.ndarray, near: float) -> np.ndarray:
    """A few Newton steps, as far as they go; the maximum itself is not needed."""
    point = evaluate(problem, theta)
    for _ in range(MAX_CLIMB):
        try:
            slopes = differentiate(problem, point)
            step, sure = _direction(problem, point, slopes)
            decrement = -float(slopes.gradient @ step)
            if sure and decrement < near:
                break
            point = _descend(problem, point, step, decrement, sure)
        except ModelError:
            break
    return point.theta


def _borrowed(part: CrossProducts, people: float, sigma: np.ndarray) -> CrossProducts:
    """Sums of so many participants with this covariance of outcomes and an empty design."""
    m, q = part.n_visits, part.q
    z = np.zeros((m, q))
    z[:, -1] = 1.0
    lent = crossproducts(z, np.zeros(m, dtype=int), np.arange(m), m)
    table = np.zeros_like(lent.table)
    table[:, -1] = people * sigma[lent.j, lent.k] * np.where(lent.j == lent.k, 1.0, 2.0)
    return replace(lent, counts=np.array([people]), table=table)


def _direction(problem: Problem, point: Point, slopes: Slopes) -> tuple[np.ndarray, bool]:
    """Newton's step, or Fisher's where the Hessian is not positive definite (then not sure)."""
    for sure in (True, False):
        matrix = slopes.hessian if sure else expected_information(problem, point, slopes.P)
        try:
            root = linalg.cho_factor(matrix, check_finite=False)
            return -linalg.cho_solve(root, slopes.gradient, check_finite=False), sure
        except linalg.LinAlgError:
            continue
    raise lost(problem, point, "The data say nothing about some covariance parameters.")


def _descend(
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


def starting_values(problem: Problem) -> np.ndarray:
    """Moments of least-squares residuals, group by group, as covariance parameters."""
    identity = [np.eye(problem.n_visits) * part.patterns[:, None, :] for part in problem.parts]
    gram = sum(part.contract(W) for part, W in zip(problem.parts, identity, strict=True))
    beta = linalg.solve(gram[:-1, :-1], gram[:-1, -1], assume_a="pos")
    residual = np.append(-beta, 1.0)
    moment = np.outer(residual, residual)
    made = []
    for part in problem.parts:
        sums = part.spread(moment).sum(axis=0)
        pairs = np.maximum(part.pairs, 1.0)
        made.append(problem.structure.start(_positive(sums / pairs), problem.times))
    return np.concatenate(made)


def _positive(sigma: np.ndarray) -> np.ndarray:
    """The nearest usable Sigma: variances kept, correlations drawn in until they are possible."""
    variance = np.diag(sigma)
    # A visit without spread of its own (its outcomes are fitted exactly) starts at the others'.
    thin = ~(variance > THIN * variance.max())
    if thin.any():
        sigma = sigma.copy()
        sigma[thin, :] = sigma[:, thin] = 0.0
        sigma[thin, thin] = variance[~thin].mean()
    scale = np.sqrt(np.diag(sigma))
    values, vectors = np.linalg.eigh(sigma / np.outer(scale, scale))
    if values[0] < 0.02:
        values = np.maximum(values, 0.02)
    drawn = (vectors * values) @ vectors.T
    fix = scale / np.sqrt(np.diag(drawn))
    return drawn * np.outer(fix, fix)
