"""Faults of reading and faults between parts are told together, also within one section."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import PlanError
from analysis.plan.read import read_plan_text

DEMO = Path(__file__).parents[2] / "plans" / "demo.yaml"
GOOD = DEMO.read_text("utf-8")


def told(*changes: tuple[str, str]) -> str:
    text = GOOD
    for find, replace in changes:
        assert find in text
        text = text.replace(find, replace, 1)
    with pytest.raises(PlanError) as raised:
        read_plan_text(text, DEMO)
    return str(raised.value)


def test_references_are_told_beside_misread_values_of_the_same_parts() -> None:
    text = told(
        ("population: all_randomised", "population: all_randomized"),
        ("week: 16}\n", "week: 20}\n"),
        ("summary: difference in means", "summary: difference of means"),
        ("        strategy: hypothetical", "        strategy: hypotetical"),
        ("methods: [mmrm, ancova]", "methods: [mrmm, ancova]"),
        ("estimand: primary", "estimand: primry"),
        ("[baseline, age, sex, site]", "[age, age]"),
        ("df: kenward-roger-linear", "df: kenward"),
        ("estimate: flow", "estimate: flow\n    variables: [age]"),
        ("rule: any follow-up", "rule: some follow-up"),
        ("{week: 4, window: [-10, 10]}", "{week: 4, window: 10}"),
    )
    for says in (
        "defines no population `all_randomized`",
        "Week 20 is not a planned visit",
        "`difference of means` is not one of",
        "`hypotetical` is not one of",
        "`mrmm` is not one of",
        "defines no estimand `primry`",
        "The covariate `age` stands 2 times",
        "`kenward` is not one of",
        "does not use `variables`",
        "`some follow-up` is not one of",
        "A list is asked for",
    ):
        assert says in text
    assert "has 11 problems" in text


@pytest.mark.parametrize(
    ("find", "replace"),
    [
        ("    rule: all randomised", "    rule: everyone"),
        ("  all_randomised:\n    label", "  all_randomised:\n    rule: any follow-up\n    label"),
        ("    rule: all randomised", "    rool: all randomised"),
    ],
)
def test_a_part_that_is_half_read_is_still_there(find: str, replace: str) -> None:
    """What refers to it is not told as well: it is there, and only its own value is wrong."""
    assert "problems:" not in told((find, replace))


def test_two_questions_about_one_estimand_tell_its_fault_once() -> None:
    again = "questions:\n  again:\n    label: Once more\n    estimate: change\n"
    again += "    estimand: primary\n    methods: [mmrm]\n"
    text = told(
        ("        strategy: hypothetical", "        strategy: while on treatment"),
        ("questions:\n", again),
    )
    assert text.count("cannot be estimated") == 1
