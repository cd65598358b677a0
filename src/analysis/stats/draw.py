"""First verb: draw the parameters of the outcomes' distribution, as often as the method asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from analysis.errors import UsageError

from .covariance import find_structure
from .impute_grid import Planned
from .leaveout import leave_one_out
from .likelihood import Problem
from .mmrm import visit_times
from .newton import Optimum
from .observations import sum_up
from .reml import maximise
from .screen import refuse_unseen_pairs

METHODS = {
    "condmean-jackknife": "conditional means, jackknife",
    "condmean-bootstrap": "conditional means, bootstrap",
    "bootstrap": "approximate Bayesian imputation (bootstrap), Rubin's rules",
    "bayes": "Bayesian imputation (Gibbs), Rubin's rules",
}
# Purposes of a draw's random numbers.
PARAMETERS, VALUES = 0, 1
# Numbers in the largest array of a batch of draws: about 64 MB.
BATCH = 8_000_000


@dataclass(frozen=True)
class Draws:
    """Parameters of the repeated-measures model, D times.

    beta: D x p. sigmas: D x G x M x M, one Sigma for all (G = 1) or one an arm. group: the place of
    each arm's Sigma. weights: D x N, how often each participant is in the sample that is analysed,
    or None for everybody once. Conditional means put the fit to the data themselves first.
    optimum: that fit. seed: from which all random numbers follow, or None. n_failed: samples that
    no model fitted and that were drawn again.
    """

    method: str
    beta: np.ndarray
    sigmas: np.ndarray
    group: np.ndarray
    weights: np.ndarray | None
    problem: Problem
    optimum: Optimum
    seed: int | None = None
    n_failed: int = 0

    @property
    def n(self) -> int:
        """How many sets of parameters there are."""
        return len(self.beta)

    @property
    def random(self) -> bool:
        """Whether absent values are drawn (True) or set to their conditional mean."""
        return not self.method.startswith("condmean")

    @property
    def words(self) -> str:
        """The method in a few words."""
        return METHODS[self.method]

    def noise(self, chosen: slice, n_absent: int) -> np.ndarray | None:
        """Standard normal numbers for the absent values of some draws; None for means."""
        if not self.random:
            return None
        places = range(self.n)[chosen]
        return np.stack(
            [stream(self.seed, d, VALUES).standard_normal(n_absent) for d in places]
        ).reshape(len(places), n_absent)


def stream(seed: int | None, draw: int, *purpose: int) -> np.random.Generator:
    """The random numbers of one draw: they depend on the seed, its number and the purpose only."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(draw, *purpose)))


def fresh_seed(seed: int | None) -> int:
    """The seed itself, or a new one, which the result then tells."""
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise UsageError("The seed must be a whole number, zero or more.", where=f"seed={seed!r}")
    return int(seed)


def base_fit(planned: Planned, covariance: str, *, reml: bool) -> tuple[Problem, Optimum]:
    """The repeated-measures model of the outcomes that inform it.

    Raises:
        UsageError: an unknown structure.
        ModelError: data that cannot carry the model, or no convergence.
    """
    structure = find_structure(covariance)
    seen = planned.observations
    problem = Problem(sum_up(seen), structure, visit_times(structure, seen.visits), reml)
    refuse_unseen_pairs(problem.parts, structure, seen.visits, seen.groups)
    return problem, maximise(problem)


def groups_of(planned: Planned) -> np.ndarray:
    """The place of each arm's Sigma."""
    n_arms = len(planned.people.arm.categories)
    return np.arange(n_arms) if planned.observations.groups else np.zeros(n_arms, dtype=int)


def draw_jackknife(planned: Planned, problem: Problem, optimum: Optimum) -> Draws:
    """The fit, and the fit without each participant: no chance in it.

    Source: Wolbers et al. (2022) Pharm Stat 21:1246.
    Agrees with: validation/rbmi/README.md
    """
    left = leave_one_out(planned.observations, problem, optimum)
    n = len(planned.fitted)
    # Someone without a single outcome does not move the fit.
    beta = np.repeat(optimum.point.beta[None], n + 1, axis=0)
    theta = np.repeat(optimum.point.theta[None], n + 1, axis=0)
    inside = planned.fitted >= 0
    beta[1:][inside] = left.beta[planned.fitted[inside]]
    theta[1:][inside] = left.theta[planned.fitted[inside]]
    weights = np.vstack([np.ones(n), 1.0 - np.eye(n)])
    sigmas = sigmas_of(problem, theta)
    return Draws("condmean-jackknife", beta, sigmas, groups_of(planned), weights, problem, optimum)


def sigmas_of(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """Sigma of each group for many parameters, D x G x M x M."""
    blocks = np.split(theta, len(problem.parts), axis=1)
    return np.stack([_sigmas(problem, block) for block in blocks], axis=1)


def _sigmas(problem: Problem, theta: np.ndarray) -> np.ndarray:
    if problem.structure.name != "us":
        return np.array([problem.structure.build(one, problem.times)[0] for one in theta])
    m = problem.n_visits
    below = np.tril_indices(m, -1)
    L = np.repeat(np.eye(m)[None], len(theta), axis=0)
    L[:, below[0], below[1]] = theta[:, m:]
    L *= np.exp(theta[:, :m])[:, :, None]
    return L @ np.swapaxes(L, 1, 2)


def in_batches(
    work: Callable[[slice], object], total: int, numbers_each: int, workers: int
) -> Iterator[object]:
    """Work through draws in batches whose size does not depend on how many workers there are."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise UsageError("workers must be a whole number, one or more.", where=f"{workers=}")
    size = max(1, min(total, BATCH // max(1, numbers_each)))
    cuts = [slice(start, min(start + size, total)) for start in range(0, total, size)]
    if workers == 1:
        yield from map(work, cuts)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(work, cuts)
