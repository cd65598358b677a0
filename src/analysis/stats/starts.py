"""Where a search begins: moments of residuals, borrowed participants, correlations turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import linalg

from analysis.errors import ModelError

from .crossproducts import CrossProducts, crossproducts
from .likelihood import Problem, differentiate, evaluate
from .newton import descend, direction

# A variance below this share of the largest is rounding.
THIN = 1e-12
# Borrowed participants as a share of the real ones, step by step to none.
BORROWED = (0.5, 0.05, 0.005, 0.0005)
MAX_CLIMB = 20
# The Newton decrement at which the next step towards none may be taken.
NEAR = 1e-2


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


def mirrored(problem: Problem, theta: np.ndarray) -> list[np.ndarray]:
    """The parameters with the sign of one correlation turned, where products may hide it."""
    k, made = problem.n_parameters, []
    for end in range(k, len(theta) + 1, k):
        for at in range(end - problem.structure.signs(problem.n_visits), end):
            made.append(theta.copy())
            made[-1][at] *= -1.0
    return made


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
            step, sure = direction(problem, point, slopes)
            decrement = -float(slopes.gradient @ step)
            if sure and decrement < near:
                break
            point = descend(problem, point, step, decrement, sure)
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
