"""Means, joint tests, residuals and the paired t test against R, on the R package's example data.

The data and R's results are kept beside the checkout; without them these tests are skipped. R
stopped at its own tolerance here, so estimates agree to 1e-6 of a standard error or a little less.
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.stats.mmrm import MMRMFit, mmrm
from tests.validation.test_mmrm_peers import PEERS, far, matched, plain, table

pytestmark = pytest.mark.skipif(
    not PEERS.exists(), reason="R's results are not beside the checkout"
)

SE = 1e-5  # of a standard error, and of standard errors themselves
DEGREES = 1e-4
FORMULA = "FEV1 ~ FEV1_BL + RACE + SEX + ARMCD * AVISIT"
METHODS = {"Satterthwaite": "satterthwaite", "Kenward-Roger": "kenward-roger"}


@cache
def extra() -> dict[str, dict]:
    return json.loads((PEERS / "results" / "mmrm_extra.json").read_text())["results"]


@cache
def base(df: str, formula: str = FORMULA) -> MMRMFit:
    return mmrm(formula, table("fev_data.csv"), subject="USUBJID", visit="AVISIT", df=df)


def check(mine, theirs, estimate="emmean"):
    assert len(mine) == len(theirs)
    assert far(mine["estimate"], theirs[estimate], theirs["SE"]) < SE
    assert far(mine["se"], theirs["SE"]) < SE
    assert far(mine["df"], theirs["df"]) < DEGREES


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weights", ["equal", "proportional"])
def test_means_by_both_weights(method, weights):
    theirs = pd.DataFrame(extra()[f"base_{method}_emm_{weights}"]["emmeans"])
    mine = base(METHODS[method]).ls_means("ARMCD", by="AVISIT", weights=weights)
    check(theirs[["ARMCD", "AVISIT"]].merge(mine, on=["ARMCD", "AVISIT"]), theirs)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("baseline", [30, 50])
def test_means_at_a_baseline(method, baseline):
    theirs = pd.DataFrame(extra()[f"base_{method}_emm_at"]["emmeans"])
    theirs = theirs[theirs["FEV1_BL"] == baseline]
    fit = base(METHODS[method])
    mine = fit.ls_means("ARMCD", by="AVISIT", weights="equal", at={"FEV1_BL": baseline})
    check(theirs[["ARMCD", "AVISIT"]].merge(mine, on=["ARMCD", "AVISIT"]), theirs)


@pytest.mark.parametrize("method", METHODS)
def test_difference_averaged_over_visits(method):
    theirs = pd.DataFrame(extra()[f"base_{method}_avg_over_visits"]["contrasts"])
    check(base(METHODS[method]).contrasts("ARMCD", weights="equal"), theirs, "estimate")


@pytest.mark.parametrize("method", METHODS)
def test_coefficients(method):
    theirs = pd.DataFrame(extra()[f"base_{method}_coef"]["table"])
    theirs = theirs.assign(name=theirs["term"].map(plain), SE=theirs["se"])
    check(matched(base(METHODS[method]).coefficients, theirs, "name"), theirs, "estimate")


def test_joint_test_of_all_visits():
    theirs = extra()["df_md_custom"]
    fit = base("satterthwaite", "FEV1 ~ FEV1_BL + ARMCD * AVISIT")
    columns = [plain(name) for name in theirs["coefnames"]]
    ours = {plain(name): name for name in fit.design.names}
    L = pd.DataFrame(theirs["L"]["values"], columns=[ours[name] for name in columns])
    row = fit.joint_test(L).iloc[0]
    assert row["num_df"] == theirs["satt"]["num_df"]
    assert far(row["den_df"], theirs["satt"]["denom_df"]) < DEGREES
    assert far(row["f"], theirs["satt"]["f_stat"]) < SE


def test_residuals():
    theirs = pd.DataFrame(extra()["fitted_residuals"])
    fit = base("satterthwaite")
    used = table("fev_data.csv").loc[fit.fitted.index, ["USUBJID", "AVISIT"]]
    mine = used.assign(
        fitted=fit.fitted, response=fit.residuals(), normalized=fit.residuals("normalised")
    )
    mine["AVISIT"] = mine["AVISIT"].astype(str)
    both = theirs.merge(
        mine, left_on=["usubjid", "visit"], right_on=["USUBJID", "AVISIT"], suffixes=("_r", "")
    )
    assert len(both) == len(theirs)
    for kind in ("fitted", "response", "normalized"):
        assert_allclose(both[kind], both[f"{kind}_r"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("case", "df"),
    [
        ("sleep_paired_Satterthwaite_", "satterthwaite"),
        ("sleep_paired_Kenward-Roger_Kenward-Roger", "kenward-roger"),
        ("sleep_paired_Kenward-Roger_Kenward-Roger-Linear", "kenward-roger-linear"),
    ],
)
def test_paired_data(case, df):
    """R's full form, with its parametrisation, is not the paired t test; the linear form is."""
    data = pd.DataFrame(extra()[case]["data"])
    data["group"] = pd.Categorical(data["group"], ["1", "2"])
    fit = mmrm("extra ~ group", data, subject="ID", visit="group", df=df)
    theirs = pd.DataFrame(extra()[case]["table"])
    for column in ("estimate", "se", "df"):
        assert_allclose(fit.coefficients[column], theirs[column], rtol=1e-6)
    exact = np.isclose(fit.coefficients["se"][1], extra()[case]["t_test"]["se"], rtol=1e-9)
    assert exact == (df != "kenward-roger")
