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
    """I² above 50 % and an interval on both sides of nought: inconsistent and imprecise."""
    grade = of(rows, "grade")["value"]
    assert grade["pain_long:inconsistency"] == 1
    assert grade["pain_long:imprecision"] == 1
    assert grade["pain_short:imprecision"] == 1
    assert grade["pain_all:risk_of_bias"] == -1
    words = [level for level in of(rows, "pool_certainty").index if level.startswith("pain_short")]
    assert words == ["pain_short: moderate"]


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
    assert len(of(rows, "network_no_loop")) + rows["statistic"].eq("network_no_loop").sum() > 0


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
