"""What is kept of a gain: the truth is found, intervals of two kinds agree, bad input is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

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
    assert not rows["statistic"].eq("weeks_until_below").any()


def test_sustained_response_is_a_share(rows):
    own = rows[rows["statistic"] == "sustained_percent"]
    assert own["value"].between(0, 100).all()
    assert own["lower"].ge(0).all()
    assert own["upper"].le(100).all()
    assert (own.loc[own["arm"] == "weights", "value"] > 30).all()


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
