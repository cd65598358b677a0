"""Analysis of covariance at one visit: a textbook line, the t test, and clear refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.errors import ModelError, UsageError
from analysis.stats.ancova import ancova
from analysis.stats.mmrm import mmrm


@pytest.fixture
def table() -> pd.DataFrame:
    """Thirty invented people in two arms; three have no outcome."""
    rng = np.random.default_rng(21)
    baseline = rng.normal(50, 10, 30).round(1)
    arm = np.where(np.arange(30) < 14, "control", "bands")
    value = 0.6 * baseline + 20 - 8.0 * (arm == "bands") + rng.normal(0, 6, 30)
    value[[2, 11, 25]] = np.nan
    sex = rng.choice(["female", "male"], 30)
    return pd.DataFrame(
        {
            "who": np.arange(30),
            "arm": pd.Categorical(arm, ["control", "bands"]),
            "sex": pd.Categorical(sex, ["female", "male"]),
            "baseline": baseline,
            "value": value,
            "change": value - baseline,
        }
    )


def test_adjusted_difference_is_the_difference_of_means_moved_along_the_common_slope(table):
    """Common slope within arms; means are moved to the same baseline (Fisher's own recipe)."""
    used = table.dropna()
    groups = used.groupby("arm", observed=True)
    inside = used[["baseline", "value"]] - groups[["baseline", "value"]].transform("mean")
    slope = (inside["baseline"] @ inside["value"]) / (inside["baseline"] @ inside["baseline"])
    means = groups[["baseline", "value"]].mean()
    gap = means.loc["bands"] - means.loc["control"]
    fit = ancova("value ~ baseline + arm", table)
    row = fit.contrasts("arm").iloc[0]
    assert_allclose(row["estimate"], gap["value"] - slope * gap["baseline"])
    assert row["df"] == len(used) - 3
    at_mean = means["value"] - slope * (means["baseline"] - used["baseline"].mean())
    assert_allclose(fit.ls_means("arm")["estimate"], at_mean[["control", "bands"]])


def test_without_a_covariate_it_is_the_two_sample_t_test(table):
    row = ancova("value ~ arm", table).contrasts("arm").iloc[0]
    by = table.dropna().set_index("arm")["value"]
    two = stats.ttest_ind(by["bands"], by["control"])
    assert_allclose([row["t"], row["p"]], [two.statistic, two.pvalue])
    interval = two.confidence_interval()
    assert_allclose([row["lower"], row["upper"]], [interval.low, interval.high])


def test_change_and_value_give_the_same_difference(table):
    change, value = (
        ancova(f"{outcome} ~ baseline + arm", table).contrasts("arm")
        for outcome in ("change", "value")
    )
    pd.testing.assert_frame_equal(change, value)


def test_one_visit_of_the_repeated_measures_model_is_the_same(table):
    one = mmrm("value ~ baseline + arm", table.assign(week=16), subject="who", visit="week")
    ours = ancova("value ~ baseline + arm", table)
    for column in ("estimate", "se", "df", "p"):
        assert_allclose(one.coefficients[column], ours.coefficients[column], rtol=1e-7)


def test_equal_and_proportional_weights_differ_by_the_share_of_each_level(table):
    fit = ancova("value ~ arm + sex", table)
    b = dict(zip(fit.design.names, fit.beta, strict=True))
    share = (table.dropna()["sex"] == "male").mean()
    proportional = fit.ls_means("arm")["estimate"][0]
    equal = fit.ls_means("arm", weights="equal")["estimate"][0]
    assert_allclose(proportional, b["Intercept"] + share * b["sex[T.male]"])
    assert_allclose(equal, b["Intercept"] + 0.5 * b["sex[T.male]"])


def test_means_at_a_chosen_baseline(table):
    fit = ancova("value ~ baseline + arm", table)
    up = fit.ls_means("arm", at={"baseline": 61})["estimate"]
    down = fit.ls_means("arm", at={"baseline": 60})["estimate"]
    assert_allclose(up - down, fit.coefficients.set_index("name")["estimate"]["baseline"])


def test_rows_are_counted(table):
    fit = ancova("value ~ baseline + arm", table)
    assert (fit.n_observations, fit.n_dropped) == (27, 3)
    assert list(fit.residuals.index) == list(table.dropna().index)
    assert_allclose(fit.fitted + fit.residuals, table["value"].dropna())
    assert "ANCOVA" in repr(fit)
    assert "<table" in fit._repr_html_()


@pytest.mark.parametrize(
    ("change", "formula", "kind", "word"),
    [
        (lambda t: t.assign(value=np.nan), "value ~ arm", ModelError, "nothing to fit"),
        (lambda t: t.assign(value=4.0), "value ~ arm", ModelError, "does not vary"),
        (lambda t: t.head(2), "value ~ baseline + sex", ModelError, "cannot carry"),
        (lambda t: t.assign(again=t["baseline"]), "value ~ baseline + again", ModelError, "again"),
        (lambda t: t.assign(arm=t["arm"].astype(str)), "value ~ arm", UsageError, "not declared"),
        (lambda t: t, "value ~ height", UsageError, "height"),
    ],
)
def test_refusals(table, change, formula, kind, word):
    with pytest.raises(kind, match=word):
        ancova(formula, change(table))
