"""Random effects agree with R's lme4, lmerTest and pbkrtest on public example data.

The data and R's results are kept beside the checkout and are not part of it; without them these
tests are skipped.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.stats.mmrm import MMRMFit, mmrm

PEERS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "peers"
pytestmark = pytest.mark.skipif(
    not PEERS.exists(), reason="R's results are not beside the checkout"
)
# Data, participant, time, the factors with their levels, and the formula with `t` for the time.
SETS = {
    "sleep": ("sleepstudy", "Subject", "Days", {}, "Reaction ~ t"),
    "orthodont": (
        "nlme_Orthodont",
        "Subject",
        "age",
        {"Sex": ["Male", "Female"]},
        "distance ~ t * Sex",
    ),
    "bodyweight": ("nlme_BodyWeight", "Rat", "Time", {"Diet": [1, 2, 3]}, "weight ~ t * Diet"),
    "fev": (
        "fev_data",
        "USUBJID",
        "VISITN",
        {
            "RACE": ["Asian", "Black or African American", "White"],
            "SEX": ["Female", "Male"],  # by the alphabet: read as text there
            "ARMCD": ["PBO", "TRT"],
        },
        "FEV1 ~ RACE + SEX + ARMCD * t",
    ),
}
# Crossed and nested groups, and uncorrelated effects, are models that this package does not offer.
NOT_OFFERED = {
    "sleep_uncorr_REML",
    "penicillin_crossed_REML",
    "pastes_nested_REML",
    "pastes_nested_ML",
}


@cache
def results() -> dict[str, dict]:
    return json.loads((PEERS / "results" / "lmer.json").read_text())["results"]


CASES = [name for name in results() if name not in NOT_OFFERED] if PEERS.exists() else []


@cache
def fit(case: str) -> MMRMFit:
    name, kind, likelihood = case.split("_")
    file, subject, time, factors, formula = SETS[name]
    data = pd.read_csv(PEERS / "data" / f"{file}.csv").assign(t=lambda d: d[time])
    for factor, levels in factors.items():
        data[factor] = pd.Categorical(data[factor], levels)
    if case == "fev_int_REML":
        formula = formula.replace("* t", f"* {time}")  # the visit itself is a factor
    return mmrm(
        formula,
        data,
        subject=subject,
        visit=time,
        covariance="ri+rs" if kind == "slope" else "ri",
        reml=likelihood == "REML",
        df="satterthwaite",
    )


def r_name(name: str, case: str) -> str:
    time = SETS[case.split("_")[0]][2]
    plain = re.sub(r"\[T\.(.*?)\]", r"\1", name).replace("VISITN", "AVISITVIS")
    parts = [time if part == "t" else part for part in plain.split(":")]
    return "(Intercept)" if name == "Intercept" else ":".join(parts)


def tables(case: str, method: str, df: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    theirs = pd.DataFrame(results()[case][method]).set_index("term")
    ours = fit(case).using(df=df).coefficients
    ours = ours.set_axis([r_name(name, case) for name in ours["name"]]).drop(columns="name")
    # R names an interaction by the order of its formula; the words are the same.
    key = {frozenset(term.split(":")): term for term in theirs.index}
    return ours.rename(index={o: key[frozenset(o.split(":"))] for o in ours.index}), theirs


def test_every_case_that_is_offered_is_compared():
    assert len(CASES) == 10
    assert set(results()) == set(CASES) | NOT_OFFERED


@pytest.mark.parametrize("case", CASES)
def test_likelihood_and_variances(case):
    expected = results()[case]
    # lme4 gives the criterion without the constant that the likelihood has.
    assert_allclose(fit(case).m2loglik, expected["criterion"], rtol=0, atol=1e-8)
    parts = [row["vcov"] for row in expected["varcorr"]]
    order = [0, 2, 1, 3] if len(parts) == 4 else [0, 1]
    theirs = np.array(parts)[order]
    assert_allclose(fit(case).optimum.point.theta, theirs, rtol=2e-5)


@pytest.mark.parametrize("case", CASES)
def test_coefficients_with_satterthwaite(case):
    ours, theirs = tables(case, "satterthwaite", "satterthwaite")
    compare(ours.loc[theirs.index], theirs)


@pytest.mark.parametrize("case", [case for case in CASES if case.endswith("REML")])
def test_coefficients_with_kenward_roger(case):
    ours, theirs = tables(case, "kenward_roger", "kenward-roger-expected")
    compare(ours.loc[theirs.index], theirs)


def compare(ours, theirs):
    assert (((ours["estimate"] - theirs["estimate"]) / theirs["se"]).abs() < 1e-6).all()
    assert_allclose(ours["se"], theirs["se"], rtol=1e-6)
    assert_allclose(ours["df"], theirs["df"], rtol=1e-4)
