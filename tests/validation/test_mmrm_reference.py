"""The repeated-measures model agrees with R's mmrm and emmeans, case by case."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from analysis.stats.likelihood import differentiate, evaluate

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "mmrm"
_spec = importlib.util.spec_from_file_location("mmrm_compare", FOLDER / "compare.py")
compare = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(compare)

# R prints 15 digits; its optimiser stops where -2 log L no longer falls by 1e-16 of itself
# (1e-12 for the largest trial), which leaves about the root of that in estimates. The bars below
# are what a reader of a printed table could ever see, and two digits more.
LOGLIKELIHOOD = 1e-8  # absolute
ESTIMATE = 1e-6  # see `compare.differences` for what each is measured against
DEGREES = 1e-4  # relative

fit = cache(compare.fit)
CASES = [(name, case) for name, cases in compare.reference().items() for case in cases]


def tolerance(kind: str) -> float:
    if kind in ("m2loglik", "aic", "bic"):
        return LOGLIKELIHOOD
    return DEGREES if kind.endswith(".df") else ESTIMATE


def grid() -> set[tuple[str, str]]:
    """What `mmrm_reference.R` fits, written out again from its loops."""
    structures = ["us", "ar1", "ar1h", "cs", "csh", "toep", "toeph", "ad", "adh"]
    cases = [
        f"{structure}/{kind}"
        for structure in structures
        for kind in ("Satterthwaite/REML", "Kenward-Roger/REML", "Satterthwaite/ML")
    ]
    cases += ["us/Kenward-Roger-Linear/REML", "us/Between-Within/REML"]
    sandwiches = ["Empirical", "Empirical-Jackknife", "Empirical-Bias-Reduced"]
    cases += [f"us/Satterthwaite/{sandwich}" for sandwich in sandwiches]
    cases += ["us by arm/Satterthwaite/REML"]
    large = [f"{structure}/Satterthwaite/REML" for structure in ("us", "ar1h", "toeph")]
    trials = ("small_16_weeks", "two_years", "demo_trial")
    return {(name, case) for name in trials for case in cases} | {
        ("many_visits", case) for case in large
    }


def test_the_grid_is_complete():
    assert set(CASES) == grid()
    assert len(CASES) == 102


@pytest.mark.parametrize(("name", "case"), CASES)
def test_agrees_with_r(name, case):
    expected = compare.reference()[name][case]
    worst = compare.differences(fit(name, case), expected)
    assert {"coefficients.df", "ls_means.se", "contrasts.estimate"} <= set(worst)
    beyond = {kind: value for kind, value in worst.items() if not value <= tolerance(kind)}
    assert not beyond


def test_where_r_stopped_short_its_own_sigma_still_has_a_slope():
    """Of all cases this one differs most: R's Sigma is not the optimum, ours is."""
    made = fit("demo_trial", "toeph/Satterthwaite/REML")
    theirs = compare.reference()["demo_trial"]["toeph/Satterthwaite/REML"]["covariance"]
    structure, times = made.problem.structure, made.problem.times
    theta = refit_sigma(structure, np.asarray(theirs), times, made.optimum.point.theta)
    there = slope_left(made.problem, theta)
    assert there > 100 * slope_left(made.problem, made.optimum.point.theta)


def refit_sigma(structure, sigma, times, theta):
    """The parameters whose Sigma is nearest to a given one, from nearby parameters."""
    upper = np.triu_indices(len(sigma))

    def gap(at):
        return (structure.build(at, times)[0] - sigma)[upper]

    return least_squares(gap, theta, xtol=1e-15, ftol=1e-15, gtol=1e-15).x


def slope_left(problem, theta) -> float:
    """The root of the Newton decrement: how many standard errors the optimum is away."""
    slopes = differentiate(problem, evaluate(problem, theta))
    return float(np.sqrt(slopes.gradient @ np.linalg.solve(slopes.hessian, slopes.gradient)))


@pytest.mark.parametrize(("name", "case"), CASES)
def test_counts_agree_with_r(name, case):
    made = fit(name, case)
    assert made.n_observations == compare.reference()[name][case]["n_observations"]
    assert made.n_observations + made.n_dropped == len(compare.trial(name))
