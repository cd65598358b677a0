"""The repeated-measures model agrees with R's mmrm on the example data of the R package.

The data and R's results are kept beside the checkout and are not part of it; without them these
tests are skipped. R's values were taken at the polished optimum (gradient below 1e-10).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.stats.mmrm import MMRMFit, mmrm

PEERS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "peers"
pytestmark = pytest.mark.skipif(
    not PEERS.exists(), reason="R's results are not beside the checkout"
)

LOGLIKELIHOOD = 1e-8  # absolute; -2 log L is about 3,000 and 23,000
ESTIMATE = 1e-6  # against the larger of the value and its standard error
DEGREES = 1e-4  # relative
SETS = ["fev_ungrouped", "fev_grouped", "fev_weighted", "fev_baseline", "bcva"]
DF = {
    "Satterthwaite": ("satterthwaite", "asymptotic"),
    "Kenward-Roger/Kenward-Roger": ("kenward-roger", "asymptotic"),
    "Kenward-Roger/Kenward-Roger-Linear": ("kenward-roger-linear", "asymptotic"),
    "Satterthwaite/Empirical": ("satterthwaite", "empirical"),
    "Satterthwaite/Empirical-Jackknife": ("satterthwaite", "jackknife"),
    "Satterthwaite/Empirical-Bias-Reduced": ("satterthwaite", "bias-reduced"),
    # R pairs residual degrees of freedom with the empirical variance by default.
    "Residual": ("residual", "empirical"),
    "Between-Within": ("between-within", "asymptotic"),
}
# Fits that R refused, and structures that this package does not offer.
NOT_OFFERED = {"sp_gau_REML", "sp_gau_ML", "sp_exp_2d_REML", "sp_exp_VISITN2_REML"}


@cache
def results(name: str) -> dict[str, dict]:
    return json.loads((PEERS / "results" / f"mmrm_{name}.json").read_text())["fits"]


def cases() -> list[tuple[str, str]]:
    if not PEERS.exists():
        return []
    return [(name, fit) for name in SETS for fit in results(name) if fit not in NOT_OFFERED]


@cache
def table(file: str) -> pd.DataFrame:
    """The data with R's levels; an undeclared text column has them in the order of the alphabet."""
    data = pd.read_csv(PEERS / "data" / file)
    levels = json.loads((PEERS / "data" / "factor_levels.json").read_text())[file]
    for name in ("AVISIT", "ARMCD", "RACE", "SEX"):
        if name in data:
            kept = levels.get(name) or sorted(data[name].dropna().unique())
            data[name] = pd.Categorical(data[name], kept)
    return data


@cache
def fit(name: str, case: str) -> MMRMFit:
    call = results(name)[case]["r_call"]
    formula, structure, inside = re.search(r"mmrm\((.*?) \+ (\w+)\((.*?)\), data", call).groups()
    visit, who = inside.split(" | ")
    group = who.split("/")[0] if "/" in who else None
    return mmrm(
        formula,
        table("bcva_data.csv" if name == "bcva" else "fev_data.csv"),
        subject="USUBJID",
        visit=visit,
        covariance=structure,
        group=group,
        weights="WEIGHT" if "WEIGHT" in call else None,
        reml="reml=TRUE" in call,
        df="satterthwaite",
    )


def far(ours, theirs, floor=0.0) -> float:
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), floor)))


def plain(name: str) -> str:
    """A coefficient's or term's name in one spelling: `a:b` and `b:a` are the same."""
    name = "Intercept" if name == "(Intercept)" else re.sub(r"\[T\.(.*?)\]", r"\1", name)
    return ":".join(sorted(name.split(":")))


@pytest.mark.parametrize(("name", "case"), cases())
def test_optimum(name, case):
    theirs = results(name)[case]
    ours = fit(name, case)
    assert abs(ours.m2loglik - theirs["neg2loglik"]) < LOGLIKELIHOOD
    assert abs(ours.aic - theirs["AIC"]) < LOGLIKELIHOOD
    assert abs(ours.bic - theirs["BIC"]) < LOGLIKELIHOOD
    assert ours.n_observations == theirs["n_obs"]
    assert ours.n_participants == theirs["n_subjects"]


@pytest.mark.parametrize(("name", "case"), cases())
def test_every_method_of_inference(name, case):
    for method, theirs in results(name)[case]["inference"].items():
        df, vcov = DF[method]
        ours = fit(name, case).using(df=df, vcov=vcov)
        compare_coefficients(ours, theirs, method)
        compare_terms(ours, theirs, method)
        compare_means(ours, theirs, method)


def matched(mine, expected, key):
    """Our rows in the order of R's, by name."""
    mine = mine.assign(**{key: mine[key].map(plain)})
    return expected[[key]].merge(mine, on=key, validate="1:1")


def compare_coefficients(ours, theirs, method):
    expected = pd.DataFrame(theirs["coefficients"]).rename(columns={"term": "name"})
    expected["name"] = expected["name"].map(plain)
    mine = matched(ours.coefficients, expected, "name")
    assert len(mine) == len(expected) == len(ours.beta)
    assert far(mine["estimate"], expected["estimate"], expected["se"]) < ESTIMATE, method
    assert far(mine["se"], expected["se"]) < ESTIMATE, method
    assert far(mine["df"], expected["df"]) < DEGREES, method


def compare_terms(ours, theirs, method):
    expected = pd.DataFrame(theirs["term_tests"]).rename(columns={"columns_of_term": "term"})
    expected["term"] = expected["term"].map(plain)
    mine = matched(ours.term_tests(), expected, "term")
    assert (mine["num_df"] == expected["num_df"]).all()
    assert far(mine["den_df"], expected["denom_df"]) < DEGREES, method
    assert far(mine["f"], expected["f_stat"]) < 2 * ESTIMATE, method


def compare_means(ours, theirs, method):
    keys = ["ARMCD", "AVISIT"]
    expected = pd.DataFrame(theirs["emmeans"])
    mine = ours.ls_means("ARMCD", by="AVISIT", weights="equal")  # the default in R
    mine = expected[keys].merge(mine, on=keys, validate="1:1")
    check_estimates(mine, expected.rename(columns={"emmean": "estimate"}), method)
    expected = pd.DataFrame(theirs["contrasts"])
    mine = ours.contrasts("ARMCD", by="AVISIT", weights="equal")
    mine = expected[["AVISIT"]].merge(mine, on="AVISIT", validate="1:1")
    check_estimates(mine, expected, method)


def check_estimates(mine, expected, method):
    se = expected["SE"]
    assert far(mine["estimate"], expected["estimate"], se) < ESTIMATE, method
    assert far(mine["se"], se) < ESTIMATE, method
    assert far(mine["df"], expected["df"]) < DEGREES, method
    assert far(mine["lower"], expected["lower.CL"], se) < 2 * ESTIMATE, method
    assert far(mine["upper"], expected["upper.CL"], se) < 2 * ESTIMATE, method


def test_all_sets_are_compared():
    assert len(cases()) == 53
    methods = [m for name, case in cases() for m in results(name)[case]["inference"]]
    assert set(methods) == set(DF)
