"""Responders where a share is none or all, where nobody can be counted, and where it may not be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import ModelError, PlanError, UsageError
from analysis.plan.schema_responders import Sustained
from tests.spec.responder_people import PERCENT, POINTS, WHOLE, answer, place, responder_trial

NOBODY = replace(POINTS, value=90)
EVERYBODY = replace(POINTS, value=0.5, name="any")
# Everyone of both arms improved by a point or more at both weeks, and not all alike.
ALL_BETTER = WHOLE.strip().split("\n")[0] + "".join(
    f"\n{line.split()[0]} {line.split()[1]} {50 + 2 * i} {46 + (7 * i) % 4} {40 + (5 * i) % 9}"
    for i, line in enumerate(WHOLE.strip().split("\n")[1:])
)


@pytest.mark.parametrize(
    ("table", "threshold", "share"), [(WHOLE, NOBODY, 0), (ALL_BETTER, EVERYBODY, 100)]
)
def test_none_or_all_have_an_interval_where_the_plan_lists_the_shares_as_they_are(
    table, threshold, share
):
    """In all 40 imputations the share is the same, and yet how sure it is can be told."""
    table = table.replace("C9     care  66 64 60", "C9     care  66 64 .")
    made = answer(responder_trial(table, thresholds=(threshold,)))
    level = f"{threshold.name}: mar"
    for arm in ("care", "bands"):
        row = made.loc[place("responder_percent", arm, level)]
        assert row["value"] == pytest.approx(share)
        assert 20 < row["upper"] - row["lower"] < 40
        assert "the planned model has no estimate in 40 of 40 data sets" in row["method"]
    difference = made.loc[place("responder_difference", "bands", level)]
    assert difference["value"] == pytest.approx(0)
    assert -40 < difference["lower"] < 0 < difference["upper"] < 40


def test_without_such_a_line_in_the_plan_it_is_refused():
    with pytest.raises(ModelError, match="no estimate in 40 of 40 data sets") as caught:
        answer(responder_trial(thresholds=(NOBODY,), when="refuse"))
    assert "'important', week 8, mar" in caught.value.where
    assert "when_separated: unadjusted" in caught.value.do


def test_an_arm_with_one_person_is_refused():
    one = "\n".join(
        line for line in WHOLE.split("\n") if not line.startswith("B") or line.startswith("B1 ")
    )
    with pytest.raises(ModelError, match="bands"):
        answer(responder_trial(one))


def test_a_percentage_of_nought_is_not_counted():
    table = WHOLE.replace("C10    care  58 53 57", "C10    care  0  0  0 ")
    made = answer(responder_trial(table))
    level = "mar, unadjusted"
    assert made.loc[place("responder_percent", "care", f"moderate: {level}"), "n"] == 9
    assert made.loc[place("responder_percent", "care", f"important: {level}"), "n"] == 10
    row = made.loc[place("responder_percent", "care", f"moderate: {level}")]
    assert row["value"] == pytest.approx(100 * 2 / 9)


def test_an_arm_that_starts_from_nought_has_no_percentage():
    lines = [
        " ".join([*line.split()[:2], "0", *line.split()[3:]]) if " care " in line else line
        for line in WHOLE.split("\n")
    ]
    with pytest.raises(ModelError, match="Nobody of care can be counted") as caught:
        answer(responder_trial("\n".join(lines), thresholds=(PERCENT,), covariates=()))
    assert "threshold in points" in caught.value.do


def test_conditional_means_cannot_be_counted():
    with pytest.raises(PlanError, match="conditional means") as caught:
        answer(responder_trial(method="condmean-jackknife"))
    assert caught.value.where == "questions.responders.imputation.method"


def test_a_question_without_an_assumption_is_refused():
    trial = responder_trial()
    asked = replace(trial.plan.questions["responders"], imputation=None)
    plan = replace(trial.plan, questions={**trial.plan.questions, "responders": asked})
    with pytest.raises(PlanError, match="no assumption"):
        answer(replace(trial, plan=plan))


def test_pseudo_participants_have_no_responders():
    trial = responder_trial()
    study = replace(trial.plan.study, simulated=False, pseudo_participants=True)
    with pytest.raises(PlanError, match="pseudo-participants"):
        answer(replace(trial, plan=replace(trial.plan, study=study)))


def test_a_measure_without_a_threshold_within_a_person_is_refused():
    with pytest.raises(UsageError, match="no threshold within a person"):
        answer(responder_trial(), measure="balance")


def test_a_covariate_that_tells_who_responds_is_separation_too():
    """Everyone from 60 up did not respond, everyone below did: given that, no model of it ends."""
    lines = WHOLE.strip().split("\n")
    told = [lines[0] + " sex"]
    responders = {"C1", "C2", "C3", "B1", "B2", "B3", "B4", "B5", "B6", "B7"}
    told += [f"{line} {'f' if line.split()[0] in responders else 'm'}" for line in lines[1:]]
    trial = responder_trial(
        "\n".join(told), thresholds=(POINTS,), covariates=("baseline", "sex"), when="refuse"
    )
    with pytest.raises(ModelError, match="a covariate tells for certain who responds"):
        answer(trial)


def test_a_response_cannot_last_over_one_visit():
    with pytest.raises(ModelError, match="whether a response lasts from week 16 to 52"):
        answer(responder_trial(sustained=Sustained(first=16, last=52)))
