"""Outcomes and covariates far from zero are fitted as their centred selves are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.errors import ModelError
from analysis.stats.ancova import ancova
from analysis.stats.basis import Basis, find_basis
from analysis.stats.mmrm import mmrm
from analysis.stats.mmrm_chunks import mmrm_chunks

RATIOS = [1e2, 1e4, 1e6]
FORMULAS = ["y ~ x + arm * week", "y ~ x * week + arm * week", "y ~ 0 + week + arm:week + x:week"]
LEVELS = {"arm": ["control", "bands"]}


def people(n: int = 120, far: float = 0.0, seed: int = 4) -> pd.DataFrame:
    """Invented people at four visits, outcome and covariate with spread one and a mean of `far`."""
    rng = np.random.default_rng(seed)
    who, week = np.repeat(np.arange(n), 4), np.tile([2, 4, 8, 16], n)
    arm = rng.integers(0, 2, n)[who]
    # Multiples of 2^-12 stand exactly at any of these distances: the data are the same but moved.
    x = np.round(rng.normal(0, 1, n)[who] * 2**12) / 2**12
    y = 0.5 * x + rng.normal(0, 0.7, n)[who] + rng.normal(0, 0.7, 4 * n) - 0.02 * arm * week
    y = np.round(y * 2**12) / 2**12
    made = pd.DataFrame({"who": who, "week": week, "x": x - far, "y": y + far})
    made["arm"] = pd.Categorical.from_codes(arm, LEVELS["arm"])
    made["w"] = rng.uniform(0.5, 2, 4 * n)
    return made[rng.random(4 * n) > 0.1]


def fit(table, formula=FORMULAS[0], **more):
    return mmrm(formula, table, subject="who", visit="week", **more)


# A number that far from zero carries `far` times as much rounding in its own spread; what is left
# of sixteen digits, with two to spare for the sums.
def left(far):
    return max(1e-9, 1e-14 * far)


def same(moved, centred, far):
    """Contrasts in their standard errors; levels moved by `far`; the likelihood the same."""
    ours, theirs = (made.contrasts("arm", by="week") for made in (moved, centred))
    close = left(far)
    assert_allclose((ours["estimate"] - theirs["estimate"]) / theirs["se"], 0, atol=close)
    assert_allclose(ours[["se", "df"]], theirs[["se", "df"]], rtol=close)
    ours, theirs = (made.ls_means("arm", by="week") for made in (moved, centred))
    assert_allclose((ours["estimate"] - far - theirs["estimate"]) / theirs["se"], 0, atol=close)
    assert_allclose(ours[["se", "df"]], theirs[["se", "df"]], rtol=close)


@pytest.mark.parametrize("far", RATIOS)
@pytest.mark.parametrize("formula", FORMULAS)
def test_means_up_to_a_million_spreads_from_zero(formula, far):
    moved, centred = fit(people(far=far), formula), fit(people(), formula)
    same(moved, centred, far)
    assert_allclose(moved.m2loglik, centred.m2loglik, rtol=left(far))
    assert_allclose(moved.covariance, centred.covariance, rtol=1e-8)
    assert_allclose(moved.residuals("normalised"), centred.residuals("normalised"), atol=1e-8)


@pytest.mark.parametrize(
    "more",
    [
        {"covariance": "ar1h"},
        {"group": "arm"},
        {"weights": "w"},
        {"reml": False, "df": "satterthwaite"},
        {"df": "kenward-roger"},
        {"df": "between-within"},
        {"df": "satterthwaite", "vcov": "empirical"},
        {"df": "satterthwaite", "vcov": "bias-reduced"},
        {"df": "satterthwaite", "vcov": "jackknife"},
    ],
)
def test_every_kind_of_fit(more):
    far = 1e6
    moved, centred = fit(people(far=far), **more), fit(people(), **more)
    same(moved, centred, far)
    last = moved.term_tests()
    assert_allclose(last["f"], centred.term_tests()["f"], rtol=1e-6)


@pytest.mark.parametrize("far", RATIOS)
def test_what_the_basis_is_for_stands_in_raw_units(far):
    """Coefficients, their covariance and predictions are those of the columns as given."""
    moved, centred = fit(people(far=far)), fit(people())
    ours, theirs = (made.coefficients.set_index("name") for made in (moved, centred))
    slope = theirs.loc["x", "estimate"]
    assert_allclose(ours.loc["x", ["estimate", "se"]], theirs.loc["x", ["estimate", "se"]], 1e-7)
    intercept = theirs.loc["Intercept", "estimate"] + far + slope * far
    assert_allclose(ours.loc["Intercept", "estimate"], intercept, rtol=1e-7)
    assert_allclose(
        np.sqrt(moved.beta_covariance.loc["Intercept", "Intercept"]),
        ours.loc["Intercept", "se"],
        rtol=1e-9,
    )
    new = people(seed=9)
    there = moved.predict(new.assign(x=new["x"] - far))
    here = centred.predict(new)
    assert_allclose((there["estimate"] - far - here["estimate"]) / here["se"], 0, atol=left(far))
    assert_allclose(there["se"], here["se"], rtol=left(far))


@pytest.mark.parametrize("far", RATIOS)
def test_leaving_one_out(far):
    moved, centred = fit(people(n=40, far=far)), fit(people(n=40))
    terms = ["x", "arm[T.bands]", "arm[T.bands]:week[T.16]"]
    se = centred.coefficients.set_index("name")["se"][terms]
    ours, theirs = moved.leave_one_out()[terms], centred.leave_one_out()[terms]
    assert_allclose((ours - theirs) / se, 0, atol=10 * left(far))


@pytest.mark.parametrize("far", RATIOS)
def test_chunks_and_hospitals(tmp_path, far):
    table = people(far=far)
    whole, centred = fit(table), fit(people())
    table.astype({"arm": str}).to_csv(tmp_path / "trial.csv", index=False)
    read = {"subject": "who", "visit": "week", "levels": LEVELS}
    chunked = mmrm_chunks(FORMULAS[0], tmp_path / "trial.csv", chunk_rows=60, **read)
    hospitals = [part for _, part in table.groupby(table["who"] % 3)]
    added = mmrm_chunks(FORMULAS[0], hospitals, **read)
    for made in (chunked, added):
        same(made, centred, far)
        assert_allclose(made.beta, whole.beta, rtol=1e-6)


def test_partitions():
    dask = pytest.importorskip("dask.dataframe")
    source = dask.from_pandas(people(far=1e6), npartitions=3)
    made = mmrm_chunks(FORMULAS[0], source, subject="who", visit="week")
    same(made, fit(people()), 1e6)


def test_larger_tables_settle_the_basis_on_some_rows():
    """A covariate of a few people is centred too, though a sample of rows hardly shows it."""
    table = people(n=2000)
    rare = table["who"] < 30
    tables = [table.assign(site=np.where(rare, table["x"] + far, 0.0)) for far in (0.0, 1e6)]
    centred, moved = (
        fit(t.assign(few=rare.astype(float)), "y ~ few + site + arm * week") for t in tables
    )
    ours, theirs = (made.coefficients.set_index("name").loc["site"] for made in (moved, centred))
    assert_allclose(
        ours[["estimate", "se"]].astype(float), theirs[["estimate", "se"]].astype(float), 1e-6
    )


def test_curves_far_from_zero_are_told_apart():
    """Year and its square are almost one column; their contrasts are those of centred years."""
    table = people()
    year = np.random.default_rng(1).integers(-5, 6, 120)[table["who"]]
    centred = fit(table.assign(t=year), "y ~ t + I(t ** 2) + arm * week")
    moved = fit(table.assign(t=year + 2000.0), "y ~ t + I(t ** 2) + arm * week")
    ours, theirs = (made.contrasts("arm", by="week") for made in (moved, centred))
    assert_allclose(ours[["estimate", "se", "df"]], theirs[["estimate", "se", "df"]], rtol=1e-7)
    assert_allclose(moved.beta[-1], centred.beta[-1], rtol=1e-6)


def test_analysis_of_covariance():
    one = people().query("week == 16")
    moved = people(far=1e6).query("week == 16")
    ours, theirs = (ancova("y ~ x + arm", t) for t in (moved, one))
    assert_allclose(
        ours.contrasts("arm")[["estimate", "se"]], theirs.contrasts("arm")[["estimate", "se"]], 1e-7
    )
    assert_allclose(ours.residual_sd, theirs.residual_sd, rtol=1e-8)
    assert_allclose(ours.term_tests()["f"], theirs.term_tests()["f"], rtol=1e-6)


def test_columns_near_zero_are_left_as_they_are():
    table = people()
    Z = fit(table).design.with_outcome()
    assert find_basis(Z[:, :-1], Z[:, -1]).T is None
    assert Basis().apply(Z) is Z


def test_a_basis_tells_the_same_of_any_contrast():
    """T and o bring everything back: means, covariances, sums of squares."""
    rng = np.random.default_rng(2)
    x = rng.normal(300, 1, 500)
    Z = np.column_stack(
        [np.ones(500), np.arange(500) % 3 == 0, x, x**2, 5 * x + rng.normal(size=500)]
    )
    basis = find_basis(Z[:, :-1], Z[:, -1])
    turned = basis.apply(Z.copy())
    assert_allclose(np.linalg.det(basis.T), 1.0, rtol=1e-12)
    assert_allclose(Z[:, :-1] @ basis.T, turned[:, :-1], atol=1e-7)
    assert_allclose(basis.squares(turned.T @ turned), (Z**2).sum(axis=0), rtol=1e-9)
    beta = np.linalg.lstsq(turned[:, :-1], turned[:, -1], rcond=None)[0]
    fitted = Z[:, :-1] @ basis.coefficients(beta)
    assert_allclose(fitted, turned[:, :-1] @ basis.level(beta), rtol=1e-9)
    assert np.linalg.cond(turned[:, :-1] / np.linalg.norm(turned[:, :-1], axis=0)) < 10


@pytest.mark.parametrize("far", [0.0, 1e3, 1e6])
@pytest.mark.parametrize(
    ("change", "formula", "words"),
    [
        ({"z": lambda t: t["x"].iloc[0]}, "y ~ x + z + arm * week", "z"),
        ({"z": lambda t: 2 * t["x"] + 1}, "y ~ x + z + arm * week", "z"),
        ({"z": lambda t: 1e6 + t["arm"].cat.codes}, "y ~ arm * week + z", "z"),
        ({"y": lambda t: t["x"].iloc[0]}, "y ~ arm * week", "does not vary"),
        ({"y": lambda t: 2 * t["x"] + 7}, "y ~ x + arm * week", "does not vary"),
    ],
)
def test_columns_that_say_nothing_are_refused_as_before(far, change, formula, words):
    with pytest.raises(ModelError, match=words):
        fit(people(far=far).assign(**change), formula)
