"""The mixed model of a section beside the main question's: one model, or how far they part."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.data.trial import Trial
from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.main import main_question
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.house.tree import ROOT
from tests.spec.absent_people import asked_trial


def rows_of(trial: Trial, question: str = "missing", **asked: object) -> pd.DataFrame:
    return to_frame(estimate(trial, question, chapter="04_missing_data", **asked))


def at(rows: pd.DataFrame, statistic: str, level: str | None = None, week: int = 16) -> pd.Series:
    here = rows[(rows["statistic"] == statistic) & (rows["week"] == week)]
    here = here if level is None else here[here["level"] == level]
    assert len(here) == 1
    return here.iloc[0]


def with_main(trial: Trial, **changed: object) -> Trial:
    """The trial with other options for its main question."""
    main = trial.plan.questions["primary"]
    main = replace(main, options=replace(main.options, **changed))
    questions = trial.plan.questions | {"primary": main}
    return replace(trial, plan=replace(trial.plan, questions=questions))


@pytest.fixture(scope="module")
def parted() -> Trial:
    return with_main(asked_trial(), covariates=("baseline",))


def said(trial: Trial, rows: pd.DataFrame) -> str:
    words = SENTENCES["beside_first_answer"](rows, labels_of(trial.plan))
    return plain(words).replace("\N{NO-BREAK SPACE}", " ")


def test_the_main_questions_own_answer_stands_beside(parted):
    first = at(rows_of(parted), "first_answer")
    main = at(rows_of(parted, "primary"), "difference")
    for number in ("value", "se", "df", "lower", "upper", "method"):
        assert first[number] == main[number]
    assert first["level"] == "other covariates to adjust for"
    assert first["value"] != at(rows_of(parted), "difference", "mmrm")["value"]


def test_one_model_is_told_as_one(parted):
    trial = asked_trial()
    rows = rows_of(trial)
    first, here = at(rows, "first_answer"), at(rows, "difference", "mmrm")
    assert (first["level"], first["value"]) == ("the same model", here["value"])
    assert said(trial, rows) == (
        "In simulated data, the mixed model at week 16 is the one that the plan asks about first, "
        "so its figures are those of the front of the report."
    )


def test_another_order_of_the_covariates_is_the_same_model():
    trial = with_main(asked_trial(), covariates=("baseline:visit", "baseline"))
    assert at(rows_of(trial), "first_answer")["level"] == "the same model"


def test_how_much_two_models_part_is_said_before_any_assumption(parted):
    rows = rows_of(parted)
    here, front = (
        f"{abs(at(rows, statistic, level)['value']):.1f} mm lower"
        for statistic, level in (("difference", "mmrm"), ("first_answer", None))
    )
    words = said(parted, rows)
    assert "the plan gives it other covariates to adjust for. So their figures part" in words
    assert f"at week 16, {here} here beside {front} at the front with bands." in words
    assert "change ~ baseline + baseline:visit + arm * visit; the one at the front" in words


def test_other_degrees_of_freedom_are_named():
    trial = with_main(asked_trial(), df="between-within")
    assert at(rows_of(trial), "first_answer")["level"] == "other degrees of freedom"


def test_nothing_is_set_beside_another_estimand(parted):
    other = replace(parted.plan.estimands["primary"], summary="difference in shares")
    plan = replace(parted.plan, estimands=parted.plan.estimands | {"other": other})
    asked = replace(plan.questions["primary"], estimand="other")
    plan = replace(plan, questions=plan.questions | {"primary": asked})
    rows = rows_of(replace(parted, plan=plan))
    assert not (rows["statistic"] == "first_answer").any()
    assert said(parted, rows) == ""


@pytest.mark.parametrize(
    "path", sorted((ROOT / "plans").glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_plan_that_ships_repeats_its_main_question_with_the_same_options(path):
    """Else a chapter would contradict the front page by a covariate, before any assumption."""
    plan = read_plan(path)
    main = main_question(plan)
    for question in plan.questions.values():
        if main and question.estimate in ("missing", "tipping"):
            assert question.options == plan.questions[main].options
