"""What the questions need and the data do not have is told by the check, not by the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.data.checks.asked import SPECIAL
from analysis.data.problems import DataProblems, Problem
from analysis.data.read import find_problems, read_study
from analysis.estimate.model import NOT_COVARIATES
from analysis.plan.schema import Plan
from analysis.terms import BASELINE

COVARIATES = "questions.primary.options.covariates"
VARIABLES = "questions.baseline.variables"


def _adjusted(plan: Plan, *covariates: str) -> Plan:
    primary = plan.questions["primary"]
    options = replace(primary.options, covariates=covariates)
    return replace(plan, questions={**plan.questions, "primary": replace(primary, options=options)})


def _described(plan: Plan, *variables: str) -> Plan:
    baseline = replace(plan.questions["baseline"], variables=variables)
    return replace(plan, questions={**plan.questions, "baseline": baseline})


def _told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    assert {problem.file for problem in problems} <= {"plans/tiny.yaml"}
    return [(problem.severity, problem.column, problem.rule) for problem in problems]


def test_a_covariate_that_is_no_column(tiny_plan: Plan, tiny_study: Path) -> None:
    (found,) = find_problems(_adjusted(tiny_plan, "baseline", "agee"), tiny_study)
    assert _told([found]) == [
        ("error", f"{COVARIATES}[item 2]", "`agee` is no column of the participants")
    ]
    assert found.do == "did you mean `age`? There are: `baseline`, `age`, `sex`"


def test_each_part_of_a_term_is_looked_up(tiny_plan: Plan, tiny_study: Path) -> None:
    plan = _adjusted(tiny_plan, "age:visit", "sex:arm", "centre:site")
    rules = [problem.rule for problem in find_problems(plan, tiny_study)]
    assert rules == [f"`{part}` is no column of the participants" for part in ("centre", "site")]


@pytest.mark.parametrize("word", ["baseline", "arm", "visit", "baseline_pain_vas", "sex"])
def test_words_that_a_model_knows_are_fine(word: str, tiny_plan: Plan, tiny_study: Path) -> None:
    assert find_problems(_adjusted(tiny_plan, word), tiny_study) == []


def test_words_that_the_model_knows_are_those_of_the_model() -> None:
    assert set(SPECIAL) == {BASELINE, *NOT_COVARIATES}


def test_a_baseline_variable_that_is_neither_column_nor_measure(
    tiny_plan: Plan, tiny_study: Path
) -> None:
    (found,) = find_problems(_described(tiny_plan, "pain_vas", "sexx"), tiny_study)
    assert _told([found]) == [
        (
            "error",
            f"{VARIABLES}[item 2]",
            "`sexx` is no column of the participants and no measure",
        )
    ]
    assert found.do == "did you mean `sex`? There are: `pain_vas`, `age`, `sex`"


def test_a_column_that_can_be_neither_averaged_nor_counted(
    tiny_plan: Plan, tiny_study: Path
) -> None:
    (found,) = find_problems(_described(tiny_plan, "randomised"), tiny_study)
    assert "`randomised` is of type date" in found.rule


def test_the_run_stops_at_the_same_problems(tiny_plan: Plan, tiny_study: Path) -> None:
    plan = _described(_adjusted(tiny_plan, "agee"), "sexx")
    with pytest.raises(DataProblems) as caught:
        read_study(plan, tiny_study)
    text = str(caught.value)
    assert f"key {COVARIATES}[item 1]: `agee`" in text
    assert f"key {VARIABLES}[item 1]: `sexx`" in text
