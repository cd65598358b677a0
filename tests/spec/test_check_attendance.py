"""Whom a question can be answered from: empty baselines are errors, thin visits and arms notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.data.problems import Problem
from analysis.data.read import find_problems
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Variable

Without = Callable[..., list[Problem]]
USUAL_CARE = ("P01", "P02", "P03", "P04", "P05")
BANDS = ("P06", "P07", "P08", "P09", "P10")


@pytest.fixture
def without(tiny_plan: Plan, tiny_study: Path, sign_study: Callable[[Path], None]) -> Without:
    """Problems of the tiny study without the values of these people on these days."""
    folder = tiny_study / "data" / "raw" / "tiny"

    def found(people: tuple[str, ...], days: range, plan: Plan = tiny_plan) -> list[Problem]:
        path = folder / "visits.csv"
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if row[:3] not in people or int(row.split(",")[1]) not in days]
        assert len(kept) < len(rows)
        path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
        sign_study(folder)
        return find_problems(plan, tiny_study)

    return found


def _told(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.rule) for problem in problems]


def test_an_arm_without_any_baseline_is_an_error(without: Without) -> None:
    assert _told(without(BANDS, range(-14, 1))) == [
        ("error", "nobody has a baseline value of pain_vas in the arm bands")
    ]


def test_no_baseline_at_all_is_told_once(without: Without) -> None:
    assert _told(without(USUAL_CARE + BANDS, range(-14, 1))) == [
        ("error", "nobody has a baseline value of pain_vas")
    ]


def test_four_of_five_without_a_baseline_stay_notes(without: Without) -> None:
    told = _told(without(BANDS[:4], range(-14, 1)))
    assert told == [("note", "no baseline value of pain_vas")] * 4


def test_a_question_about_values_alone_needs_no_baseline(without: Without, tiny_plan: Plan) -> None:
    primary, estimand = tiny_plan.questions["primary"], tiny_plan.estimands["primary"]
    variable = Variable(measure="pain_vas", week=16, kind="value")
    plan = replace(
        tiny_plan,
        estimands={"primary": replace(estimand, variable=variable)},
        questions={"primary": replace(primary, options=replace(primary.options, covariates=()))},
    )
    told = _told(without(BANDS, range(-14, 1), plan))
    assert told == [("note", "no baseline value of pain_vas")] * 5


def test_a_visit_that_nobody_attended(without: Without) -> None:
    assert _told(without(USUAL_CARE + BANDS, range(46, 67))) == [
        ("note", "nobody has a value of pain_vas at week 8")
    ]


def test_a_visit_that_nobody_of_an_arm_attended(without: Without) -> None:
    assert _told(without(BANDS, range(102, 127))) == [
        ("note", "nobody has a value of pain_vas at week 16 in the arm bands")
    ]


def test_a_visit_that_one_of_an_arm_attended(without: Without) -> None:
    assert _told(without(USUAL_CARE[1:], range(102, 127))) == [
        ("note", "fewer than 2 people have a value of pain_vas at week 16 in the arm usual_care")
    ]


def test_a_visit_that_two_of_an_arm_attended_is_no_news(without: Without) -> None:
    assert without(USUAL_CARE[2:], range(102, 127)) == []


def test_an_arm_so_small_that_people_are_recognised(
    tiny_plan: Plan, tiny_study: Path, sign_study: Callable[[Path], None]
) -> None:
    folder = tiny_study / "data" / "raw" / "tiny"
    path = folder / "participants.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("P05,usual_care", "P05,bands"), encoding="utf-8")
    sign_study(folder)
    assert _told(find_problems(tiny_plan, tiny_study)) == [
        (
            "note",
            "fewer than 5 people are in the arm usual_care: "
            "single people can be recognised in tables",
        )
    ]
