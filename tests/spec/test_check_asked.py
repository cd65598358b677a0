"""What the questions need and the data do not have is told by the check, not by the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.data.checks.asked import SPECIAL
from analysis.data.problems import DataProblems, Problem
from analysis.data.read import find_problems, read_study
from analysis.estimate.model import NOT_COVARIATES
from analysis.plan.as_run import write_as_run
from analysis.plan.read import read_plan
from analysis.plan.rules_questions import USES
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Options
from analysis.plan.schema_subgroups import Subgroup
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


def _asked(plan: Plan, name: str, kind: str, **more: object) -> Plan:
    """The plan with one more question, of another kind, about the same estimand."""
    primary = plan.questions["primary"]
    question = replace(primary, label=name, estimate=kind, methods=(), **more)
    return replace(plan, questions={**plan.questions, name: question})


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


WITH_OPTIONS = [kind for kind, used in USES.items() if "options" in used]


def test_a_covariate_is_looked_up_whatever_is_asked(tiny_plan: Plan, tiny_study: Path) -> None:
    plan = _adjusted(tiny_plan, "baseline", "baseline:visit", "ages")
    for kind in WITH_OPTIONS:
        if kind != "change":
            plan = _asked(plan, f"about {kind}", kind, options=Options(covariates=("ages:arm",)))
    found = find_problems(plan, tiny_study)
    keys = [f"questions.about {kind}.options.covariates[item 1]" for kind in WITH_OPTIONS[1:]]
    assert len(keys) > 8
    assert [problem.column for problem in found] == [f"{COVARIATES}[item 3]", *keys]
    assert {problem.rule for problem in found} == {"`ages` is no column of the participants"}
    assert all("did you mean `age`?" in problem.do for problem in found)


@pytest.mark.parametrize(
    ("variable", "cut", "rule"),
    [
        ("sexx", None, "`sexx` is no column of the participants"),
        ("arm", None, "the arms are what is compared, not a subgroup"),
        ("randomised", 1.0, "`randomised` is of type date: neither a number nor a category"),
        ("age", None, "`age` is a number, and the subgroup has no cut"),
        ("baseline", None, "`baseline` is a number, and the subgroup has no cut"),
        ("baseline_pain_vas", None, "`baseline_pain_vas` is a number, and the subgroup has no cut"),
    ],
)
def test_a_subgroup_that_cannot_part_anybody(
    variable: str, cut: float | None, rule: str, tiny_plan: Plan, tiny_study: Path
) -> None:
    group = Subgroup(variable=variable, label="Groups", expected="none", cut=cut)
    plan = _asked(tiny_plan, "who", "subgroups", subgroups=(group,))
    expected = ("error", "questions.who.subgroups[item 1].variable", rule)
    assert _told(find_problems(plan, tiny_study)) == [expected]


@pytest.mark.parametrize(
    ("variable", "cut"),
    [("sex", None), ("age", 50.0), ("baseline", 50.0), ("baseline_pain_vas", 1)],
)
def test_subgroups_that_part_people(
    variable: str, cut: float | None, tiny_plan: Plan, tiny_study: Path
) -> None:
    group = Subgroup(variable=variable, label="Groups", expected="none", cut=cut)
    plan = _asked(tiny_plan, "who", "subgroups", subgroups=(group,))
    assert find_problems(plan, tiny_study) == []


def test_the_line_of_the_plan_is_told_with_its_key(tiny_plan: Plan, tiny_study: Path) -> None:
    file = tiny_study / "plans" / "tiny.yaml"
    write_as_run(_described(tiny_plan, "age", "sexx"), file)
    (found,) = find_problems(read_plan(file), tiny_study)
    assert "sexx" in file.read_text().splitlines()[found.line - 1]
    with pytest.raises(DataProblems) as caught:
        read_study(read_plan(file), tiny_study)
    assert caught.value.where == "plans/tiny.yaml"
    assert f"line {found.line}, key {VARIABLES}[item 2]: `sexx`" in str(caught.value)
