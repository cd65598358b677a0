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
    within = of(rows, "dose_within").loc["miyamoto2018_pg2_vs_pg1"]
    assert within[["value", "lower", "upper"]].tolist() == pytest.approx([-11, -20, -1])
    assert "allocated at random" in within["method"]


def test_doses_are_compared_through_the_comparator_that_they_share(rows):
    """Three sessions minus two is -21 + 23 = 2; the booklet's people cancel from the variance.

    Intervals of the three against the booklet give variances of 23.5, 21.1 and 23.5 that are sums
    of two groups, those of two against one 23.5: so the booklet's group adds between 9 and 13, and
    the difference is surer than two independent effects, whose standard error would be 6.7.
    """
    within = of(rows, "dose_within")
    three_two = within.loc["miyamoto2018_pilates_3_vs_pilates_2"]
    assert three_two["value"] == pytest.approx(2)
    assert within.loc["miyamoto2018_pilates_3_vs_pilates_1", "value"] == pytest.approx(-9)
    assert 4.0 < three_two["se"] < 5.5
    assert three_two["upper"] - three_two["value"] == pytest.approx(1.959964 * three_two["se"])
    # The pair that is printed is not told a second time.
    assert not within.index.str.endswith("pilates_2_vs_pilates_1").any()


def test_what_is_stated_of_doses_has_no_number(rows):
    stated = of(rows, "dose_stated")
    assert stated.loc["kell2011_4_vs_3_days", "value"] == -1
    assert stated.loc["dasilva2019_time_to_less_pain", "value"] == 0
    assert stated[["lower", "upper", "se"]].isna().all(axis=None)


def test_sessions_stand_beside_weeks_and_words_are_no_number(rows, evidence):
    doses = of(rows, "sessions_a_week")["value"]
    assert doses["against_passive:miyamoto2018_pg3_vs_booklet"] == 3
    assert not doses.index.str.contains("vincent").any()
    words = evidence.published.effects["sessions_per_week"].dropna()
    assert words.str.contains("one arm of one trial").any()


def test_slopes_of_every_dose_on_each_scale_where_enough_trials_tell_it(rows):
    """Three coefficients and two trials more: sessions of four trials give no slope."""
    slopes = rows[rows["statistic"].str.startswith("slope")]
    slopes = slopes[~slopes["statistic"].str.endswith(("_shortest", "_longest"))]
    told = set(slopes[["statistic", "measure", "level"]].itertuples(index=False, name=None))
    adjusted = {(name, measure) for name, measure, level in told if level == "adjusted"}
    assert adjusted == {
        ("slope", "pain_100"),
        ("slope_sessions_a_week", "pain_100"),
        ("slope_sessions_in_all", "pain_100"),
        ("slope", "pain_smd"),
    }
    assert (slopes.loc[slopes["level"] == "adjusted", "n_observed"] >= 5).all()


def test_the_standardised_effects_show_that_length_goes_with_the_comparator(rows):
    """Of programmes of 12 weeks and more most were compared with other exercise."""
    counts = of(rows, "count")["value"]
    late = counts.filter(like="12 weeks or more")
    assert (
        late["smd_against_exercise: 12 weeks or more"]
        > late["smd_against_passive: 12 weeks or more"]
    )


def test_the_curve_over_the_weeks_needs_eight_trials_of_five_lengths(rows):
    curve = rows[rows["statistic"] == "curve"]
    assert set(curve["measure"]) == {"pain_smd"}
    assert curve["week"].tolist() == list(range(6, 18))
    assert (curve["n_observed"] >= 8).all()


def test_what_is_left_out_says_why(rows):
    why = of(rows, "left_out")["method"]
    assert "standardised difference" in why["against_exercise:tataryn_pain_kell2009"]
    assert "cut off" in why["against_passive:costa2009"]
    assert "p value" in why["against_passive:lin_quinn2011"]
    assert "without the people" in why["smd_against_exercise:magalhaes2015"]
    assert why["against_passive:bramberg2017"] == "measured 20 weeks after the programme ended"


def test_no_slope_is_told_where_too_few_trials_differ(rows):
    pooled, slopes = of(rows, "pooled"), of(rows, "slope")
    assert pooled.loc["against_passive", "n_observed"] < LEAST_TRIALS
    assert set(slopes[slopes["measure"] == "pain_100"].index) == {"against_exercise", "adjusted"}


def test_the_adjusted_slope_has_too_few_trials_and_says_what_it_is(rows):
    slopes = of(rows, "slope").loc["adjusted"]
    assert slopes[["lower", "upper"]].isna().all(axis=None)
    assert slopes["method"].str.contains("not allocated at random").all()


def test_length_goes_with_the_comparator(rows):
    counts = of(rows, "count")["value"]
    for key in ("against_passive", "against_exercise"):
        own = counts[counts.index.str.startswith(f"{key}: ")]
        effects = rows[(rows["statistic"] == "effect") & rows["level"].str.startswith(f"{key}:")]
        assert own.sum() == len(effects)


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
    shares = rows[rows["statistic"] == "share_worthwhile"]
    assert not (shares["measure"] == "pain_100").any()
    assert (shares["n"] >= LEAST_TRIALS).all()
