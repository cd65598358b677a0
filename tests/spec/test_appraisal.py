"""How far published effects can be trusted, compared through a network, and joined by our own."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.data.store import load_trial
from analysis.errors import PlanError
from analysis.estimate.among import estimate_among
from analysis.estimate.estimators import estimate
from analysis.estimate.pool import pool
from analysis.plan.read import read_plan
from analysis.plan.schema_evidence import Grade, Judgement, Synthesis
from analysis.plan.schema_questions import Question
from analysis.result.record import to_frame
from tests.house.tree import ROOT
from tests.spec.small_trial import small_trial


@pytest.fixture(scope="module")
def evidence():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


@pytest.fixture(scope="module")
def rows(evidence):
    return to_frame(estimate(evidence, "resistance", chapter="10_evidence"))


def of(rows, statistic: str):
    """The rows of a statistic by level."""
    return rows[rows["statistic"] == statistic].set_index("level")


def test_fewer_than_ten_trials_are_not_tested_for_asymmetry(rows):
    assert of(rows, "asymmetry_not_tested").loc["pain_all", "value"] == 8
    assert of(rows, "egger").empty
    limit = of(rows, "funnel_limit").loc["pain_all"]
    assert limit["lower"] < limit["value"] < limit["upper"]


def test_the_selection_adds_up(rows):
    counts = of(rows, "selection")["value"]
    assert counts["effects on file"] == counts["not pooled"] + counts["pooled"]
    assert counts.filter(like="not pooled: ").sum() == counts["not pooled"]


def test_certainty_loses_a_step_for_each_reason(rows):
    """Trials of the longer programmes differ, leave nought open, and one was not randomised."""
    grade = of(rows, "grade")["value"]
    steps = {"inconsistency": 1, "imprecision": 1, "risk_of_bias": 1, "indirectness": 1}
    assert {name: grade[f"pain_long:{name}"] for name in steps} == steps
    assert grade["pain_short:imprecision"] == 1
    words = of(rows, "pool_certainty").index
    assert {"pain_long: very low", "pain_short: low"} <= set(words)


def test_syntheses_with_one_comparator_are_judged_alike(rows):
    grade = of(rows, "grade")
    own = grade[grade.index.str.endswith(":indirectness")]
    assert len(own) == 4
    assert own["method"].nunique() == own["value"].nunique() == 1


def test_a_trial_that_did_not_allocate_at_random_costs_a_step(rows, evidence):
    """Jackson 2011 formed its groups by age, as the file says; the shorter programmes lack it."""
    grade = of(rows, "grade")
    told = grade.loc["pain_all:risk_of_bias"]
    assert told["value"] == 1
    assert "Jackson 2011" in told["method"]
    assert grade.loc["pain_short:risk_of_bias", "value"] == -1
    arms = evidence.published.study_arms.copy()
    arms.loc[arms["study_id"] == "jackson2011", "design"] = "rct"
    changed = replace(evidence, published=replace(evidence.published, study_arms=arms))
    again = of(to_frame(estimate(changed, "resistance", chapter="x")), "grade")
    assert again.loc["pain_all:risk_of_bias", "value"] == -1


@pytest.mark.parametrize(
    ("effects", "steps", "says"),
    [
        ([-0.9, -1.0, -1.1], 0, "one side of no difference; and of the size that matters"),
        ([-0.4, -0.5, -0.6], 1, "holds the size that matters and smaller ones"),
        ([-0.1, 0.0, 0.1], 1, "includes no difference"),
    ],
)
def test_imprecision_looks_at_the_size_that_matters(evidence, effects, steps, says):
    """Three trials of about 400 people each: only where their interval lies is in question."""
    grade = of(pooled_of(evidence, effects, 0.1), "grade").loc["pain_all:imprecision"]
    assert grade["value"] == steps
    assert says in grade["method"]
    # Of each trial (4 + d² / 2) / 0.1² people: more than 126, so they are no reason of a step.
    people = sum((4 + d**2 / 2) / 0.01 for d in effects)
    reason = f"no step for the number of people: about {people:.0f}, and one large trial needs 126"
    assert reason in grade["method"]


def test_few_people_cost_a_step_where_the_interval_does_not(evidence):
    """0.5 SD with 80 % power takes 4 (1.96 + 0.84)² / 0.25 = 126 people; three trials have 105."""
    grade = of(pooled_of(evidence, [-2.5, -2.5, -2.5], 0.45), "grade").loc["pain_all:imprecision"]
    assert grade["value"] == 1
    # Of each trial (4 + 2.5² / 2) / 0.45² people, in two groups alike.
    assert "about 106 people, fewer than the 126 of one large trial" in grade["method"]


def pooled_of(evidence, effects: list[float], se: float):
    """The main synthesis of three trials that print these effects with this standard error."""
    keys = ("tataryn_pain_aasa2015", "tataryn_pain_cai2015", "tataryn_pain_suh2019")
    table = evidence.published.effects.copy()
    for key, effect in zip(keys, effects, strict=True):
        ends = [effect, effect - 1.959964 * se, effect + 1.959964 * se]
        table.loc[table["row_id"] == key, ["estimate", "ci_low", "ci_high"]] = ends
    told = {"rows": keys, "target": None, "between": "fixed", "interval": "z"}
    one = replace(evidence.plan.syntheses["pain_all"], **told)
    plan = replace(evidence.plan, syntheses=evidence.plan.syntheses | {"pain_all": one})
    changed = replace(evidence, plan=plan, published=replace(evidence.published, effects=table))
    return to_frame(estimate(changed, "resistance", chapter="x"))


def test_a_judgement_of_the_plan_lowers_the_certainty(evidence):
    synthesis = evidence.plan.syntheses["pain_short"]
    judged = replace(synthesis, grade=Grade(risk_of_bias=Judgement(steps=2, why="no blinding")))
    plan = replace(evidence.plan, syntheses=evidence.plan.syntheses | {"pain_short": judged})
    rows = to_frame(estimate(replace(evidence, plan=plan), "resistance", chapter="x"))
    assert "pain_short: very low" in of(rows, "pool_certainty").index
    assert of(rows, "grade").loc["pain_short:risk_of_bias", "method"] == "no blinding"


def test_judgements_on_file_light_up(evidence):
    table = pd.DataFrame(
        {"trial_key": ["aasa2015"], "domain": ["D1"], "judgement": ["high"], "where": ["Table 2"]}
    )
    judged = replace(evidence, published=replace(evidence.published, risk_of_bias=table))
    lights = of(to_frame(estimate(judged, "resistance", chapter="x")), "bias")
    assert lights.loc["pain_all:tataryn_pain_aasa2015:D1", "value"] == 2
    assert lights.loc["pain_all:tataryn_pain_aasa2015:D1", "method"] == "Table 2"
    assert (lights["value"] == -1).sum() == len(lights) - 1


def test_a_network_tells_direct_from_indirect(evidence):
    rows = to_frame(estimate(evidence, "network", chapter="10_evidence"))
    pairs = of(rows, "network_difference")
    assert pairs.loc["resistance minus Pilates", "n"] == 0
    assert "indirect" in pairs.loc["resistance minus Pilates", "method"]
    direct = pairs.loc["resistance minus education/minimal", "value"]
    other = pairs.loc["Pilates minus education/minimal", "value"]
    assert pairs.loc["resistance minus Pilates", "value"] == pytest.approx(direct - other)
    people = of(rows, "network_edge")["n"]
    assert people["resistance minus education/minimal"] == 17 + 18 + 14
    assert people["Pilates minus education/minimal"] == 4 * 74 + 2 * 43
    assert len(of(rows, "network_no_loop")) + rows["statistic"].eq("network_no_loop").sum() > 0


def test_a_network_holds_every_dose_and_arm_not_the_best(evidence):
    """Vincent's two arms lie at -26 and -9; the best alone would be -26."""
    rows = to_frame(estimate(evidence, "network", chapter="10_evidence"))
    value = of(rows, "network_difference").loc["resistance minus education/minimal", "value"]
    assert -26 < value < -9
    for study in ("evidence", "demo"):
        plan = read_plan(ROOT / "plans" / f"{study}.yaml")
        named = {row for each in plan.syntheses.values() for row in each.rows}
        assert {"miyamoto2018_pg1_vs_booklet", "vincent2014_LEXT_CON"} <= named


PEOPLE = """
person arm   w0 w8 w16
C1     care  50 48 46
C2     care  40 41 38
C3     care  60 57 58
C4     care  55 52 50
B1     bands 50 30 28
B2     bands 60 40 35
B3     bands 45 28 25
B4     bands 55 38 30
"""
SYNTHESIS = Synthesis(
    label="minimal care",
    measure="pain_vas",
    effect="md_100",
    rows=("miyamoto2018_pg2_vs_booklet", "miyamoto2013", "vincent2014_TOTRX_CON"),
    interval="hksj-floor",
)


def among(evidence, **more: object):
    """A small trial that asks how it stands among published ones."""
    trial = small_trial(PEOPLE)
    question = Question(label="x", estimate="among", syntheses=("published",))
    plan = replace(
        trial.plan,
        questions=trial.plan.questions | {"among": question},
        syntheses={"published": replace(SYNTHESIS, **more)},
    )
    return replace(trial, plan=plan, published=evidence.published)


def test_our_trial_among_the_others_and_without_it_the_published_pool_again(evidence):
    rows = to_frame(estimate_among(among(evidence), "among", chapter="10_evidence"))
    alone = pool(evidence.published, "published", SYNTHESIS).fit.coefficients.iloc[0]
    pooled = of(rows, "pooled").loc["published"]
    assert (pooled["value"], pooled["lower"]) == (alone["estimate"], alone["lower"])
    assert (pooled["n"], rows.loc[rows["statistic"] == "pooled_with", "n"].iloc[0]) == (3, 4)


def test_expected_or_surprising_by_the_interval_for_a_study_of_this_size(evidence):
    rows = to_frame(estimate_among(among(evidence), "among", chapter="10_evidence"))
    (own,) = rows[rows["statistic"] == "own"].itertuples()
    (told,) = rows[rows["statistic"] == "expected"].itertuples()
    new = rows[rows["statistic"] == "prediction"].iloc[0]
    assert told.lower < new["lower"] < new["upper"] < told.upper
    assert told.value == float(told.lower <= own.value <= told.upper)


def test_a_scale_that_cannot_be_compared_is_refused(evidence):
    with pytest.raises(PlanError, match="scale of 0 to 100"):
        estimate_among(among(evidence, effect="smd"), "among", chapter="x")
