"""Draws from the posterior distribution of a repeated-measures model, by Gibbs sampling.

Priors: coefficients flat; Sigma inverse Wishart with M + 2 degrees of freedom and the fitted Sigma
as scale, which is also its prior mean: it weighs as much as M + 2 participants would in shape and
says nothing of the size. Each draw is the end of a chain of its own, so draws are independent and
their number is the only Monte Carlo error; every chain begins at the fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import UsageError

from .crossproducts import CrossProducts, upper_triangle
from .draw import PARAMETERS, Draws, groups_of, in_batches, stream
from .impute_grid import Planned
from .likelihood import Problem
from .newton import Optimum


@dataclass(frozen=True)
class _Chance:
    """Random numbers of a batch of chains: for b, absent residuals, and Sigma."""

    b: np.ndarray
    absent: np.ndarray
    chi: np.ndarray
    below: np.ndarray


def draw_bayes(
    planned: Planned,
    problem: Problem,
    optimum: Optimum,
    *,
    n: int,
    seed: int,
    burn_in: int = 50,
    workers: int = 1,
) -> Draws:
    """Draw coefficients and Sigma from their posterior distribution.

    One step of a chain draws b given Sigma and the outcomes seen, then the residuals that were not
    seen, then Sigma given all residuals.

    Args:
        planned: the planned values.
        problem: the model; its structure must be `us`.
        optimum: its fit.
        n: how many draws.
        seed: of the random numbers.
        burn_in: steps of each chain; the last is the draw.
        workers: threads.

    Raises:
        UsageError: another structure, or no step.

    Source: Schafer (1997) Analysis of Incomplete Multivariate Data, chapter 5; Liu (1994) J Am Stat
    Assoc 89:958 for drawing b without the absent values.
    """
    if problem.structure.name != "us":
        raise UsageError(
            "Bayesian draws are made for an unstructured Sigma only.",
            where=f"covariance={problem.structure.name!r}, method='bayes'",
            do="Use covariance='us', or method='bootstrap'.",
        )
    if isinstance(burn_in, bool) or not isinstance(burn_in, int) or burn_in < 1:
        raise UsageError("burn_in must be a whole number, one or more.", where=f"{burn_in=}")
    cells = planned.observations.arrangement.n_subjects * problem.n_visits
    numbers = burn_in * (cells + problem.p) + 4 * cells
    made = list(
        in_batches(
            lambda cut: _chains(planned, problem, optimum, seed, cut, burn_in),
            n,
            numbers,
            workers,
        )
    )
    beta, sigmas = (np.concatenate([batch[i] for batch in made]) for i in range(2))
    return Draws("bayes", beta, sigmas, groups_of(planned), None, problem, optimum, seed)


def _chains(
    planned: Planned, problem: Problem, optimum: Optimum, seed: int, cut: slice, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    start = np.array(optimum.point.sigmas)
    sigmas = np.repeat(start[None], cut.stop - cut.start, axis=0)
    chance = _chance(planned, problem, seed, cut, steps)
    beta = np.empty((len(sigmas), problem.p))
    for step in range(steps):
        beta = _draw_beta(problem, sigmas, chance.b[:, step])
        squares = _squares(planned, problem, beta, sigmas, chance.absent[:, step])
        sigmas = _draw_sigmas(squares + start, chance.chi[:, step], chance.below[:, step])
    # b once more, so that it belongs to the last Sigma.
    return _draw_beta(problem, sigmas, chance.b[:, steps]), sigmas


def _chance(planned: Planned, problem: Problem, seed: int, cut: slice, steps: int) -> _Chance:
    m, g = problem.n_visits, len(problem.parts)
    absent = int(sum((~p.patterns).sum(axis=1) @ p.counts for p in problem.parts))
    freedom = np.array([p.counts.sum() for p in problem.parts])[:, None] + m + 2 - np.arange(m)
    b, rest, chi, below = [], [], [], []
    for d in range(cut.start, cut.stop):
        numbers = stream(seed, d, PARAMETERS)
        b.append(numbers.standard_normal((steps + 1, problem.p)))
        rest.append(numbers.standard_normal((steps, absent)))
        chi.append(numbers.chisquare(freedom, (steps, g, m)))
        below.append(numbers.standard_normal((steps, g, m * (m - 1) // 2)))
    return _Chance(*(np.array(piece) for piece in (b, rest, chi, below)))


def _draw_beta(problem: Problem, sigmas: np.ndarray, z: np.ndarray) -> np.ndarray:
    total = 0.0
    for g, part in enumerate(problem.parts):
        m = problem.n_visits
        seen = part.patterns.astype(float)
        both = seen[:, :, None] * seen[:, None, :]
        filled = sigmas[:, g, None] * both + np.eye(m) * (1.0 - seen)[:, None, :]
        total = total + part.contract(np.linalg.inv(filled) * both)
    xwx, xwy = total[:, :-1, :-1], total[:, :-1, -1:]
    root = np.linalg.cholesky((xwx + np.swapaxes(xwx, 1, 2)) / 2)
    mean = np.linalg.solve(xwx, xwy)[..., 0]
    # inv(L') z has variance inv(L L').
    return mean + np.linalg.solve(np.swapaxes(root, 1, 2), z[..., None])[..., 0]


def _squares(
    planned: Planned, problem: Problem, beta: np.ndarray, sigmas: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Sums of squares and products of all residuals, the absent ones drawn: D x G x M x M."""
    seen = planned.observations
    made = np.zeros_like(sigmas)
    used = 0
    for g, (part, arrangement) in enumerate(zip(problem.parts, seen.by_group, strict=True)):
        for r, (attended, rows) in enumerate(
            zip(arrangement.patterns, arrangement.rows, strict=True)
        ):
            if attended.all():
                made[:, g] += _products(part, r, beta)
                continue
            size = len(rows) * int((~attended).sum())
            residual = seen.design.y[rows.reshape(-1)] - beta @ seen.design.X[rows.reshape(-1)].T
            absent = z[:, used : used + size]
            used += size
            made[:, g] += _completed(
                residual.reshape(len(beta), *rows.shape), sigmas[:, g], attended, absent
            )
    return made


def _products(part: CrossProducts, r: int, beta: np.ndarray) -> np.ndarray:
    """The same for people seen at every visit: from the sums, without visiting them."""
    d = np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
    rows, columns = upper_triangle(part.q)
    packed = d[:, rows] * d[:, columns] * np.where(rows == columns, 1.0, 2.0)
    here = part.pattern == r
    j, k = part.j[here], part.k[here]
    values = (packed @ part.table[here].T) * np.where(j == k, 1.0, 0.5)
    made = np.empty((len(beta), part.n_visits, part.n_visits))
    made[:, j, k] = made[:, k, j] = values
    return made


def _completed(
    seen: np.ndarray, sigma: np.ndarray, attended: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Squares and products of the residuals of one pattern: seen D x n x o, z D x (n a)."""
    o, a = np.flatnonzero(attended), np.flatnonzero(~attended)
    whole = np.empty((*seen.shape[:2], len(attended)))
    whole[..., o] = seen
    if len(a):
        B = np.linalg.solve(sigma[:, o[:, None], o], sigma[:, o[:, None], a])
        V = sigma[:, a[:, None], a] - sigma[:, a[:, None], o] @ B
        noise = z.reshape(*seen.shape[:2], len(a)) @ np.swapaxes(np.linalg.cholesky(V), 1, 2)
        whole[..., a] = seen @ B + noise
    return np.swapaxes(whole, 1, 2) @ whole


def _draw_sigmas(scale: np.ndarray, chi: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Inverse Wishart with this scale: C inv(A A') C', C C' = scale, A Bartlett's triangle."""
    m = scale.shape[-1]
    A = np.zeros_like(scale)
    A[..., np.arange(m), np.arange(m)] = np.sqrt(chi)
    rows, columns = np.tril_indices(m, -1)
    A[..., rows, columns] = below
    C = np.linalg.cholesky((scale + np.swapaxes(scale, -1, -2)) / 2)
    # Sigma = (C inv(A')) (C inv(A'))'.
    half = np.swapaxes(np.linalg.solve(A, np.swapaxes(C, -1, -2)), -1, -2)
    return half @ np.swapaxes(half, -1, -2)
