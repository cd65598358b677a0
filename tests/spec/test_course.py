"""The course: what it recovers, what it refuses, and that people in it stay nobody's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError, PlanError
from analysis.estimate.estimators import estimate
from analysis.plan.schema_course import Course
from analysis.result.record import to_frame
from tests.spec.long_trial import WEEKS, long_trial, question, true_course

COURSE = question("course")


@pytest.fixture(scope="module")
def rows():
    return to_frame(estimate(long_trial(each=60, course=COURSE), "course", chapter="c"))


def at(rows, statistic, week, arm, level=None):
    found = rows[(rows["statistic"] == statistic) & (rows["week"] == week) & (rows["arm"] == arm)]
    found = found[found["level"].isna() if level is None else found["level"] == level]
    assert len(found) == 1
    return found.iloc[0]


def test_every_id_is_one_row(rows):
    assert rows["id"].is_unique
    assert rows["planned"].all()


@pytest.mark.parametrize("week", WEEKS)
def test_the_truth_lies_in_the_interval_of_the_main_curve(rows, week):
    place = WEEKS.index(week)
    row = at(rows, "course_change", week, "weights")
    assert row["lower"] < true_course(1)[place] < row["upper"]
    row = at(rows, "course_difference", week, "weights")
    assert row["lower"] < true_course(1)[place] - true_course(0)[place] < row["upper"]


def test_a_week_without_a_visit_has_an_answer_and_nobody_seen(rows):
    row = at(rows, "course_change", 40, "weights")
    assert row["lower"] < row["value"] < row["upper"]
    assert pd.isna(row["n_observed"])


def test_shapes_and_random_effects_stand_beside_the_main_curve(rows):
    levels = set(rows.loc[rows["statistic"] == "course_difference", "level"].dropna())
    assert levels == {
        "natural spline",
        "restricted cubic spline",
        "random intercepts",
        "random intercepts and slopes",
        "visits as categories",
    }
    main = at(rows, "course_difference", 104, "weights")
    for level in levels:
        other = at(rows, "course_difference", 104, "weights", level)
        assert abs(other["value"] - main["value"]) < 2 * main["se"]


def test_the_same_people_are_drawn_again_and_they_have_no_names(rows):
    trial = long_trial(each=60, course=COURSE)
    again = to_frame(estimate(trial, "course", chapter="c"))
    drawn = rows[rows["statistic"] == "trajectory_seen"]
    assert again[again["statistic"] == "trajectory_seen"].equals(drawn)
    assert drawn.groupby("arm")["level"].nunique().to_dict() == {"usual": 6, "weights": 6}
    assert not set(drawn["level"]) & set(trial.people["participant"])


def test_shrunken_courses_lie_between_the_scores_and_the_mean(rows):
    """People far from the mean are drawn toward it: the spread of predictions is smaller."""
    start = rows[rows["week"] == 0]
    seen = start.loc[start["statistic"] == "trajectory_seen", "value"].std()
    shrunk = start.loc[start["statistic"] == "trajectory_shrunken", "value"].std()
    assert shrunk < seen


def test_actual_days_move_the_answer_only_where_visits_were_late():
    trial = long_trial(course=COURSE)
    planned = long_trial(course=replace(COURSE, course=Course(clock="planned visits")))
    one, two = (to_frame(estimate(t, "course", chapter="c")) for t in (trial, planned))
    # Everybody of the small trial was seen on the very day.
    assert np.allclose(one["value"], two["value"])
    late = replace(trial, visits=trial.visits.assign(day=trial.visits["day"] + 20))
    three = to_frame(estimate(late, "course", chapter="c"))
    assert not np.allclose(
        at(one, "course_change", 16, "weights")["value"],
        at(three, "course_change", 16, "weights")["value"],
    )


def test_one_arm_has_changes_and_no_difference():
    rows = to_frame(estimate(long_trial(arms=("weights",), course=COURSE), "course", chapter="c"))
    assert len(rows[rows["statistic"] == "course_change"])
    assert not rows["statistic"].isin(["course_difference", "change_sd_ratio"]).any()


def test_without_a_programme_nothing_ends():
    trial = long_trial(course=COURSE)
    arms = {key: replace(arm, programme=None) for key, arm in trial.plan.arms.items()}
    trial = replace(trial, plan=replace(trial.plan, arms=arms))
    with pytest.raises(PlanError, match="no arm has one"):
        estimate(trial, "course", chapter="c")


def test_nobody_at_the_last_visit_is_said():
    trial = long_trial(course=COURSE)
    visits = trial.visits.copy()
    visits.loc[visits["week"] == 104, ["value", "change", "day"]] = np.nan
    with pytest.raises(ModelError, match="week 104"):
        estimate(replace(trial, visits=visits), "course", chapter="c")


def test_random_effects_at_their_boundary_are_left_out_by_name():
    """Scores of one person that have nothing in common: no variance between people."""
    trial = long_trial(course=COURSE)
    numbers = np.random.default_rng(3)
    visits = trial.visits.copy()
    for _, group in visits.groupby("participant"):
        start = 50 + 5 * numbers.standard_normal()
        values = 100 - start + 5 * numbers.standard_normal(len(group))
        visits.loc[group.index, ["value", "baseline"]] = np.column_stack(
            [values, np.full(len(group), start)]
        )
    visits["change"] = visits["value"] - visits["baseline"]
    rows = to_frame(estimate(replace(trial, visits=visits), "course", chapter="c"))
    lacking = rows[rows["statistic"] == "left_out_model"]
    assert len(lacking)
    assert lacking["method"].str.startswith("not fitted").all()
