"""Subgroups: one interaction a line, its size by hand, and no p value within a group."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.errors import PlanError
from analysis.estimate.estimators import estimate
from analysis.plan.schema_questions import Options, Question
from analysis.plan.schema_subgroups import Subgroup
from analysis.result.record import to_frame
from tests.spec.small_trial import small_trial

# Five people a cell; women change by -10 with bands, men by -20, nobody with care.
CHANGES = {("care", "f"): 0, ("care", "m"): 0, ("bands", "f"): -10, ("bands", "m"): -20}
SPREAD = (-2, -1, 0, 1, 2)
TABLE = "person arm sex age w0 w16\n" + "\n".join(
    f"{arm[0]}{sex}{i} {arm} {sex} {30 + 10 * i} 50 {50 + change + off}"
    for (arm, sex), change in CHANGES.items()
    for i, off in enumerate(SPREAD)
)


def answer(*groups: Subgroup, table: str = TABLE) -> pd.DataFrame:
    trial = small_trial(table)
    question = Question(
        label="For whom?",
        estimate="subgroups",
        estimand="primary",
        options=Options(covariates=()),
        subgroups=groups,
    )
    plan = replace(trial.plan, questions={"who": question})
    return to_frame(estimate(replace(trial, plan=plan), "who", chapter="09_subgroups"))


SEX = Subgroup(variable="sex", label="Sex", expected="none")


def test_differences_and_interaction_by_hand():
    rows = answer(SEX)
    found = rows[rows["statistic"] == "subgroup_difference"].set_index("level")
    assert found["value"].to_dict() == pytest.approx(
        {"everyone": -15, "Sex: f": -10, "Sex: m": -20}
    )
    # Four cells of variance 2.5: the interaction has variance 4 * 2.5 / 5, F is 10 squared over it.
    (test,) = rows[rows["statistic"] == "interaction"].itertuples()
    assert test.value == pytest.approx(10**2 / 2)
    assert (test.n_observed, test.df) == (1, 16)
    assert found["p"].isna().all()
    assert "expected: none" in test.method


def test_a_number_is_parted_at_the_cut_and_the_cut_belongs_to_the_upper_group():
    table = TABLE.replace("30 50", "31 50")
    rows = answer(Subgroup(variable="baseline_pain_vas", label="Pain", cut=50, expected="none"))
    assert rows.loc[rows["statistic"] == "subgroup_thin", "value"].tolist() == [0]
    rows = answer(Subgroup(variable="age", label="Age", cut=50, expected="none"), table=table)
    assert rows.loc[rows["statistic"] == "subgroup_thin", "value"].tolist() == [4]


def test_small_groups_are_not_told():
    rows = answer(SEX, table=TABLE.replace("cf0 care f 30 50 48\n", ""))
    assert rows.loc[rows["statistic"] == "subgroup_thin", "value"].tolist() == [4]
    assert not (rows["statistic"] == "interaction").any()


@pytest.mark.parametrize(
    ("variable", "words"), [("height", "no column"), ("age", "gives no cut"), ("arm", "no column")]
)
def test_a_subgroup_that_the_data_cannot_give_is_refused(variable, words):
    with pytest.raises(PlanError, match=words):
        answer(Subgroup(variable=variable, label="x", expected="none"))
