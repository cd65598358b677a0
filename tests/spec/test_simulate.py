"""A simulated trial: the same bytes again, tables that agree with one another, and refusals."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data.read import read_study
from analysis.data.simulate import simulate, write_simulated
from analysis.errors import PlanError, UsageError
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan
from analysis.terms import SIMULATED_NOTE

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "raw" / "demo"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "plans" / "demo.yaml")


@pytest.fixture(scope="module")
def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    return simulate(plan)


def last_day(tables: dict[str, pd.DataFrame], event: str) -> pd.Series:
    """Day of an event that a person has at most once, by participant."""
    rows = tables["events"].query("event == @event")
    assert not rows["participant"].duplicated().any()
    return rows.set_index("participant")["day"]


# --- what ships -----------------------------------------------------------------------------


def test_the_shipped_demo_comes_out_again_byte_by_byte(plan, tmp_path):
    made = write_simulated(plan, tmp_path)
    shipped = {path.name: path.read_bytes() for path in DEMO.iterdir()}
    assert {path.name: path.read_bytes() for path in made.iterdir()} == shipped
    assert not [p for p in made.parent.iterdir() if p.name != "demo"]


def test_the_shipped_demo_says_that_it_is_simulated_and_tells_its_truth():
    told = (DEMO / "source.md").read_text(encoding="utf-8")
    assert told.startswith("# Simulated data: demo")
    assert SIMULATED_NOTE in told
    assert "analysis simulate plans/demo.yaml" in told
    assert "| free_weights | pain_vas | -7 | -13 | -18 | -22 | -21 | -19 | -16 |" in told


def test_checksums_are_of_every_other_file():
    lines = (DEMO / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {line[66:]: line[:64] for line in lines}
    files = {path.name: path.read_bytes() for path in DEMO.iterdir() if path.name != "SHA256SUMS"}
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_the_reader_finds_no_error_in_the_shipped_demo(plan):
    read_study(plan, ROOT)


def test_the_log_stays_small():
    assert (DEMO / "sessions.csv").stat().st_size < 1_000_000


# --- people and visits ----------------------------------------------------------------------


def test_eighty_people_an_arm_balanced_within_sites(tables):
    people = tables["participants"]
    assert people["participant"].is_unique
    assert people["arm"].value_counts().to_dict() == dict.fromkeys(
        ["usual_care", "bands", "free_weights"], 80
    )
    assert (people.value_counts(["site", "arm"]) == 20).all()
    assert people["age"].between(18, 75).all()
    assert people["randomised"].is_monotonic_increasing
    assert (pd.to_datetime(people["randomised"]).dt.dayofweek < 5).all()


def test_everybody_has_a_baseline_of_every_measure_on_or_before_day_0(plan, tables):
    start = tables["visits"].query("day <= 0")
    assert len(start) == 240 * len(plan.measures)
    assert not start.duplicated(["participant", "measure"]).any()
    assert start["day"].between(*plan.schedule[0].window).all()


def test_scores_are_whole_and_on_the_scale_of_their_instrument(plan, tables):
    for measure, spec in plan.measures.items():
        values = tables["visits"].query("measure == @measure")["value"]
        assert values.between(*spec.range).all()
    assert pd.api.types.is_integer_dtype(tables["visits"]["value"])


def test_visits_fall_around_their_target_day_and_inside_the_window(plan, tables):
    days = tables["visits"].query("day > 0").drop_duplicates(["participant", "day"])["day"]
    windows = [(v.week * 7 + v.window[0], v.week * 7 + v.window[1]) for v in plan.schedule[1:]]
    inside = [days.between(*window) for window in windows]
    assert (np.sum(inside, axis=0) == 1).all()
    assert all(days[here].nunique() > 5 for here in inside)


# --- tables that agree with one another -----------------------------------------------------


@pytest.mark.parametrize("table", ["visits", "sessions", "events"])
def test_nothing_happens_after_a_withdrawal(tables, table):
    left = last_day(tables, "withdrew")
    rows = tables[table]
    assert len(left) > 30
    assert not (rows["day"] > rows["participant"].map(left)).any()


def test_no_session_after_stopping_the_programme(tables):
    stopped = last_day(tables, "stopped programme")
    log = tables["sessions"]
    assert len(stopped) > 10
    assert not (log["day"] > log["participant"].map(stopped)).any()


def test_only_arms_with_a_programme_train_and_only_while_it_lasts(tables):
    arm = tables["participants"].set_index("participant")["arm"]
    log = tables["sessions"]
    assert set(log["participant"].map(arm)) == {"bands", "free_weights"}
    assert log["day"].between(1, 16 * 7).all()
    assert not log.duplicated(["participant", "day"]).any()
    assert log.groupby("participant").size().max() == 48
    stopped = tables["events"].query("event == 'stopped programme'")["participant"].map(arm)
    assert "usual_care" not in set(stopped)


def test_a_missed_session_has_no_other_entry_and_an_attended_one_has_all(tables):
    log = tables["sessions"]
    entries = log.columns.drop(["participant", "day", "attended", "load", "load_unit", "band"])
    assert log.loc[log["attended"] == "no", [*entries, "load", "band"]].isna().all().all()
    assert log.loc[log["attended"] == "yes", entries].notna().all().all()


def test_loads_are_of_the_arm_and_rise_by_steps_of_two_and_a_half_kg(tables):
    arm = tables["participants"].set_index("participant")["arm"]
    log = tables["sessions"].query("attended == 'yes'")
    arms = log["participant"].map(arm)
    assert (log["load"].notna() == (arms == "free_weights")).all()
    assert (log["load_unit"].notna() == (arms == "free_weights")).all()
    assert (log["band"].notna() == (arms == "bands")).all()
    assert log["band"].dropna().between(1, 5).all()
    loads = log.dropna(subset="load").groupby("participant")["load"]
    steps = loads.diff().dropna()
    assert set(steps) == {-2.5, 0.0, 2.5}
    # The rule of progression: two comfortable sessions running come before every step up.
    last = loads.last() - loads.first()
    assert last.mean() > 5


def test_a_step_up_follows_two_comfortable_sessions(tables):
    log = tables["sessions"].query("attended == 'yes'").dropna(subset="load")
    by = log.groupby("participant")
    up = by["load"].diff() > 0
    assert (by["exertion"].shift(1)[up] <= 6).all()
    assert (by["exertion"].shift(2)[up] <= 6).all()


def test_serious_events_have_a_grade_to_match_and_harms_alone_have_details(tables):
    events = tables["events"]
    harms = events["event"] == "adverse event"
    assert (events["grade"].notna() == harms).all()
    assert (events["serious"].notna() == harms).all()
    assert ((events["serious"] == "yes") == (events["grade"].fillna(0) >= 3)).all()
    assert events["reason"].notna().all()
    arm = tables["participants"].set_index("participant")["arm"]
    related = events.query("related == 'yes'")
    assert "usual_care" not in set(related["participant"].map(arm))
    assert (related["day"] <= 16 * 7).all()


# --- streams and refusals -------------------------------------------------------------------


def with_arm(plan: Plan, arm: str, **changes: float) -> Plan:
    made = plan.simulation
    arms = made.arms | {arm: replace(made.arms[arm], **changes)}
    return replace(plan, simulation=replace(made, arms=arms))


def test_one_table_does_not_move_the_numbers_of_another(plan, tables):
    other = simulate(with_arm(plan, "bands", flare_ups_per_year=5.0))
    for name in ("participants", "visits", "sessions"):
        pd.testing.assert_frame_equal(other[name], tables[name])
    kept = "event != 'flare-up'"
    pd.testing.assert_frame_equal(
        other["events"].query(kept).reset_index(drop=True),
        tables["events"].query(kept).reset_index(drop=True),
    )
    assert len(other["events"]) > len(tables["events"])


def test_leaving_removes_scores_and_changes_none(plan, tables):
    fewer = simulate(with_arm(plan, "bands", dropout=0.6))["visits"]
    keys = ["participant", "day", "measure"]
    both = fewer.merge(tables["visits"], on=keys, how="left", suffixes=("", "_before"))
    assert len(fewer) < len(tables["visits"])
    assert (both["value"] == both["value_before"]).all()


def test_another_seed_makes_other_people(plan, tables):
    other = simulate(replace(plan, seed=plan.seed + 1))
    assert not other["visits"].equals(tables["visits"])


def test_a_plan_without_a_simulation_is_refused(plan):
    with pytest.raises(PlanError, match="no section 'simulation'"):
        simulate(replace(plan, simulation=None))


def test_a_study_of_real_people_is_never_simulated(plan, tmp_path):
    real = replace(plan, study=replace(plan.study, simulated=False))
    with pytest.raises(UsageError, match="not simulated"):
        write_simulated(real, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("source", ["# The trial, as received\n", None])
def test_received_data_are_never_overwritten(plan, tmp_path, source):
    folder = tmp_path / "data" / "raw" / "demo"
    folder.mkdir(parents=True)
    (folder / "visits.csv").write_text("participant,day,measure,value\n", encoding="utf-8")
    if source:
        (folder / "source.md").write_text(source, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UsageError, match="another source"):
        write_simulated(plan, tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_simulated_folder_is_made_whole_again(plan, tmp_path):
    folder = write_simulated(plan, tmp_path)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "visits.csv").write_text("half", encoding="utf-8")
    (folder / "SHA256SUMS").unlink()
    write_simulated(plan, tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole


def test_a_study_of_one_arm_and_one_site_can_be_simulated(plan):
    made = replace(
        plan.simulation, sites=1, per_arm=7, arms={"bands": plan.simulation.arms["bands"]}
    )
    small = replace(plan, arms={"bands": plan.arms["bands"]}, simulation=made)
    tables = simulate(small)
    assert set(tables["participants"]["site"]) == {"site 1"}
    assert len(tables["participants"]) == 7
