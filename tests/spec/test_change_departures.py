"""A week or measure other than the plan's is allowed and marked; a wrong one is refused."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.errors import ModelError, PlanError, UsageError
from analysis.estimate import estimate
from analysis.plan.schema_questions import Options
from analysis.result import to_frame
from tests.spec.small_trial import small_trial
from tests.spec.test_change_differences import COMPLETE


def rows_of(trial, **asked):
    return to_frame(estimate(trial, "primary", chapter="03_week_16", **asked)).set_index("id")


def with_two_measures():
    pain = small_trial(COMPLETE)
    balance = small_trial(COMPLETE, measure="balance")
    people = pain.people.assign(baseline_balance=balance.people["baseline_balance"])
    return replace(pain, people=people, visits=pd.concat([pain.visits, balance.visits]))


def changed(trial, **options):
    question = replace(trial.plan.questions["primary"], options=Options(**options))
    plan = replace(trial.plan, questions=trial.plan.questions | {"primary": question})
    return replace(trial, plan=plan)


def test_as_planned_every_row_is_planned():
    assert rows_of(small_trial(COMPLETE))["planned"].all()
    assert rows_of(small_trial(COMPLETE), week=16, measure="pain_vas")["planned"].all()


def test_another_week_marks_the_rows_of_that_week_only():
    rows = rows_of(small_trial(COMPLETE), week=8)
    assert not rows.loc["primary.difference.pain_vas.week8.bands", "planned"]
    assert not rows.loc["primary.difference.pain_vas.week8.bands.ancova", "planned"]
    assert rows.loc["primary.difference.pain_vas.week16.bands", "planned"]


def test_another_week_changes_no_number_of_the_model():
    planned, other = rows_of(small_trial(COMPLETE)), rows_of(small_trial(COMPLETE), week=8)
    place = "primary.difference.pain_vas.week8.bands"
    assert planned.loc[place, "value"] == other.loc[place, "value"]


def test_another_measure_marks_every_row():
    rows = rows_of(with_two_measures(), measure="balance")
    assert not rows["planned"].any()
    assert set(rows["measure"]) == {"balance"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"week": 12}, "8, 16"),
        ({"week": 0}, "8, 16"),
        ({"measure": "pain_nrs"}, "Did you mean 'pain_vas'"),
    ],
)
def test_what_the_plan_does_not_have_is_refused_with_the_choices(asked, says):
    with pytest.raises(UsageError) as caught:
        rows_of(small_trial(COMPLETE), **asked)
    assert says in caught.value.do


def test_a_measure_that_nobody_has_is_a_located_error():
    with pytest.raises(ModelError, match="Nobody has a value of balance"):
        rows_of(small_trial(COMPLETE), measure="balance")


def test_an_unknown_question_is_refused():
    with pytest.raises(UsageError, match="no question 'primry'"):
        estimate(small_trial(COMPLETE), "primry", chapter="x")


def test_flow_has_no_week_to_choose():
    with pytest.raises(UsageError, match="no week"):
        estimate(small_trial(COMPLETE), "flow", chapter="x", week=8)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"covariates": ("baseline", "hight")}, "no covariate hight"),
        ({"covariance": "unstructured"}, "unstructured"),
        ({"df": "exact"}, "exact"),
        ({"level": 95}, "confidence level"),
    ],
)
def test_an_option_that_cannot_be_understood_names_its_place_in_the_plan(options, words):
    with pytest.raises(PlanError, match=words) as caught:
        rows_of(changed(small_trial(COMPLETE), **options))
    assert "questions.primary.options" in caught.value.where


def test_a_summary_that_does_not_fit_is_refused():
    trial = small_trial(COMPLETE)
    estimand = replace(trial.plan.estimands["primary"], summary="mean change")
    plan = replace(trial.plan, estimands={"primary": estimand})
    with pytest.raises(PlanError, match="does not fit the treatments"):
        rows_of(replace(trial, plan=plan))


def test_a_question_without_a_method_is_refused():
    with pytest.raises(PlanError, match="names no method"):
        rows_of(small_trial(COMPLETE, methods=()))


def test_no_message_holds_a_value_of_a_participant():
    for asked in ({"week": 12}, {"measure": "balance"}):
        with pytest.raises((UsageError, ModelError)) as caught:
            rows_of(small_trial(COMPLETE.replace("42", "41.37")), **asked)
        assert "41.37" not in str(caught.value)
