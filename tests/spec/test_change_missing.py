"""Who is in the analysis, and what happens to values after an event."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import ModelError, PlanError
from analysis.estimate import estimate
from analysis.result import to_frame
from tests.spec.small_trial import small_trial

LOST = """
person arm   w0 w8 w16
a      usual 60 58 55
b      usual 50 45 47
c      usual 55 56 .
d      usual 70 66 61
e      bands 61 50 42
f      bands 52 47 40
g      bands 57 45 .
h      bands 66 52 38
i      bands 44 42 30
"""
CHANGE_8 = {"usual": [-2, -5, 1, -4], "bands": [-11, -5, -12, -14, -2]}
SEEN = {"usual": [0, 1, 3], "bands": [0, 1, 3, 4]}
CHANGE_16 = {"usual": [-5, -3, -9], "bands": [-19, -12, -28, -14]}


def rows_of(trial, **asked):
    return to_frame(estimate(trial, "primary", chapter="03_week_16", **asked)).set_index("id")


def test_earlier_scores_speak_for_those_who_were_lost():
    """Lost after week 8: mean at 16 = mean of the seen + b (everyone at 8 - the seen at 8).

    b is the slope of week 16 on week 8 within arms among those seen at both. Source: Anderson
    (1957) JASA 52:200, the factored likelihood of monotone data.
    """
    rows = rows_of(small_trial(LOST, covariates=()))
    early = {arm: np.array(CHANGE_8[arm])[SEEN[arm]] for arm in SEEN}
    x = np.concatenate([early[arm] - early[arm].mean() for arm in SEEN])
    y = np.concatenate([CHANGE_16[arm] - np.mean(CHANGE_16[arm]) for arm in SEEN])
    slope = (x @ y) / (x @ x)
    for arm in SEEN:
        by_hand = np.mean(CHANGE_16[arm]) + slope * (np.mean(CHANGE_8[arm]) - early[arm].mean())
        row = rows.loc[f"primary.ls_mean.pain_vas.week16.{arm}"]
        assert row["value"] == pytest.approx(by_hand, rel=1e-6)


def test_people_in_the_analysis_and_people_seen_are_counted_apart():
    rows = rows_of(small_trial(LOST, covariates=()))
    difference = rows.loc["primary.difference.pain_vas.week16.bands"]
    assert (difference["n"], difference["n_observed"]) == (9, 7)
    ancova = rows.loc["primary.difference.pain_vas.week16.bands.ancova"]
    assert (ancova["n"], ancova["n_observed"]) == (7, 7)
    missing = rows.loc["primary.missing_percent.pain_vas.week16.usual"]
    assert (missing["value"], missing["n"], missing["n_observed"]) == (25, 4, 3)


def test_who_cannot_be_in_the_model_is_counted_with_the_reason():
    more = LOST + "j bands 51 . .\nk usual . 40 39\n"
    rows = rows_of(small_trial(more))
    left = rows[rows["statistic"] == "left_out"].set_index(["arm", "level"])
    assert left.loc[("bands", "no score after baseline"), "value"] == 1
    assert left.loc[("usual", "no baseline"), "value"] == 1
    assert left.loc[("usual", "no baseline"), "n"] == 5
    assert rows.loc["primary.difference.pain_vas.week16.bands", "n"] == 9


def test_a_missing_covariate_is_counted_too():
    lines = LOST.strip().split("\n")
    ages = ["age", "30", "41", "52", "63", ".", "45", "56", "37", "48"]
    table = "\n".join(f"{line} {age}" for line, age in zip(lines, ages, strict=True))
    rows = rows_of(small_trial(table, covariates=("age",)))
    assert rows.loc["primary.left_out.pain_vas.bands.no_age", "value"] == 1
    assert rows.loc["primary.ls_mean.pain_vas.week16.bands", "n"] == 4


EVENT = """
person | event         | day
h      | withdrew      | 60
a      | other treatment | 10
"""


def test_treatment_policy_keeps_scores_after_the_event_and_hypothetical_leaves_them_out():
    kept = rows_of(
        small_trial(
            LOST,
            events=EVENT,
            covariates=(),
            strategies={"withdrew": "treatment policy", "other treatment": "treatment policy"},
        )
    )
    left_out = rows_of(
        small_trial(
            LOST,
            events=EVENT,
            covariates=(),
            strategies={"withdrew": "hypothetical", "other treatment": "treatment policy"},
        )
    )
    place = "primary.observed_mean.pain_vas.week16.bands"
    assert kept.loc[place, "value"] == pytest.approx(np.mean([42, 40, 38, 30]))
    assert left_out.loc[place, "value"] == pytest.approx(np.mean([42, 40, 30]))
    assert left_out.loc["primary.difference.pain_vas.week16.bands", "n_observed"] == 6
    # The score of week 8, before the event, still counts.
    assert left_out.loc["primary.difference.pain_vas.week8.bands", "n_observed"] == 9


def test_hypothetical_is_the_same_as_never_having_been_seen():
    unseen = LOST.replace("h      bands 66 52 38", "h      bands 66 52 .")
    strategies = {"withdrew": "hypothetical"}
    by_event = rows_of(small_trial(LOST, events=EVENT, strategies=strategies))
    by_table = rows_of(small_trial(unseen, strategies=strategies))
    numbers = ["value", "se", "df", "lower", "upper"]
    place = "primary.difference.pain_vas.week16.bands"
    assert by_event.loc[place, numbers].tolist() == by_table.loc[place, numbers].tolist()


def test_a_strategy_that_is_not_built_is_refused_with_its_place():
    trial = small_trial(LOST, strategies={"death": "composite", "injury": "while on treatment"})
    with pytest.raises(PlanError, match="death: composite; injury: while on treatment") as caught:
        estimate(trial, "primary", chapter="x")
    assert "estimands.primary.intercurrent_events" in caught.value.where


def test_an_arm_that_was_never_seen_at_a_visit_is_an_error_and_not_left_out_quietly():
    table = LOST.replace("42\n", ".\n").replace("40\n", ".\n").replace("38\n", ".\n")
    with pytest.raises(ModelError):
        rows_of(small_trial(table.replace("42 30", "42 ."), covariates=()))
