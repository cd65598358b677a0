"""Programme length: what was allocated at random is kept apart from what differs between trials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.data.store import load_trial
from analysis.estimate.estimators import estimate
from analysis.estimate.length import LEAST_TRIALS
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def evidence():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


@pytest.fixture(scope="module")
def rows(evidence):
    return to_frame(estimate(evidence, "length", chapter="10_evidence"))


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


def test_the_share_of_worthwhile_settings_counts_trials(evidence):
    """Four trials of one to three effects: the share goes in steps of a quarter, not of a tenth."""
    size = evidence.plan.measures["pain_100"].thresholds[0]
    wanted = replace(evidence.plan.measures["pain_100"], thresholds=(replace(size, value=8),))
    plan = replace(evidence.plan, measures=evidence.plan.measures | {"pain_100": wanted})
    rows = to_frame(estimate(replace(evidence, plan=plan), "length", chapter="10_evidence"))
    (share,) = of(rows, "share_worthwhile").loc[["against_exercise"]].itertuples()
    assert share.n == of(rows, "pooled").loc["against_exercise", "n_observed"] == LEAST_TRIALS
    assert share.value % 25 == 0
    assert share.lower < share.upper
    assert "resampling trials" in share.method


def test_no_share_is_told_from_three_trials_or_without_an_interval(rows):
    """Six effects of three trials say nothing; nor do four trials that no resample parts."""
    assert of(rows, "pooled").loc["against_passive", "n"] == 6
    assert of(rows, "share_worthwhile").empty
