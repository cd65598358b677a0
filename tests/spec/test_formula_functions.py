"""Functions inside a formula: curves, scaled and centred covariates, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import patsy
import pytest
from numpy.testing import assert_allclose

from analysis.errors import AnalysisError, ModelError, UsageError
from analysis.stats.ancova import ancova
from analysis.stats.formula import parse_formula, sides
from analysis.stats.mmrm import mmrm
from analysis.stats.mmrm_chunks import mmrm_chunks
from tests.spec.test_mmrm_far_from_zero import people

REST = "y ~ arm * week"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    made = people()
    return made.assign(z=np.abs(made["x"]) + 1).rename(columns={"w": "my weight"})


def fit(table, term, **more):
    return mmrm(f"{REST} + {term}", table, subject="who", visit="week", **more)


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        ("y ~ bs(x, df=3)", ["y"], ["x"]),
        ("y ~ poly(x, 2) + scale(z)", ["y"], ["x", "z"]),
        ("log(y) ~ cr(x, df=3) + np.log(z) + {x ** 2}", ["y"], ["x", "z"]),
        ("y ~ `my weight` + arm:bs(x, df=3)", ["y"], ["arm", "my weight", "x"]),
        ("y ~ center(`my weight`) + I(x * z)", ["y"], ["my weight", "x", "z"]),
        ("y ~ Q('my weight') + x.clip(0, 1)", ["y"], ["my weight", "x"]),
        ("y ~ 1", ["y"], []),
    ],
)
def test_columns_inside_functions_are_found(formula, left, right):
    assert sides(parse_formula(formula)) == (left, right)


@pytest.mark.parametrize(
    ("term", "same"),
    [
        ("center(x)", lambda t: {"c1": t["x"] - t["x"].mean()}),
        ("scale(x)", lambda t: {"c1": (t["x"] - t["x"].mean()) / t["x"].std()}),
        ("poly(x, 2)", lambda t: {"c1": t["x"], "c2": t["x"] ** 2}),
        ("poly(`my weight`, 2)", lambda t: {"c1": t["my weight"], "c2": t["my weight"] ** 2}),
        ("np.log(z)", lambda t: {"c1": np.log(t["z"])}),
    ],
)
def test_a_function_is_the_columns_made_beforehand(table, term, same):
    made = same(table)
    by_hand = fit(table.assign(**made), " + ".join(made))
    ours = fit(table, term)
    columns = ["estimate", "se", "df", "p"]
    mine, theirs = (m.contrasts("arm", by="week")[columns] for m in (ours, by_hand))
    assert_allclose(mine, theirs, rtol=1e-7)
    # REML's constant depends on the columns, log |X'WX|; the fitted means do not.
    assert_allclose(ours.fitted, by_hand.fitted, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    "term", ["bs(x, df=4)", "bs(x, df=6, degree=2)", "cr(x, df=4, constraints='center')"]
)
def test_splines_span_what_patsy_spans(table, term):
    """patsy's columns, made beforehand, give the same means and differences."""
    columns = np.asarray(patsy.dmatrix(f"{term} - 1", table))
    names = [f"s{i}" for i in range(columns.shape[1])]
    by_hand = fit(table.assign(**dict(zip(names, columns.T, strict=True))), " + ".join(names))
    ours = fit(table, term)
    assert_allclose(ours.fitted, by_hand.fitted, rtol=1e-7, atol=1e-9)
    columns = ["estimate", "se", "df"]
    mine, theirs = (m.contrasts("arm", by="week")[columns] for m in (ours, by_hand))
    assert_allclose(mine, theirs, rtol=1e-6)


CURVES = [
    "bs(x, df=4)",
    "poly(x, 2)",
    "scale(x)",
    "center(x)",
    "standardize(x)",
    "cr(x, df=4, constraints='center')",
    "cs(x, df=4, constraints='center')",
    "cc(x, df=4, constraints='center')",
    "arm:bs(x, df=3)",
]


@pytest.mark.parametrize("term", CURVES)
def test_prediction_and_ls_means_know_the_rows_of_the_fit(table, term):
    """One new person gets the mean that people like them have in the fit."""
    made = fit(table, term)
    alone = pd.concat([made.predict(table.iloc[[i]]) for i in (3, 50, 200)])
    assert_allclose(alone["estimate"], made.fitted.iloc[[3, 50, 200]], rtol=1e-9)
    means = made.ls_means("arm", by="week", at={"x": table["x"].iloc[3]})
    arm, week = table.iloc[3][["arm", "week"]]
    there = means[(means["arm"] == arm) & (means["week"] == week)]
    assert_allclose(there["estimate"], made.predict(table.iloc[[3]])["estimate"], rtol=1e-9)
    assert_allclose(made.design.means["x"], table["x"].mean())


def test_ls_means_stand_at_the_mean_of_the_covariate_itself(table):
    """Centring moves the intercept and nothing else."""
    plain, centred = fit(table, "x"), fit(table, "center(x)")
    ours, theirs = (m.ls_means("arm", by="week").select_dtypes(float) for m in (centred, plain))
    assert_allclose(ours, theirs, rtol=1e-8)


def test_beyond_the_knots_is_refused(table):
    made = fit(table, "bs(x, df=4)")
    with pytest.raises(ModelError, match="cannot be worked out at some of these values"):
        made.ls_means("arm", at={"x": 1e3})
    with pytest.raises(ModelError, match="Stay within the values of the fit"):
        made.predict(table.iloc[:2].assign(x=-1e3))
    logs = fit(table, "np.log(z)")
    with np.errstate(invalid="ignore"), pytest.raises(ModelError, match="not finite there"):
        logs.predict(table.iloc[:2].assign(z=-1.0))


def test_curves_that_hold_a_constant_are_refused_with_the_cure(table):
    with pytest.raises(ModelError, match="constraints='center'"):
        fit(table, "cr(x, df=4)")


@pytest.mark.parametrize(
    "term",
    [
        "{x - x.mean()}",
        "lag(x)",
        "I(x.rank())",
        "np.cumsum(x)",
        "I(x / x.max())",
        "I(x > x.mean())",
    ],
)
def test_terms_that_lean_on_other_rows_are_refused(table, term):
    with pytest.raises(UsageError, match="depends on other rows"):
        fit(table, term)
    with pytest.raises(UsageError, match="depends on other rows"):
        mmrm_chunks(f"{REST} + {term}", [table], subject="who", visit="week")
    with pytest.raises(UsageError, match="depends on other rows"):
        ancova(f"y ~ arm + {term}", table.query("week == 16"))


def test_an_outcome_that_leans_on_other_rows_is_refused(table):
    with pytest.raises(UsageError, match="depends on other rows"):
        mmrm("{y - y.mean()} ~ week", table, subject="who", visit="week")


@pytest.mark.parametrize("term", [*CURVES, "Q('my weight')"])
def test_chunks_refuse_what_must_see_all_rows(table, term):
    with pytest.raises(UsageError, match="must see all rows at once"):
        mmrm_chunks(f"{REST} + {term}", [table], subject="who", visit="week")


@pytest.mark.parametrize("term", ["np.log(z)", "log(z) + exp(x)", "{x ** 2}", "I(x * z)"])
def test_chunks_take_what_each_row_knows(table, term):
    whole = fit(table, term)
    parts = [part for _, part in table.groupby(table["who"] % 4)]
    added = mmrm_chunks(f"{REST} + {term}", parts, subject="who", visit="week")
    assert_allclose(added.beta, whole.beta, rtol=1e-7, atol=1e-9)


def test_missing_values_inside_a_function_are_named(table):
    holes = table.assign(x=table["x"].mask(table["who"] == 3))
    with pytest.raises(ModelError, match=r"x \(4 rows\)"):
        fit(holes, "bs(x, df=4)")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("foo(x)", "foo"),
        ("bs(nowhere, df=3)", "no column nowhere"),
        ("bs(x, df=4, nope=1)", "nope"),
        ("bs(x", "cannot be read"),
        ("C(week)", "makes a factor"),
        ("(1 | who)", "random effects"),
        ("us(week | who)", "covariance='us'"),
    ],
)
def test_functions_that_cannot_be_are_refused(table, term, words):
    with pytest.raises(AnalysisError) as caught:
        fit(table, term)
    assert words in str(caught.value)


def test_no_value_of_a_row_in_the_error(table):
    with pytest.raises(UsageError) as caught:
        fit(table, "poly(arm, 2)")
    assert not any(level in str(caught.value) for level in ("control", "bands"))
