"""Draws from bootstrap samples: participants drawn with replacement within their arm."""

from __future__ import annotations

import numpy as np

from analysis.errors import ModelError

from .draw import PARAMETERS, Draws, groups_of, in_batches, stream
from .impute_grid import Planned
from .likelihood import Problem
from .newton import Optimum
from .refit import refit
from .refit_sums import weigh

# The share of samples that may have no fit and be drawn again; more would change what is estimated.
FAILED = 0.01
MAX_ATTEMPTS = 20


def draw_bootstrap(
    planned: Planned,
    problem: Problem,
    optimum: Optimum,
    *,
    method: str,
    n: int,
    seed: int,
    workers: int = 1,
) -> Draws:
    """The model fitted to n bootstrap samples, all refits side by side.

    Args:
        planned: the planned values.
        problem: the model of the outcomes seen.
        optimum: its fit, where every search begins.
        method: `bootstrap` (parameters for drawing values) or `condmean-bootstrap` (samples that
            are analysed themselves; the fit to the data comes first).
        n: how many samples.
        seed: of the random numbers.
        workers: threads.

    Raises:
        ModelError: more than one sample in a hundred has no fit.

    Source: Little & Rubin (2002) Statistical Analysis with Missing Data, section 10.2.3; Wolbers et
    al. (2022) Pharm Stat 21:1246.
    Agrees with: validation/rbmi/README.md
    """
    numbers = _numbers(problem)
    made = list(
        in_batches(lambda cut: _batch(planned, problem, optimum, seed, cut), n, numbers, workers)
    )
    weights, beta, sigmas = (np.concatenate([batch[i] for batch in made]) for i in range(3))
    n_failed = sum(batch[3] for batch in made)
    if n_failed > FAILED * n:
        raise ModelError(
            f"{n_failed} of {n} bootstrap samples could not be fitted.",
            where="bootstrap",
            why="Leaving out samples that do not fit would change what is estimated.",
            do="Use method='condmean-jackknife' or 'bayes', a structure with fewer parameters, or "
            "leave out the visit or arm with few outcomes.",
        )
    if method == "condmean-bootstrap":
        point = optimum.point
        weights = np.vstack([np.ones(weights.shape[1]), weights])
        beta = np.vstack([point.beta, beta])
        sigmas = np.concatenate([np.array(point.sigmas)[None], sigmas])
    return Draws(
        method,
        beta,
        sigmas,
        groups_of(planned),
        weights if method == "condmean-bootstrap" else None,
        problem,
        optimum,
        seed,
        n_failed,
    )


def _numbers(problem: Problem) -> int:
    """Numbers that one sample needs: its sums, and the inverses by parameter and pattern."""
    m, k = problem.n_visits, problem.n_parameters
    return sum(part.table.size + len(part.counts) * k * m * m for part in problem.parts)


def _batch(
    planned: Planned, problem: Problem, optimum: Optimum, seed: int, cut: slice
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Weights, beta, Sigma of some samples, and how many were drawn again."""
    draws = np.arange(cut.start, cut.stop)
    open_ = np.arange(len(draws))
    n_failed = 0
    weights = np.empty((len(draws), len(planned.arm)))
    beta = np.empty((len(draws), problem.p))
    sigmas = np.empty((len(draws), len(problem.parts), problem.n_visits, problem.n_visits))
    for attempt in range(MAX_ATTEMPTS):
        weights[open_] = [_resampled(planned.arm, seed, draws[i], attempt) for i in open_]
        b, s, good = _fit(planned, problem, optimum, weights[open_])
        beta[open_], sigmas[open_] = b, s
        open_ = open_[~good]
        n_failed += len(open_)
        if not len(open_):
            return weights, beta, sigmas, n_failed
        if n_failed > FAILED * len(draws) + MAX_ATTEMPTS:
            break
    raise ModelError(
        f"Bootstrap samples could not be fitted ({n_failed} of {len(draws)} in one batch).",
        where="bootstrap",
        why="Samples often leave out what some parameter rests on.",
        do="Use method='condmean-jackknife' or 'bayes', or a structure with fewer parameters.",
    )


def _resampled(arm: np.ndarray, seed: int, draw: int, attempt: int) -> np.ndarray:
    """How often each participant is in the sample; arms keep their sizes."""
    numbers = stream(seed, int(draw), PARAMETERS, attempt)
    made = np.zeros(len(arm))
    for a in range(int(arm.max()) + 1):
        who = np.flatnonzero(arm == a)
        picked = numbers.integers(0, len(who), len(who))
        made[who] = np.bincount(picked, minlength=len(who))
    return made


def _fit(
    planned: Planned, problem: Problem, optimum: Optimum, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seen = planned.observations
    inside = np.flatnonzero(planned.fitted >= 0)
    chosen = np.empty((len(weights), len(inside)))
    chosen[:, planned.fitted[inside]] = weights[:, inside]
    Z = seen.design.with_outcome()
    parts = [weigh(Z, arrangement, chosen) for arrangement in seen.by_group]
    start = np.array(optimum.point.sigmas)
    made = refit(parts, problem.structure, problem.times, start, reml=problem.reml)
    good = made.settled
    if problem.structure.needs_every_pair:
        for part in parts:
            together = part.patterns.astype(float)
            pairs = np.einsum("dr,rj,rk->djk", part.counts, together, together)
            good = good & (pairs > 0).all(axis=(1, 2))
    return made.beta, made.sigmas, good
