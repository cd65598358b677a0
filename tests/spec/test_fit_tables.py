"""What follows from a fit: adjusted contrasts, ratios to a threshold, predictions, result rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_info

from analysis.errors import ModelError, UsageError
from analysis.result.record import COLUMNS
from analysis.stats import leaveout
from analysis.stats.ancova import ancova
from analysis.stats.contrast import ratio_to
from analysis.stats.mmrm import mmrm
from analysis.stats.multiple import critical_value
from analysis.stats.threads import one_thread
from tests.spec.test_mmrm_properties import WEEKS, people


@pytest.fixture(scope="module")
def table():
    return people()


@pytest.fixture(scope="module")
def made(table):
    return mmrm("change ~ baseline + arm * week", table, subject="who", visit="week")


def test_simultaneous_intervals_over_visits_use_the_fits_own_correlation(made):
    alone = made.contrasts("arm", by="week")
    both = made.contrasts("arm", by="week", adjust="simultaneous")
    rows = made.ls_means_rows("arm", by="week")
    L = (rows.xs("bands", level="arm") - rows.xs("control", level="arm")).to_numpy()
    V = L @ made.beta_covariance.to_numpy() @ L.T
    R = V / np.outer(alone["se"], alone["se"])
    for i in range(3):
        half = (both["upper"] - both["lower"])[i] / 2
        assert_allclose(half / both["se"][i], critical_value(R, both["df"][i]), rtol=1e-9)
    assert (both["upper"] > alone["upper"]).all()
    # Visits are correlated, so less is asked than by Bonferroni.
    assert (both["p_adjusted"] < np.minimum(1, 3 * both["p"])).all()
    pd.testing.assert_series_equal(both["p"], alone["p"])


def test_contrasts_in_the_order_they_are_given(made):
    rows = made.ls_means_rows("arm", by="week")
    gaps = rows.xs("bands", level="arm") - rows.xs("control", level="arm")
    late_first = made.contrast(gaps.loc[[16, 8, 4]], adjust="in order")
    assert list(late_first["week"]) == [16, 8, 4]
    assert_allclose(late_first["p_adjusted"], np.maximum.accumulate(late_first["p"]))
    assert "p_adjusted" not in made.contrast(gaps)


def test_simultaneous_intervals_of_ancova(table):
    last = table[table["week"] == 16].copy()
    last["third"] = pd.Categorical(np.where(last["who"] % 3, last["arm"], "weights"))
    fit = ancova("change ~ baseline + third", last)
    made = fit.contrasts("third", adjust="simultaneous")
    alone = fit.contrasts("third")
    assert ((made["upper"] - made["lower"]) > (alone["upper"] - alone["lower"])).all()


def test_ratio_to_a_threshold_is_exact_and_turns_the_ends(made):
    plain = made.contrasts("arm", by="week")
    times = ratio_to(plain, -15)
    assert_allclose(times["estimate"] * -15, plain["estimate"])
    assert_allclose(times["lower"] * -15, plain["upper"])
    assert_allclose(times["upper"] * -15, plain["lower"])
    assert_allclose(times["t"], times["estimate"] / times["se"])
    pd.testing.assert_frame_equal(times[["df", "p"]], plain[["df", "p"]])
    for wrong in (0, np.nan, np.inf):
        with pytest.raises(UsageError, match="threshold"):
            ratio_to(plain, wrong)
    assert "t" not in ratio_to(made.ls_means("arm"), 10)


def test_prediction_of_used_rows_is_the_fitted_mean(table, made):
    used = table.dropna()
    assert_allclose(made.predict(used)["estimate"], made.fitted)
    one = pd.DataFrame({"baseline": [50.0], "arm": ["bands"], "week": [8]}, index=["new"])
    row = made.predict(one, level=0.9).loc["new"]
    weights = {
        **{"Intercept": 1, "baseline": 50, "arm[T.bands]": 1, "week[T.8]": 1},
        "arm[T.bands]:week[T.8]": 1,
    }
    same = made.contrast(weights, level=0.9).iloc[0]
    names = ["estimate", "se", "df", "lower", "upper"]
    assert_allclose(row[names].astype(float), same[names].astype(float))


def test_prediction_refuses_what_the_fit_has_not_seen(made):
    good = pd.DataFrame({"baseline": [50.0], "arm": ["bands"], "week": [8]})
    with pytest.raises(ModelError, match=r"arm \(1 rows\), week \(1 rows\)"):
        made.predict(good.assign(arm="yoga", week=9))
    with pytest.raises(ModelError, match="no value in: baseline"):
        made.predict(good.assign(baseline=np.nan))
    with pytest.raises(UsageError, match="no column week"):
        made.predict(good.drop(columns="week"))


def test_visits_that_the_formula_does_not_name_need_no_mean(table):
    words = table.assign(week=table["week"].map({4: "a", 8: "b", 16: "c"}).astype("category"))
    fit = mmrm("change ~ baseline + arm", words, subject="who", visit="week")
    means = fit.ls_means("arm")
    mean = words.dropna()["baseline"].mean()
    new = pd.DataFrame({"baseline": [mean, mean], "arm": ["control", "bands"]})
    assert_allclose(fit.predict(new)["estimate"], means["estimate"])


def test_result_rows_carry_the_tables_and_the_counts(table, made):
    rows = made.to_results("arm", by="week")
    assert set(rows.columns) <= set(COLUMNS)
    means = rows[rows["statistic"] == "ls_mean"]
    assert_allclose(means["value"], made.ls_means("arm", by="week")["estimate"])
    gaps, ours = rows[rows["statistic"] == "difference"], made.contrasts("arm", by="week")
    pairs = {"value": "estimate", "se": "se", "lower": "lower", "upper": "upper", "p": "p"}
    for theirs, name in pairs.items():
        assert_allclose(gaps[theirs], ours[name])
    assert (gaps["arm"] == "bands").all()
    assert (gaps["comparator"] == "control").all()
    seen = table.dropna().groupby("week")["who"].nunique()
    assert list(gaps["n_observed"]) == [seen[week] for week in WEEKS]
    assert (rows["n"] == table.dropna()["who"].nunique()).all()
    assert (rows["method"] == made.method).all()
    assert (rows["weighting"] == "proportional").all()


def test_result_rows_take_the_callers_names_and_count_people_only(made, table):
    rows = made.to_results("arm", by="week", names={"week": "visit"})
    assert "visit" in rows
    assert "week" not in rows
    # Over all visits a row is not a person, so nobody is counted as seen.
    assert made.to_results("arm")["n_observed"].isna().all()
    last = table[table["week"] == 16]
    fit = ancova("change ~ baseline + arm", last)
    assert (fit.to_results("arm")["n_observed"] == last["change"].notna().sum()).all()


def test_leaving_one_out_refits_from_the_rows_where_subtraction_would_lose_digits(table):
    """One person holds almost all of a covariate; the others a millionth of it."""
    rng = np.random.default_rng(8)
    table = table.assign(odd=rng.normal(0, 1e-4, 60)[table["who"]] + 1.0 * (table["who"] == 7))
    formula = "change ~ week + odd"
    full = mmrm(formula, table, subject="who", visit="week")
    left = leaveout.leave_one_out(full.observations, full.problem, full.optimum)
    assert left.refitted >= 1
    alone = mmrm(formula, table[table["who"] != 7], subject="who", visit="week")
    place = list(full.observations.participants).index(7)
    se = alone.coefficients["se"]
    assert_allclose((left.beta[place] - alone.beta) / se, 0, atol=1e-7)


def test_linear_algebra_is_held_to_one_thread_and_let_go_again():
    def threads() -> list[int]:
        return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

    before = threads()
    assert set(one_thread(threads)()) == {1}
    assert threads() == before
    assert one_thread(threads).__name__ == "threads"
