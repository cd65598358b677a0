"""Random intercepts and slopes agree with R's lme4, lmerTest and pbkrtest, case by case."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.errors import ModelError, UsageError
from analysis.stats.components import variance_components
from analysis.stats.covariance import STRUCTURES
from analysis.stats.mmrm import mmrm

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "lmm"
_spec = importlib.util.spec_from_file_location("lmm_compare", FOLDER / "compare.py")
compare = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(compare)

BARS = {"m2loglik": 1e-8, "df": 1e-4, "df, Kenward-Roger": 1e-4}  # all others: 1e-6
fit = cache(compare.fit)
CASES = list(compare.reference())


def test_the_grid_is_complete():
    trials = {"demo_trial", "two_years", "many_visits"}
    expected = {f"{name}/{kind}" for name in trials for kind in ("slope", "intercept")}
    assert set(CASES) == expected | {"demo_trial/piecewise"}


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_r(case):
    expected = compare.reference()[case]
    worst = compare.differences(fit(case), expected)
    # R's Kenward-Roger takes hours on the largest trial and was left out there.
    assert ("df, Kenward-Roger" in worst) == (not case.startswith("many_visits"))
    beyond = {kind: value for kind, value in worst.items() if not value <= BARS.get(kind, 1e-6)}
    assert not beyond


def test_the_observed_information_is_not_what_pbkrtest_uses():
    """Why `kenward-roger-expected` exists: the default takes the observed information."""
    expected = compare.reference()["two_years/slope"]["coefficients"]
    made = fit("two_years/slope")
    gap = {
        df: np.abs(made.using(df=df).coefficients["df"] / expected["df_kr"] - 1).max()
        for df in ("kenward-roger-linear", "kenward-roger-expected")
    }
    assert gap["kenward-roger-expected"] < 1e-6 < 1e-3 < gap["kenward-roger-linear"]


def test_sigma_is_linear_so_both_forms_of_kenward_roger_are_one():
    made = fit("two_years/slope")
    linear = made.using(df="kenward-roger-linear").coefficients
    full = made.using(df="kenward-roger").coefficients
    pd.testing.assert_frame_equal(linear, full, rtol=1e-12)


@pytest.mark.parametrize("case", ["demo_trial/slope", "demo_trial/intercept"])
def test_variance_components_are_those_of_r(case):
    theirs = compare.reference()[case]["variance"]
    ours = variance_components(fit(case))
    order = [0, 2, 1, 3] if case.endswith("slope") else [0, 1]
    assert_allclose(ours["estimate"], np.asarray(theirs["vcov"])[order], rtol=1e-6)
    assert_allclose(ours["sd"], np.asarray(theirs["sdcor"])[order], rtol=1e-6)
    assert (ours["se"] > 0).all()


def test_the_origin_of_time_moves_the_components_but_not_the_model():
    data = compare.trial("two_years").assign(later=lambda d: d["time"] - 3.0)
    formula = "change ~ baseline + arm * months"
    options = {"subject": "participant_id", "covariance": "ri+rs"}
    first = mmrm(formula, data, visit="time", **options)
    moved = mmrm(formula, data, visit="later", **options)
    assert_allclose(moved.m2loglik, first.m2loglik, rtol=1e-12)
    assert_allclose(moved.coefficients["se"], first.coefficients["se"], rtol=1e-7)
    assert_allclose(moved.coefficients["df"], first.coefficients["df"], rtol=1e-6)
    a, b = (variance_components(f)["estimate"].to_numpy() for f in (first, moved))
    assert_allclose(b[0], a[0] + 6 * a[1] + 9 * a[2], rtol=1e-6)
    assert_allclose(b[2:], a[2:], rtol=1e-6)


def invented(seed: int, slope: float = 0.0, level: float = 0.0, n: int = 40) -> pd.DataFrame:
    """Invented people at four times; `level` and `slope` are standard deviations between them."""
    rng = np.random.default_rng(seed)
    who, time = np.repeat(np.arange(n), 4), np.tile([0.0, 1.0, 2.0, 4.0], n)
    own = rng.normal(0, level, n)[who] + rng.normal(0, slope, n)[who] * time
    return pd.DataFrame({"who": who, "time": time, "t": time, "y": own + rng.normal(0, 1, 4 * n)})


def test_a_zero_variance_of_intercepts_is_refused_by_name():
    data = invented(3)
    # People whose outcomes are alternately high and low agree less with themselves than with others
    data["y"] += np.where(data["time"] > 1, 1.0, -1.0) * np.where(data["who"] % 2, 1.0, -1.0)
    with pytest.raises(ModelError, match="variance of the random intercepts is zero") as caught:
        mmrm("y ~ t", data, subject="who", visit="time", covariance="ri")
    assert "'cs'" in caught.value.do
    mmrm("y ~ t", data, subject="who", visit="time", covariance="cs")


def test_a_zero_variance_of_slopes_is_refused_by_name():
    refused = []
    for seed in range(20):
        data = invented(seed, level=2.0)
        try:
            fitted = mmrm("y ~ t", data, subject="who", visit="time", covariance="ri+rs")
            assert np.linalg.eigvalsh(effects(fitted)).min() > 0
        except ModelError as error:
            refused.append(error.what)
    assert any("random slopes is zero" in what for what in refused)
    assert 2 < len(refused) < 18
    assert all("likelihood is largest where" in what for what in refused)


def effects(fitted):
    g00, g01, g11, _ = fitted.optimum.point.theta
    return np.array([[g00, g01], [g01, g11]])


def test_two_visits_do_not_carry_random_slopes():
    data = invented(1, level=1.0)
    two = data[data["time"] < 2]
    with pytest.raises(ModelError, match="say nothing about some covariance parameters"):
        mmrm("y ~ t", two, subject="who", visit="time", covariance="ri+rs")


def test_slopes_need_times_and_components_need_effects():
    data = invented(1, level=1.0)
    data["named"] = pd.Categorical("v" + data["time"].astype(str))
    with pytest.raises(UsageError, match="needs visits that are numbers"):
        mmrm("y ~ t", data, subject="who", visit="named", covariance="ri+rs")
    plain = mmrm("y ~ t", data, subject="who", visit="time", covariance="us")
    with pytest.raises(UsageError, match="no random effects"):
        variance_components(plain)


def test_one_set_of_components_a_group():
    data = invented(5, level=2.0, slope=1.0, n=80)
    data["arm"] = pd.Categorical(np.where(data["who"] < 40, "a", "b"))
    both = mmrm("y ~ arm * t", data, subject="who", visit="time", covariance="ri+rs", group="arm")
    table = variance_components(both).set_index(["group", "component"])["estimate"]
    for arm in ("a", "b"):
        alone = mmrm(
            "y ~ t", data[data["arm"] == arm], subject="who", visit="time", covariance="ri+rs"
        )
        assert_allclose(table.loc[arm], variance_components(alone)["estimate"], rtol=1e-6)


@pytest.mark.parametrize("name", ["ri", "ri+rs"])
def test_starting_values_find_a_sigma_that_has_the_structure(name):
    structure, times = STRUCTURES[name], np.array([1.0, 4.0, 8.0, 16.0])
    theta = np.array([4.0, 0.1, 0.05, 2.0]) if name == "ri+rs" else np.array([4.0, 2.0])
    sigma = structure.build(theta, times)[0]
    assert_allclose(structure.start(sigma, times), theta, rtol=1e-6)
