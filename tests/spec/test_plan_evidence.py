"""A plan about published studies: what it may ask, and what would be misunderstood."""

from __future__ import annotations

import pytest

from analysis.errors import PlanError
from analysis.plan.main import lead_question, main_question
from analysis.plan.read import read_plan, read_plan_text
from tests.house.tree import ROOT

PATH = ROOT / "plans" / "evidence.yaml"
TEXT = PATH.read_text("utf-8")


def test_the_plan_that_ships_leads_with_its_first_pool():
    plan = read_plan(PATH)
    assert plan.asks_of_studies
    assert (main_question(plan), lead_question(plan)) == (None, "resistance")


@pytest.mark.parametrize(
    ("find", "replace", "says"),
    [
        ("arms: {}", "arms: {x: {label: X, comparator: care}}", "the plan has `arms`"),
        ("estimate: reviews", "estimate: flow", "asked of participants"),
        ("target: T1_tataryn_pain_6_8wk", "minus: pain_lnog", "the nearest is `pain_long`"),
        ("    minus: pain_short", "    minus: disability_short", "about different measures"),
        ("syntheses: [pain_all, ", "syntheses: [pain_al, ", "the nearest is `pain_all`"),
        ("    effect: smd\n", "    effect: smd\n    comparators: [waitlist]\n", "either `rows` or"),
        ("    effect: smd\n", "    effect: smd\n    level: 95\n", "0.95 for 95 %"),
        ("interval: hksj-floor", "between: dersimonian", "Allowed|one of"),
        ("    measure: pain_smd\n", "    measure: pain\n", "no measure `pain`"),
        ("    syntheses: [pain_all, pain_short, pain_long, disability_short]\n", "", "`syntheses`"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(find, replace, says):
    assert find in TEXT
    with pytest.raises(PlanError, match=says) as told:
        read_plan_text(TEXT.replace(find, replace, 1), PATH)
    assert "plans/evidence.yaml:" in str(told.value)


def test_a_trial_may_ask_of_studies_too():
    demo = ROOT / "plans" / "demo.yaml"
    more = "\n  reviews:\n    label: What do reviews say?\n    estimate: reviews\n"
    text = demo.read_text("utf-8").replace("\nquestions:\n", f"\nquestions:{more}", 1)
    assert read_plan_text(text, demo).plan.asks_of_studies
