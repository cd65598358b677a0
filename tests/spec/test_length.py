"""Programme length: what was allocated at random is kept apart from what differs between trials."""

from __future__ import annotations

import pytest

from analysis.data.store import load_trial
from analysis.estimate.estimators import estimate
from analysis.estimate.length import LEAST_TRIALS
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def rows():
    trial = load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)
    return to_frame(estimate(trial, "length", chapter="10_evidence"))


def of(rows, statistic: str):
    """The rows of a statistic by level."""
    return rows[rows["statistic"] == statistic].set_index("level")


def test_the_dose_allocated_at_random_is_as_published(rows):
    """Miyamoto 2018: two sessions a week against one, -1.1 (-2.0 to -0.1) of 10."""
    (within,) = of(rows, "dose_within").itertuples()
    assert (within.value, within.lower, within.upper) == pytest.approx((-11, -20, -1))
    assert "allocated at random" in within.method


def test_no_slope_is_told_where_too_few_trials_differ(rows):
    pooled, slopes = of(rows, "pooled"), of(rows, "slope")
    assert pooled.loc["against_passive", "n_observed"] < LEAST_TRIALS
    assert set(slopes.index) == {"against_exercise", "adjusted"}


def test_the_adjusted_slope_is_open_and_says_what_it_is(rows):
    slope = of(rows, "slope").loc["adjusted"]
    assert slope["lower"] < 0 < slope["upper"]
    assert "not allocated at random" in slope["method"]


def test_length_goes_with_the_comparator(rows):
    counts = of(rows, "count")["value"]
    for key in ("against_passive", "against_exercise"):
        own = counts.filter(like=f"{key}: ")
        effects = rows[(rows["statistic"] == "effect") & rows["level"].str.startswith(f"{key}:")]
        assert own.sum() == effects["week"].notna().sum()


def test_effects_of_one_trial_are_tied(rows):
    pooled = of(rows, "pooled").loc["against_passive"]
    assert (pooled["n"], pooled["n_observed"]) == (6, 3)
    assert pooled["df"] < 3


def test_the_share_of_worthwhile_settings_is_told_where_enough_effects_are(rows):
    shares = of(rows, "share_worthwhile")
    assert set(shares.index) == {"against_passive", "against_exercise"}
    assert shares["value"].between(0, 100).all()
    assert shares.loc["against_passive", "value"] > shares.loc["against_exercise", "value"]
