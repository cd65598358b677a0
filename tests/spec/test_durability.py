"""What is kept of a gain: the truth is found, intervals of two kinds agree, bad input is named."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.errors import ModelError, PlanError
from analysis.estimate.estimators import estimate
from analysis.plan.schema_course import Durability
from analysis.result.record import to_frame
from tests.spec.long_trial import long_trial, question

DURABILITY = question(
    "durability", covariates=("baseline",), durability=Durability(weeks=(52, 104), samples=120)
)


@pytest.fixture(scope="module")
def rows():
    trial = long_trial(each=60, durability=DURABILITY)
    return to_frame(estimate(trial, "durability", chapter="c")).set_index("id")


def test_gains_are_positive_when_pain_falls(rows):
    for key, truth in (
        ("durability.gain.pain_vas.week16.weights", 20),
        ("durability.extra_gain.pain_vas.week104.weights", 8),
    ):
        # One sample: the truth is expected within three standard errors, not in every interval.
        assert abs(rows.loc[key, "value"] - truth) < 3 * rows.loc[key, "se"]


def test_the_share_kept_holds_the_truth_and_two_intervals_agree(rows):
    one = rows.loc["durability.gain_kept.pain_vas.week104.weights"]
    two = rows.loc["durability.gain_kept_bootstrap.pain_vas.week104.weights"]
    assert one["lower"] < 100 * 14 / 20 < one["upper"]
    assert one["value"] == two["value"]
    width = one["upper"] - one["lower"]
    for end in ("lower", "upper"):
        assert abs(one[end] - two[end]) < 0.25 * width


def test_the_assumption_is_named_with_every_number(rows):
    told = rows[rows["statistic"].isin(["gain", "gain_kept", "half_life"])]["method"]
    assert told.str.contains("missing scores are like those of others").all()


def test_the_worthwhile_effect_is_one_between_groups(rows):
    """So it is set beside the difference only: the kinds of sizes are never mixed."""
    assert "durability.extra_weeks_until_below.pain_vas.weights" in rows.index
    own = rows[rows["statistic"] == "weeks_until_below"]
    assert list(own["arm"]) == ["usual", "weights"]
    assert own["level"].eq("within person: important").all()


def test_weeks_until_below_are_those_of_straight_lines_between_the_visits(rows):
    """By hand: the first week at which a line through the gains reaches the size."""
    for prefix, size in (("", 15.0), ("extra_", 0.2 * rows_base(rows))):
        week = rows.loc[rows["statistic"] == f"{prefix}weeks_until_below"].iloc[-1]["value"]
        own = rows[(rows["statistic"] == f"{prefix}gain") & (rows["arm"] == "weights")]
        known = dict(zip(own["week"], own["value"], strict=True))
        assert known[16] > size > known[104]
        before, after = (16, 52) if known[52] < size else (52, 104)
        share = (known[before] - size) / (known[before] - known[after])
        assert week == pytest.approx(before + share * (after - before))


def rows_base(rows) -> float:
    return rows.loc[rows["statistic"] == "threshold_base", "value"].item()


def test_a_gain_has_the_t_interval_of_the_jackknife(rows):
    own = rows.loc["durability.gain.pain_vas.week16.weights"]
    half = stats.t.ppf(0.975, 59) * own["se"]
    assert own["df"] == 59
    assert (own["lower"], own["upper"]) == pytest.approx((own["value"] - half, own["value"] + half))


def test_of_complete_scores_the_standard_error_is_that_of_a_mean():
    """Without covariates and gaps the jackknife of a mean is s / root n, but for a factor.

    Leaving one of 20 out moves their mean by its distance over 19, and leaving one of the 20 others
    out does not move it: (39 / 40) s^2 / 19 for s^2 / 20.
    """
    bare = question("durability", durability=Durability(weeks=(52, 104), samples=100))
    trial = long_trial(each=20, durability=bare)
    numbers = np.random.default_rng(3).normal(0, 6, len(trial.visits))
    visits = trial.visits.copy()
    empty = visits["value"].isna()
    visits.loc[empty, "value"] = visits.loc[empty, "baseline"] + numbers[empty]
    visits["change"] = visits["value"] - visits["baseline"]
    visits["day"] = visits["day"].fillna(visits["week"] * 7.0)
    found = to_frame(estimate(replace(trial, visits=visits), "durability", chapter="c"))
    own = found.set_index("id").loc["durability.gain.pain_vas.week52.weights"]
    changes = visits.loc[(visits["week"] == 52) & (visits["arm"] == "weights"), "change"]
    assert own["value"] == pytest.approx(-changes.mean())
    assert own["se"] == pytest.approx(changes.std(ddof=1) * np.sqrt(39 / 40 / 19))


def test_everyone_randomised_counts_also_who_was_never_seen_again():
    trial = long_trial(each=40, durability=DURABILITY)
    visits, people = trial.visits.copy(), trial.people.copy()
    never = visits["participant"].isin(["w0", "w1"])
    visits.loc[never, ["value", "change", "day"]] = np.nan
    visits.loc[visits["participant"] == "u0", ["baseline", "change"]] = np.nan
    people.loc[people["participant"] == "u0", "baseline_pain_vas"] = np.nan
    found = estimate(replace(trial, visits=visits, people=people), "durability", chapter="c")
    rows = to_frame(found).set_index("id")
    assert rows.loc["durability.gain.pain_vas.week16.weights", "n"] == 40
    assert rows.loc["durability.sustained_percent.pain_vas.week104.weights", "n"] == 40
    assert rows.loc["durability.gain.pain_vas.week16.usual", "n"] == 39
    assert rows.loc["durability.left_out.pain_vas.usual.no_baseline", "value"] == 1


def test_sustained_response_is_a_share(rows):
    own = rows[rows["statistic"] == "sustained_percent"]
    assert own["value"].between(0, 100).all()
    assert own["lower"].ge(0).all()
    assert own["upper"].le(100).all()
    assert (own.loc[own["arm"] == "weights", "value"] > 30).all()


def test_sustained_response_says_its_size_with_the_unit_and_what_fills_missing_scores(rows):
    (how,) = rows.loc[rows["statistic"] == "sustained_percent", "method"].unique()
    assert how.startswith("missing scores filled in (missing at random), pooled by Rubin's rules")
    assert re.search(r"a gain of at least \d+ mm at weeks", how)


def test_the_same_seed_gives_the_same_rows(rows):
    trial = long_trial(each=60, durability=DURABILITY)
    again = to_frame(estimate(trial, "durability", chapter="c")).set_index("id")
    assert np.allclose(again["upper"].dropna(), rows["upper"].dropna())


def test_jump_to_reference_keeps_less():
    trial = long_trial(each=60, durability=DURABILITY)
    visits = trial.visits.copy()
    # Half of the programme's people leave after its end.
    gone = visits["participant"].isin([f"w{n}" for n in range(30)]) & (visits["week"] > 16)
    visits.loc[gone, ["value", "change", "day"]] = np.nan
    trial = replace(trial, visits=visits)
    jump = replace(DURABILITY, durability=replace(DURABILITY.durability, assumption="j2r"))
    other = replace(trial, plan=replace(trial.plan, questions={"durability": jump}))
    mar, j2r = (
        to_frame(estimate(t, "durability", chapter="c")).set_index("id") for t in (trial, other)
    )
    key = "durability.gain_kept.pain_vas.week104.weights"
    assert j2r.loc[key, "value"] < mar.loc[key, "value"] - 5
    assert "jump to reference" in j2r.loc[key, "method"]


def test_one_arm_cannot_jump_to_a_reference():
    jump = replace(DURABILITY, durability=replace(DURABILITY.durability, assumption="j2r"))
    trial = long_trial(arms=("weights",), durability=jump)
    with pytest.raises(PlanError, match="needs a comparator"):
        estimate(trial, "durability", chapter="c")


def test_one_arm_has_gains_of_its_own():
    trial = long_trial(arms=("weights",), durability=DURABILITY)
    rows = to_frame(estimate(trial, "durability", chapter="c"))
    assert rows["statistic"].eq("gain_kept").any()
    assert not rows["statistic"].str.startswith("extra_").any()


def test_a_week_without_scores_is_named():
    trial = long_trial(durability=DURABILITY)
    visits = trial.visits.copy()
    visits.loc[visits["week"] == 52, ["value", "change", "day"]] = np.nan
    with pytest.raises(ModelError, match="week 52"):
        estimate(replace(trial, visits=visits), "durability", chapter="c")
