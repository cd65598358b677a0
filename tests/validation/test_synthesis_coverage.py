"""The kept simulation of intervals from few studies is whole, as its page says, and repeats."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from validation.synthesis import coverage

KEYS = ["k", "i2", "sizes", "interval", "method", "test", "df"]
SETS = 10000
# Four Monte Carlo errors of a share of 95 % in 10,000.
ERROR = 4 * np.sqrt(0.95 * 0.05 / SETS)


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(coverage.FILE)


def test_the_grid_is_complete(kept):
    means = [("mean", *way, "as-test") for way in coverage.WAYS]
    news = [("prediction", *way, how) for way, how in coverage.PREDICTIONS]
    settings = product(coverage.STUDIES, coverage.I2, coverage.SIZES, [*means, *news])
    wanted = {(k, i2, sizes, *interval) for k, i2, sizes, interval in settings}
    assert set(kept[KEYS].itertuples(index=False, name=None)) == wanted
    assert len(kept) == len(wanted) == 240


def test_hartung_knapp_covers_where_studies_are_alike(kept):
    rows = kept[(kept["test"] == "hksj") & (kept["interval"] == "mean")]
    alike, large = (rows[rows["sizes"] == s]["coverage"] for s in coverage.SIZES)
    assert (np.abs(alike - 0.95) < ERROR).all()
    assert 0.89 < large.min() < 0.90


def test_the_normal_interval_falls_short_where_studies_differ(kept):
    rows = kept[(kept["test"] == "z") & (kept["interval"] == "mean") & (kept["i2"] > 0)]
    assert 0.78 < rows["coverage"].min() < rows["coverage"].max() < 0.942


def test_the_floor_is_safe_with_five_and_the_mean_is_never_predicted_well(kept):
    floor = kept[(kept["test"] == "hksj-floor") & (kept["interval"] == "mean")]
    assert floor[floor["k"] == 3]["coverage"].min() > 0.94
    assert floor[floor["k"] == 5]["coverage"].min() > 0.93
    new = kept[(kept["interval"] == "prediction") & (kept["k"] == 10) & (kept["i2"] == 0.5)]
    assert new["coverage"].max() < 0.88


@pytest.mark.parametrize(("k", "i2", "sizes"), [(3, 0.5, "alike"), (10, 0.25, "one large")])
def test_a_small_run_agrees(kept, k, i2, sizes):
    made = pd.DataFrame(coverage.one_setting(1000, k, i2, sizes)).set_index(KEYS)["coverage"]
    told = kept.set_index(KEYS)["coverage"].loc[made.index]
    spread = np.sqrt(np.maximum(told * (1 - told), 0.01) / 1000)
    assert (np.abs(made - told) < 4 * spread).all()
