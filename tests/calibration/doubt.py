"""Doubt an outcome: is the maximum one, is it the highest, was a refusal owed?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import optimize

from analysis.errors import ModelError
from analysis.stats.boundary import smallest_eigenvalue
from analysis.stats.covariance import find_structure
from analysis.stats.likelihood import (
    Point,
    Problem,
    differentiate,
    evaluate,
    expected_information,
)
from analysis.stats.mmrm import MMRMFit, visit_times
from analysis.stats.observations import read_observations, sum_up
from analysis.stats.reml import maximise
from analysis.stats.starts import borrowed_start, starting_values

from .random_trials import RandomTrial

FINE = "stands"
# -2 log likelihood: a maximum that is higher by more than this is another one.
HIGHER = 1e-6
N_STARTS = 4
# The smallest eigenvalue of the correlations at which a climb counts as run into the boundary.
EDGE = 1e-4
# Borrowed participants as a share of the real ones: the profile that leads to the boundary.
CLOSER = tuple(0.5 * 0.2**step for step in range(13))
FURTHER = tuple(0.5 * 0.2**step for step in range(6, 20))


def doubt_maximum(fit: MMRMFit, seed: int) -> str:
    """Whether the slope is zero by finite differences, and no other start ends higher."""
    problem, point = fit.problem, fit.optimum.point
    if not slope_vanishes(problem, point.theta, seed):
        return "the slope does not vanish"
    others = [climb(problem, start) for start in starts(problem, seed)]
    others = [climb(problem, start) for start in starts(problem, seed)]
    best = min((value for value, _ in others), default=np.inf)
    return FINE if best > point.value - HIGHER else "another start ends higher"


def slope_vanishes(problem: Problem, theta: np.ndarray, seed: int) -> bool:
    """By central differences of the likelihood alone, in units of the standard errors of theta."""
    hessian = differentiate(problem, evaluate(problem, theta)).hessian
    root = np.linalg.cholesky(np.linalg.inv(hessian))
    rng = np.random.default_rng(seed)
    step = 1e-3
    for _ in range(5):
        turn = root @ rng.standard_normal(len(theta))
        turn /= np.sqrt(turn @ hessian @ turn)
        up, down = (evaluate(problem, theta + s * turn) for s in (step, -step))
        if abs(up.value - down.value) / (2 * step) > 1e-4:
            return False
    return True


def starts(problem: Problem, seed: int) -> list[np.ndarray]:
    """Other places to begin: no correlation, strong correlation, and random moves."""
    rng = np.random.default_rng([7, seed])
    m, k = problem.n_visits, problem.n_parameters
    moment = starting_values(problem)
    variance = np.mean(
        [
            np.diag(problem.structure.build(block, problem.times)[0]).mean()
            for block in np.split(moment, len(problem.parts))
        ]
    )
    made = []
    for rho in (0.0, 0.9):
        sigma = variance * (rho + (1 - rho) * np.eye(m))
        made.append(np.tile(problem.structure.start(sigma, problem.times), len(problem.parts)))
    bases = [moment, *made]
    while len(made) < N_STARTS:
        base = bases[rng.integers(len(bases))]
        made.append(
            base
            + rng.normal(0, rng.choice([0.3, 1.0]), k * len(problem.parts)) * spread(problem, base)
        )
    return [start for start in made if evaluate(problem, start) is not None]


def spread(problem: Problem, base: np.ndarray) -> np.ndarray:
    """Random effects have parameters in squared units; all others are about one."""
    return np.abs(base) if problem.structure.name.startswith("ri") else np.ones(len(base))


def climb(problem: Problem, start: np.ndarray) -> tuple[float, np.ndarray]:
    """Climb by a general-purpose optimiser that shares only the likelihood and its gradient."""
    scale = spread(problem, start)

    def value_and_slope(u: np.ndarray) -> tuple[float, np.ndarray]:
        point = evaluate(problem, u * scale)
        if point is None:
            return 1e10, np.zeros(len(u))
        return point.value, differentiate(problem, point).gradient * scale

    made = optimize.minimize(
        value_and_slope,
        start / scale,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 200, "ftol": 1e-14, "gtol": 1e-8},
    )
    return float(made.fun), made.x * scale


def problem_of(trial: RandomTrial) -> Problem:
    """The sums of a trial that may have been refused."""
    options = trial.options
    observations = read_observations(
        trial.formula,
        trial.table,
        subject="who",
        visit="visit",
        group=options.get("group"),
        weights=options.get("weights"),
    )
    structure = find_structure(options["covariance"])
    times = visit_times(structure, observations.visits)
    return Problem(sum_up(observations), structure, times, options["reml"])


def doubt_beyond(problem: Problem, inside: float, seed: int) -> str:
    """A maximum inside does not count where the likelihood is higher at the boundary."""
    ends = [climb(problem, start) for start in starts(problem, seed)]
    higher = [theta for value, theta in ends if value < inside - HIGHER]
    if any(at_edge(evaluate(problem, theta)) for theta in higher):
        return FINE
    return "a maximum exists"


def doubt_refusal(trial: RandomTrial, words: str, searched: bool) -> str:
    """Whether a refusal was owed."""
    if not searched:
        return doubt_data(trial, words)
    problem = problem_of(trial)
    tried = [starting_values(problem), *starts(problem, 3)[:1]]
    tried = [start for start in tried if evaluate(problem, start) is not None]
    ends = [borrowed_start(problem, CLOSER, start) for start in tried]
    ends += [climb(problem, start)[1] for start in tried]
    inside = [evaluate(problem, theta).value for theta in ends if is_maximum(problem, theta)]
    if inside:
        return doubt_beyond(problem, min(inside), int(trial.facts["trial"]))
    at = min((evaluate(problem, theta) for theta in ends), key=lambda point: point.value)
    # Random effects: Sigma lives on beyond their boundary, and its best is out there.
    blocks = np.split(at.theta, len(problem.parts))
    if any(problem.structure.edge(block, problem.times) for block in blocks):
        return FINE
    if at_edge(at):
        return FINE
    further = evaluate(problem, borrowed_start(problem, FURTHER, at.theta, near=1e-10))
    return FINE if at_edge(further) else "no boundary is in sight"


def at_edge(point: Point) -> bool:
    """Whether the correlations are nearly singular, or one variance vanishes beside the others."""
    sd = np.concatenate([np.sqrt(np.diag(sigma)) for sigma in point.sigmas])
    return smallest_eigenvalue(point) < EDGE or sd.min() < EDGE * sd.max()


def is_maximum(problem: Problem, theta: np.ndarray) -> bool:
    """Whether Newton's method ends at a maximum from here."""
    try:
        maximise(problem, theta)
    except ModelError:
        return False
    return True


def doubt_data(trial: RandomTrial, words: str) -> str:
    """Count again, without the package, what the refusal says."""
    table = trial.table
    X = design(trial)
    if words == "cannot be told apart":
        owed = np.linalg.matrix_rank(X / np.maximum(np.linalg.norm(X, axis=0), 1e-9)) < X.shape[1]
    elif words == "cannot carry":
        owed = len(X) <= X.shape[1]
    elif words == "seen at both visits":
        groups = table.groupby("arm", observed=True) if "group" in trial.options else [("", table)]
        visits = sorted(table["visit"].unique())
        wide = [
            g.pivot(index="who", columns="visit", values="y")
            .reindex(columns=visits)
            .notna()
            .astype(int)
            for _, g in groups
        ]
        owed = any((w.T @ w).to_numpy().min() == 0 for w in wide)
    else:
        owed = says_nothing(problem_of(trial))
    return FINE if owed else "not owed"


def says_nothing(problem: Problem) -> bool:
    """Whether the restricted likelihood's information is singular, beside the whole one's size."""
    theta = starts(problem, 5)[0]
    point = evaluate(problem, theta)
    P = differentiate(problem, point).P
    whole = expected_information(replace(problem, reml=False), point, P)
    left = expected_information(replace(problem, reml=True), point, P)
    scale = np.sqrt(np.maximum(np.diag(whole), 1e-12))
    return np.linalg.eigvalsh(left / np.outer(scale, scale))[0] < 1e-8


def design(trial: RandomTrial) -> np.ndarray:
    """The design with plain dummies: every column that the formula asks for."""
    table = trial.table
    visits, arms = sorted(table["visit"].unique()), list(table["arm"].cat.categories)
    v = np.column_stack([np.ones(len(table)), *[(table["visit"] == x) * 1.0 for x in visits[1:]]])
    columns = [v]
    if "arm" in trial.formula:
        columns += [v * ((table["arm"] == a).to_numpy() * 1.0)[:, None] for a in arms[1:]]
    if "baseline" in trial.formula:
        columns.append(table[["baseline"]].to_numpy())
    return np.column_stack(columns)
