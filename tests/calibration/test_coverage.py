"""Intervals of 95 % cover in 95 of 100 trials: the kept simulation, and a small one anew."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.stats.mmrm import mmrm

from .coverage import KEPT, LAYOUTS, LEVEL, METHODS, N_TRIALS, TRUTH, intervals, main, run, simulate

NAMES = [layout.name for layout in LAYOUTS]


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(KEPT).set_index(["layout", "method"])


def test_the_kept_table_is_whole(kept):
    assert set(kept.index) == {(name, method) for name in NAMES for method in METHODS}
    assert (kept["trials"] + kept["refused"] == N_TRIALS).all()
    assert (kept["refused"] <= N_TRIALS / 1000).all()


@pytest.mark.parametrize("layout", NAMES)
def test_kenward_roger_covers_within_monte_carlo_error(kept, layout):
    row = kept.loc[(layout, "kenward-roger-linear")]
    error = np.sqrt(LEVEL * (1 - LEVEL) / row["trials"])
    assert abs(row["coverage"] - LEVEL) < 3 * error


@pytest.mark.parametrize("layout", NAMES)
def test_z_falls_short(kept, layout):
    row = kept.loc[(layout, "z")]
    assert row["coverage"] < LEVEL - 3 * row["monte_carlo_error"]


def test_satterthwaite_falls_short_where_people_are_few_and_leave(kept):
    few = kept.loc["9 an arm, 3 visits, 25 % dropout"]
    assert few.loc["satterthwaite", "se_ratio"] < few.loc["kenward-roger-linear", "se_ratio"]
    assert few.loc["satterthwaite", "coverage"] < few.loc["kenward-roger-linear", "coverage"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_a_small_run_agrees_with_the_kept_one(kept, layout):
    made = run(layout, 200, seed=2).set_index("method")
    for method, row in made.iterrows():
        told = kept.loc[(layout.name, method), "coverage"]
        assert abs(row["coverage"] - told) < 4 * np.sqrt(told * (1 - told) / row["trials"])
    told = kept.loc[(layout.name, "z"), "sd_of_estimates"]
    assert abs(made.loc["z", "sd_of_estimates"] / told - 1) < 4 / np.sqrt(2 * 200)


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_these_are_the_intervals_that_users_see(layout):
    table = simulate(layout, np.random.default_rng(3))
    made = intervals(layout, table)
    fit = mmrm("y ~ arm * visit", table, subject="who", visit="visit")
    for method, (df, vcov) in METHODS.items():
        row = fit.using(df=df, vcov=vcov).contrasts("arm", by="visit").iloc[-1]
        assert_allclose(made[method][:2], row[["estimate", "se"]].astype(float), rtol=1e-7)
        if method != "z":
            assert_allclose(made[method][2], row["upper"] - row["estimate"], rtol=1e-6)


def test_with_nothing_missing_all_is_the_two_sample_t_test():
    """One visit of balanced arms: the interval is exact, whatever Sigma."""
    layout = LAYOUTS[0]
    table = simulate(layout, np.random.default_rng(4))
    made = intervals(layout, table)["kenward-roger-linear"]
    last = table[table["visit"] == len(layout.sd)].groupby("arm", observed=True)["y"]
    pooled = np.sqrt(last.var().mean() * 2 / layout.an_arm)
    assert_allclose(made[1], pooled, rtol=1e-7)


def test_the_simulated_trials_are_what_they_claim():
    layout = LAYOUTS[2]
    many = pd.concat(simulate(layout, np.random.default_rng([9, i])) for i in range(300))
    last = many[many["visit"] == len(layout.sd)]
    assert len(last) / (300 * 2 * layout.an_arm) == pytest.approx(1 - layout.dropout, abs=0.05)
    first = many[many["visit"] == 1.0].groupby("arm", observed=True)["y"].mean()
    gap = first["programme"] - first["control"]
    assert gap == pytest.approx(TRUTH / len(layout.sd), abs=0.6)


def test_the_readme_tells_the_kept_numbers(kept):
    text = (KEPT.parent / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+?) \|((?: [\d.]+ \|)+)$", text, re.MULTILINE)
    told = {method: [float(x) for x in cells.split("|")[:-1]] for method, cells in rows}
    for method in METHODS:
        expected = [round(100 * kept.loc[(name, method), "coverage"], 1) for name in NAMES]
        assert told[method] == pytest.approx(expected, abs=0.051)


@pytest.mark.slow
def test_the_whole_simulation_again(tmp_path, kept):
    made = main(kept=tmp_path / "coverage.csv").set_index(["layout", "method"])
    pd.testing.assert_series_equal(made["coverage"], kept["coverage"], atol=2e-4)
