"""The words of a plan as tables and figures show them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.plan.labels import labels_of
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan

PLANS = Path(__file__).parents[2] / "plans"


def test_the_labels_of_the_demonstration() -> None:
    labels = labels_of(read_plan(PLANS / "demo.yaml"))
    assert (labels.study, labels.simulated, labels.reference) == ("demo", True, "usual_care")
    assert labels.arms["free_weights"] == "Free weights"
    assert labels.weeks == (4, 8, 12, 16, 26, 52, 104)
    assert labels.programme_weeks == 16
    pain = labels.measures["pain_vas"]
    assert (pain.label, pain.unit, pain.minimum, pain.maximum) == ("Pain intensity", "mm", 0, 100)
    assert pain.lower_is_better
    assert not labels.measures["balance_stance"].lower_is_better
    assert [t.kind for t in pain.thresholds].count("within person") == 3
    assert all(t.citation for t in pain.thresholds)


def test_the_reference_arm_comes_first_and_the_others_keep_their_order(tiny_plan: Plan) -> None:
    arms = {
        "late": tiny_plan.arms["bands"],
        "bands": tiny_plan.arms["bands"],
        "usual_care": tiny_plan.arms["usual_care"],
    }
    labels = labels_of(replace(tiny_plan, arms=arms))
    assert list(labels.arms) == ["usual_care", "late", "bands"]


def test_one_arm_has_no_reference() -> None:
    labels = labels_of(read_plan(PLANS / "tjosvoll_2020.yaml"))
    assert labels.reference is None
    assert labels.design == "one arm"
    assert not labels.simulated
    assert labels.stamp == "Pseudo-participants"


def test_populations_and_estimands_have_words() -> None:
    labels = labels_of(read_plan(PLANS / "demo.yaml"))
    assert labels.populations["all_randomised"] == "everyone randomised"
    assert labels.estimands["primary"] == "Effect of being offered a programme on pain at its end"


def test_care_without_a_programme_has_no_length(tiny_plan: Plan) -> None:
    arms = {"usual_care": tiny_plan.arms["usual_care"]}
    assert labels_of(replace(tiny_plan, arms=arms)).programme_weeks is None
