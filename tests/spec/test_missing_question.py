"""Assumptions side by side, and the X-ray of planned values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.data.store import load_trial
from analysis.data.trial import Trial
from analysis.errors import ModelError, PlanError
from analysis.estimate.estimators import estimate
from analysis.plan.read import read_plan
from analysis.plan.schema_imputation import Assumption
from analysis.result.record import to_frame
from tests.house.tree import ROOT
from tests.spec.absent_people import asked_trial, people

# The engine's fits are settled far below this share of the estimate.
SETTLED = 1e-6


def rows_of(trial: Trial, question: str = "missing", **asked: object) -> pd.DataFrame:
    return to_frame(estimate(trial, question, chapter="04_missing_data", **asked))


def effects(rows: pd.DataFrame, week: int = 16) -> pd.DataFrame:
    here = (rows["statistic"] == "difference") & (rows["week"] == week)
    return rows[here].set_index("level")


@pytest.fixture(scope="module")
def trial() -> Trial:
    return asked_trial()


@pytest.fixture(scope="module")
def rows(trial) -> pd.DataFrame:
    return rows_of(trial)


def test_mar_is_the_mixed_model_where_covariates_act_by_visit(rows):
    found = effects(rows)["value"]
    assert found["mar"] == pytest.approx(found["mmrm"], rel=SETTLED)
    assert list(found.index) == ["mmrm", "mar", "j2r", "worse"]


def test_the_mixed_model_is_that_of_the_main_question(trial, rows):
    main = rows_of(trial, "primary")
    (planned,) = main[(main["statistic"] == "difference") & (main["week"] == 16)].itertuples()
    beside = effects(rows).loc["mmrm"]
    for number in ("value", "se", "df", "lower", "upper", "p", "n", "n_observed"):
        assert beside[number] == pytest.approx(getattr(planned, number))


def test_each_assumption_is_what_the_engine_gives_on_the_same_table(trial, rows):
    table = trial.visits.assign(week=trial.visits["week"].astype(int))
    table["arm"] = pd.Categorical(table["arm"], ["care", "bands"])
    made = analysis.impute(
        "change ~ baseline * week + arm * week",
        table[["participant", "week", "arm", "baseline", "change"]],
        subject="participant",
        visit="week",
        arm="arm",
        reference="care",
    )
    for name, how in {
        "mar": {},
        "j2r": {"strategy": "j2r"},
        "worse": {"delta": {"bands": 6}},
    }.items():
        line = made.using(**how).estimates.query("visit == 16").iloc[0]
        row = effects(rows).loc[name]
        for ours, theirs in (("value", "estimate"), ("se", "se"), ("lower", "lower"), ("p", "p")):
            assert row[ours] == pytest.approx(line[theirs], rel=SETTLED)


def test_the_monte_carlo_error_is_always_told(rows):
    chance = rows[rows["statistic"] == "monte_carlo_error"]
    assert set(chance["level"]) == {"mar", "j2r", "worse"}
    assert (chance["value"] == 0).all()
    drawn = rows_of(asked_trial(method="bootstrap", imputations=40))
    for statistic in ("monte_carlo_error", "monte_carlo_error_se"):
        assert (drawn.loc[drawn["statistic"] == statistic, "value"] > 0).all()
    assert set(drawn.loc[drawn["statistic"] == "imputations", "value"]) == {40}


@pytest.mark.parametrize("wanted", [0.2, 0.12])
def test_a_wanted_error_is_reached_by_every_assumption(wanted):
    drawn = rows_of(asked_trial(method="bootstrap", wanted_error=wanted))
    chance = drawn[drawn["statistic"] == "monte_carlo_error"]
    assert set(chance["level"]) == {"mar", "j2r", "worse"}
    assert 0 < chance["value"].max() <= wanted


def test_a_wanted_error_out_of_reach_is_told():
    with pytest.raises((ModelError, PlanError), match=r"would need|still moves"):
        rows_of(asked_trial(method="bootstrap", wanted_error=0.0001))


def test_everyone_is_counted_and_so_is_who_was_seen(rows):
    mar = effects(rows).loc["mar"]
    assert mar["n"] == 48
    assert mar["n_observed"] == 48 - 10
    assert effects(rows)["verified"].tolist() == ["validation/mmrm", *["validation/rbmi"] * 3]


def test_the_mean_of_few_filled_scores_is_not_told():
    few = people().replace(" . .", " 50.0 50.0", 7)
    assert not (rows_of(asked_trial(few))["statistic"] == "filled_mean").any()
    told = rows_of(asked_trial())
    assert set(told.loc[told["statistic"] == "filled_mean", "n"]) == {5}


def test_another_week_is_marked(trial):
    assert not rows_of(trial, week=8).query("week == 8")["planned"].any()


def test_ids_are_unique(rows):
    assert rows["id"].is_unique


def counts(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    found = rows[rows["statistic"] == statistic].copy()
    found["week"] = found["week"].fillna(0)
    return found


def test_planned_values_add_up_by_arm_and_week_and_over_all_weeks(rows):
    found = counts(rows, "planned_values")
    total = found["level"] == "planned"
    place = ["arm", "week"]
    parts = found[~total].groupby(place)["value"].sum()
    assert (parts == found[total].set_index(place)["value"].reindex(parts.index)).all()
    assert parts[("care", 16)] == 24
    assert parts[("care", 0)] == 24 * 3


def test_every_analysis_says_what_stands_for_every_planned_value(rows):
    found = counts(rows, "value_source")
    found["analysis"] = found["level"].str.partition(": ")[0]
    sums = found.groupby(["analysis", "arm", "week"])["value"].sum()
    assert set(found["analysis"]) == {"mmrm", "mar", "j2r", "worse"}
    assert (sums == np.where(sums.index.get_level_values("week") == 0, 72, 24)).all()
    told = found[(found["arm"] == "bands") & (found["week"] == 16)].set_index("level")["value"]
    assert told["j2r: j2r"] == told["worse: mar plus delta"] == told["mar: mar"] == 5
    assert told["mmrm: left open as missing at random"] == 5


def test_courses_add_up_to_people(rows):
    found = rows[rows["statistic"] == "pattern"]
    assert found.groupby("arm")["value"].sum().eq(24).all()
    lengths = found["level"].map(
        lambda level: sum(int(run.rpartition("*")[2]) for run in level.split("; "))
    )
    assert set(lengths) == {3}


def test_a_value_that_a_strategy_keeps_out_is_absent_and_told():
    events = "person | event | day\nP00 | stopped programme | 40\nP03 | stopped programme | 40"
    trial = asked_trial(events=events, strategies={"stopped programme": "hypothetical"})
    rows = rows_of(trial)
    kept_out = counts(rows, "planned_values")
    kept_out = kept_out[kept_out["level"] == "excluded by strategy: stopped programme"]
    assert kept_out.groupby("week")["value"].sum().to_dict() == {0: 4, 8: 2, 16: 2}
    assert effects(rows).loc["mar", "n_observed"] == 48 - 12


def test_a_strategy_that_sets_scores_is_refused(trial):
    events = trial.plan.estimands["primary"]
    worst = asked_trial(strategies={"withdrew": "composite: worst score"}).plan.estimands
    plan = replace(trial.plan, estimands={"primary": worst["primary"]})
    assert events != worst["primary"]
    with pytest.raises(PlanError, match="composite"):
        rows_of(replace(trial, plan=plan))


def test_nobody_seen_at_the_week_asked_about_is_refused_not_invented():
    empty = "\n".join(
        line if line.startswith("person") else " ".join([*line.split()[:5], "."])
        for line in people().splitlines()
    )
    with pytest.raises(ModelError, match="Nobody has a value of pain_vas that counts at week 16"):
        rows_of(asked_trial(empty))


def test_one_arm_is_asked_about_its_change():
    lines = [line for line in people().splitlines() if "bands" not in line]
    # Without covariates, of which the two would take averages over other people.
    alone = {"mar": Assumption(label="x")}
    rows = rows_of(asked_trial("\n".join(lines), assumptions=alone, covariates=()))
    change = rows[(rows["statistic"] == "change")].set_index("level")["value"]
    assert change["mar"] == pytest.approx(change["mmrm"], rel=SETTLED)
    assert not (rows["statistic"] == "difference").any()
    assert set(rows.loc[rows["statistic"] == "monte_carlo_error", "value"]) == {0}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Trial:
    root = tmp_path_factory.mktemp("demo")
    (root / "data").mkdir()
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    return load_trial(read_plan(ROOT / "plans" / "demo.yaml"), root)


def test_the_xray_of_the_demo_is_its_flow(demo):
    """Everyone randomised is in the estimand, so the counts are those of the CONSORT flow."""
    asked = demo.plan.questions["missing"]
    alone = {"mar": asked.imputation.assumptions["mar"]}
    simple = replace(
        asked,
        options=replace(asked.options, covariates=("baseline",)),
        imputation=replace(asked.imputation, assumptions=alone),
    )
    plan = replace(demo.plan, questions=demo.plan.questions | {"missing": simple})
    rows = counts(rows_of(replace(demo, plan=plan)), "planned_values")
    rows = rows[(rows["week"] > 0) & (rows["level"] != "planned")]
    parts = rows["level"].str.partition(": ")
    rows["step"] = parts[0].replace("missing but came back", "missing")
    rows["reason"] = parts[2]
    xray = rows.groupby(["step", "arm", "week", "reason"])["value"].sum()
    flow = demo.flow[demo.flow["step"].isin(["observed", "missing"])]
    flow = flow[flow["measure"] == "pain_vas"]
    named = flow[flow["reason"].notna() | (flow["step"] == "observed")].copy()
    named["reason"] = named["reason"].fillna("")
    counted = named.groupby(["step", "arm", "week", "reason"], observed=True)["n"].sum()
    counted.index = counted.index.set_levels(counted.index.levels[2].astype("int64"), level=2)
    xray.index = xray.index.set_levels(xray.index.levels[2].astype("int64"), level=2)
    assert xray.astype(int).to_dict() == counted.to_dict()
    assert xray.sum() == 240 * 7
