"""The four verbs in a row: draw, impute, analyse, pool."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import UsageError

from .analyse import Analysed, Ancova, plan_ancova
from .analyse_mmrm import Repeated, plan_repeated
from .draw import Draws, draw_jackknife, in_batches
from .draw_bayes import draw_bayes
from .draw_bootstrap import draw_bootstrap
from .impute_grid import Planned
from .impute_values import Imputer
from .likelihood import Problem
from .newton import Optimum
from .pool import Pooled, needed, pool

# How often the number of draws may be raised until the wanted error is met.
ROUNDS = 4
# The most draws of a wanted Monte Carlo error: beyond it the wish is a slip of the pen.
MOST = 100_000


@dataclass(frozen=True)
class Settings:
    """How it is done: see `impute`. analysis: `ancova`, `mmrm` or a formula."""

    method: str
    n: int
    seed: int | None
    analysis: str
    comparator: int
    level: float
    interval: str
    burn_in: int
    workers: int
    mc_error: float | None


def plan_analysis(planned: Planned, settings: Settings, optimum: Optimum) -> Ancova | Repeated:
    """The analysis asked for, read once for all data sets."""
    if settings.analysis == "mmrm":
        start = np.mean(optimum.point.sigmas, axis=0)
        return plan_repeated(planned, settings.comparator, start)
    formula = None if settings.analysis == "ancova" else settings.analysis
    return plan_ancova(planned, formula, settings.comparator)


def make_draws(planned: Planned, settings: Settings, problem: Problem, optimum: Optimum) -> Draws:
    """The first verb by the method asked for."""
    if settings.method == "condmean-jackknife":
        return draw_jackknife(planned, problem, optimum)
    plain = {"n": settings.n, "seed": settings.seed, "workers": settings.workers}
    if settings.method == "bayes":
        return draw_bayes(planned, problem, optimum, burn_in=settings.burn_in, **plain)
    return draw_bootstrap(planned, problem, optimum, method=settings.method, **plain)


def analyse_all(
    imputer: Imputer, analysis: Ancova | Repeated, shift: np.ndarray, workers: int
) -> Analysed:
    """The second and third verb, in batches of draws: only the analyses are kept."""

    def one(cut: slice) -> Analysed:
        return analysis.analyse(imputer.complete(cut, shift))

    first, *others = in_batches(one, imputer.draws.n, analysis.numbers_each, workers)
    return first.joined(others) if others else first


def until_enough(
    planned: Planned,
    settings: Settings,
    problem: Problem,
    optimum: Optimum,
    analysis: Ancova | Repeated,
    shift: np.ndarray,
) -> tuple[Settings, Draws, Analysed, Pooled]:
    """All four verbs; with a wanted Monte Carlo error, again with more draws until it is met.

    A draw depends on the seed and its own number, so more draws continue the ones made before.
    """
    for _ in range(ROUNDS):
        draws = make_draws(planned, settings, problem, optimum)
        analysed = analyse_all(Imputer(planned, draws), analysis, shift, settings.workers)
        pooled = pool(analysed, settings.method, level=settings.level, interval=settings.interval)
        if settings.mc_error is None:
            break
        enough = needed(pooled, settings.n, settings.mc_error)
        if enough <= settings.n:
            break
        if enough > MOST:
            raise _too_small(settings.mc_error, enough)
        # A tenth more, because the error is itself estimated.
        settings = replace(settings, n=int(np.ceil(enough * 1.1)))
    return settings, draws, analysed, pooled


def _too_small(wanted: float, enough: float) -> UsageError:
    return UsageError(
        f"A Monte Carlo error of {wanted:g} would need about {enough:,.0f} draws.",
        where="mc_error",
        why=f"More than {MOST:,} draws are not made.",
        do="Allow a larger error, or use condmean-jackknife, where chance plays no part.",
    )
