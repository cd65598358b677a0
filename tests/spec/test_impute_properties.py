"""Laws of imputation: where theory says what must come out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis.stats.ancova import ancova
from analysis.stats.delta import Delta
from analysis.stats.mmrm import mmrm
from tests.spec.impute_people import FORMULA, WEEKS, imputed, invented

METHODS = ["condmean-jackknife", "condmean-bootstrap", "bootstrap", "bayes"]
FEW = {"n": 12, "seed": 4}


@pytest.fixture(scope="module")
def table():
    return invented()


def by_method(table, method, **more):
    chance = {} if method == "condmean-jackknife" else FEW
    return imputed(table, method=method, **{**chance, **more})


@pytest.mark.parametrize("method", METHODS)
def test_nothing_missing_is_the_plain_analysis(method):
    whole = invented(leave=0, gap=0)
    made = by_method(whole, method, strategy="j2r", delta=9)
    assert made.filled.empty
    for row in made.estimates.itertuples():
        fit = ancova("change ~ baseline + arm", whole[whole["week"] == row.visit])
        plain = fit.contrasts("arm").iloc[0]
        assert_allclose(row.estimate, plain["estimate"], rtol=1e-9)
        if method in ("bootstrap", "bayes"):
            assert_allclose(row.se, plain["se"], rtol=1e-9)
            # Barnard and Rubin's degrees of freedom when nothing is missing.
            df = plain["df"]
            assert_allclose(row.df, (df + 1) / (df + 3) * df, rtol=1e-9)
            assert row.mc_error == 0
    means = made.ls_means
    for week in WEEKS:
        fit = ancova("change ~ baseline + arm", whole[whole["week"] == week])
        assert_allclose(
            means[means["visit"] == week]["estimate"], fit.ls_means("arm")["estimate"], rtol=1e-9
        )


def test_mar_conditional_means_are_the_repeated_measures_estimate(table):
    """With every covariate by visit, filling in the conditional means changes no estimate."""
    made = imputed(table)
    fit = mmrm(FORMULA, table, subject="who", visit="week", df="satterthwaite")
    plain = fit.contrasts("arm", by="week")
    assert_allclose(made.estimates["estimate"], plain["estimate"], rtol=1e-8)
    # The jackknife needs no faith in Sigma, so its standard errors are near, not the same.
    assert_allclose(made.estimates["se"], plain["se"], rtol=0.15)


def test_the_jackknife_is_the_analysis_without_each_person(table):
    small = table[table["who"] < 24]
    made = imputed(small, strategy="j2r")
    for i in (0, 7, 23):
        without = imputed(small[small["who"] != i], strategy="j2r")
        assert_allclose(
            made.analysed.estimates[i + 1], without.analysed.estimates[0], rtol=1e-6, atol=1e-8
        )


def test_delta_shifts_linearly(table):
    made = imputed(table, strategy="j2r")
    at = [made.using(delta={"bands": k}).analysed.estimates for k in (0, 1, 7)]
    assert_allclose(at[2] - at[0], 7 * (at[1] - at[0]), atol=1e-9)
    last = made.filled.query("week == 16 and after_event and arm == 'bands'")
    assert len(last)
    assert at[1][0][-3] > at[0][0][-3]


@pytest.mark.parametrize("method", METHODS[1:])
def test_the_same_seed_gives_the_same_numbers_however_many_workers(table, method, monkeypatch):
    # Small batches, so that three threads have something to share.
    monkeypatch.setattr("analysis.stats.draw.BATCH", 20_000)
    one = by_method(table, method, strategy="cir")
    three = by_method(table, method, strategy="cir", workers=3)
    assert_array_equal(one.draws.beta, three.draws.beta)
    assert_array_equal(one.analysed.estimates, three.analysed.estimates)
    other = by_method(table, method, strategy="cir", seed=5)
    assert not np.array_equal(one.draws.beta[-1], other.draws.beta[-1])


@pytest.mark.parametrize("method", METHODS[1:])
def test_more_draws_continue_the_ones_before(table, method):
    few, more = by_method(table, method), by_method(table, method, n=20)
    assert_allclose(few.draws.beta, more.draws.beta[: few.draws.n], rtol=1e-9)
    assert_allclose(few.analysed.estimates, more.analysed.estimates[: few.draws.n], rtol=1e-9)


def test_without_a_seed_the_result_tells_the_one_it_took(table):
    # Of any seed: a bootstrap sample may have no fit, a draw of the posterior always is one.
    first = imputed(table, method="bayes", n=5)
    again = imputed(table, method="bayes", n=5, seed=first.seed)
    assert_array_equal(first.analysed.estimates, again.analysed.estimates)


def test_enough_draws_for_the_monte_carlo_error_wanted(table):
    made = imputed(table, method="bootstrap", mc_error=0.15, seed=2)
    assert made.estimates["mc_error"].max() <= 0.15
    assert made.settings.n > 100
    again = imputed(table, method="bootstrap", n=made.settings.n, seed=2)
    pd.testing.assert_frame_equal(made.estimates, again.estimates)


def test_the_monte_carlo_error_is_the_spread_over_seeds(table):
    runs = [imputed(table, method="bootstrap", n=40, seed=s).estimates for s in range(40)]
    last = pd.DataFrame([run.iloc[-1] for run in runs]).astype({"estimate": float, "se": float})
    assert_allclose(last["estimate"].std(), last["mc_error"].astype(float).mean(), rtol=0.35)
    assert_allclose(last["se"].std(), last["mc_error_se"].astype(float).mean(), rtol=0.35)


def test_an_analysis_by_formula_and_by_mmrm(table):
    plain = imputed(table, analysis="change ~ arm + baseline")
    pd.testing.assert_frame_equal(plain.estimates, imputed(table).estimates, rtol=1e-9)
    made = imputed(table, method="bootstrap", analysis="mmrm", **FEW)
    one = made.completed(3)
    fit = mmrm(FORMULA, one, subject="who", visit="week", df="satterthwaite")
    rows = fit.contrasts("arm", by="week")
    of_arm = (made.analysed.labels["kind"] == "difference").to_numpy()
    assert_allclose(made.analysed.estimates[3][of_arm], rows["estimate"], rtol=1e-7)
    assert_allclose(made.analysed.variances[3][of_arm] ** 0.5, rows["se"], rtol=1e-6)
    assert_allclose(made.analysed.df[3][of_arm], rows["df"], rtol=1e-5)


def test_each_arm_with_its_own_covariance(table):
    made = imputed(table, sigma_by_arm=True, strategy="j2r")
    assert made.draws.sigmas.shape[1] == 2
    fit = mmrm(FORMULA, table, subject="who", visit="week", group="arm")
    assert_allclose(made.draws.sigmas[0, 1], fit.covariance["bands"], rtol=1e-6)


def test_percentiles_of_the_bootstrap(table):
    made = imputed(
        table, method="condmean-bootstrap", n=99, seed=1, interval="percentile", level=0.9
    )
    left = np.sort(made.analysed.estimates[1:, 0])
    assert_allclose(made.estimates.loc[0, ["lower", "upper"]].astype(float), left[[4, 94]])


def test_three_arms_and_a_reference_each():
    table = invented(90)
    arm = np.array(["control", "bands", "walking"])[table["who"] % 3]
    table["arm"] = pd.Categorical(arm, ["control", "bands", "walking"])
    made = imputed(table, strategy="j2r")
    assert list(made.estimates["arm"].unique()) == ["bands", "walking"]
    refer = {"control": "control", "bands": "control", "walking": "bands"}
    other = imputed(table, strategy="j2r", reference=refer, comparator="control")
    same = made.filled["arm"] != "walking"
    assert_allclose(other.filled["mean"][same], made.filled["mean"][same])
    late = ~same & made.filled["after_event"]
    assert not np.allclose(other.filled["mean"][late], made.filled["mean"][late])


def test_it_shows_itself(table):
    made = imputed(table, delta=Delta({"bands": 1.0}))
    assert "bands - control at 16" in repr(made)
    assert "<table>" in made._repr_html_()
    assert "seed" in repr(imputed(table, method="bootstrap", **FEW))


@pytest.mark.parametrize("method", METHODS)
def test_someone_without_any_outcome_is_imputed_too(table, method):
    gone = table.assign(change=table["change"].mask(table["who"] == 1))
    made = by_method(gone, method, strategy="j2r")
    mine = made.filled.query("who == 1")
    assert list(mine["strategy"]) == ["j2r"] * 3
    fit = made.draws.optimum.point
    own = made.planned.X_reference[1] @ fit.beta
    assert_allclose(mine["mean"], own, rtol=1e-9)
    if method == "condmean-jackknife":
        # Leaving this person out changes the analysis but not the fit.
        assert_array_equal(made.draws.beta[2], made.draws.beta[0])
