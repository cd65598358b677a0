"""The repeated-measures model agrees with R's mmrm and emmeans, case by case."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "mmrm"
_spec = importlib.util.spec_from_file_location("mmrm_compare", FOLDER / "compare.py")
compare = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(compare)

# R prints 15 digits; its optimiser stops where -2 log L no longer falls by 1e-16 of itself
# (1e-12 for the largest trial), which leaves about the root of that in estimates. The bars below
# are what a reader of a printed table could ever see, and two digits more.
LOGLIKELIHOOD = 1e-8  # absolute
ESTIMATE = 1e-6  # estimates and limits against themselves or their standard error, se, t, Sigma
DEGREES = 1e-4  # relative
P_VALUE = 1e-5  # relative: a p of 1e-12 changes by |t| times as much as its t

CASES = [(name, case) for name, cases in compare.reference().items() for case in cases]


def tolerance(kind: str) -> float:
    if kind in ("m2loglik", "aic", "bic"):
        return LOGLIKELIHOOD
    if kind.endswith(".df"):
        return DEGREES
    return P_VALUE if kind.endswith(".p") else ESTIMATE


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
    worst = compare.differences(compare.fit(name, case), expected)
    assert {"coefficients.df", "ls_means.se", "contrasts.estimate"} <= set(worst)
    beyond = {kind: value for kind, value in worst.items() if not value <= tolerance(kind)}
    assert not beyond


@pytest.mark.parametrize(("name", "case"), CASES)
def test_counts_agree_with_r(name, case):
    made = compare.fit(name, case)
    assert made.n_observations == compare.reference()[name][case]["n_observations"]
    assert made.n_observations + made.n_dropped == len(compare.trial(name))
