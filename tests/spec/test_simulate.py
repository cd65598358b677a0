"""A simulated trial: the same bytes again, and tables that agree with one another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data.read import read_study
from analysis.data.simulate import simulate, write_simulated
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
    assert (pd.to_datetime(people["randomised"]).dt.day_of_week < 5).all()


def test_everybody_has_a_baseline_of_every_measure_on_or_before_day_0(plan, tables):
    start = tables["visits"].query("day <= 0")
    assert len(start) == 240 * len(plan.measures)
    assert not start.duplicated(["participant", "measure"]).any()
    assert start["day"].between(*plan.schedule[0].window).all()


def test_scores_are_whole_and_on_the_scale_of_their_instrument(plan, tables):
    for name, spec in plan.measures.items():
        values = tables["visits"].query(f"measure == {name!r}")["value"]
        assert values.between(*spec.range).all()
    assert pd.api.types.is_integer_dtype(tables["visits"]["value"])


def test_a_few_visits_miss_their_window_and_none_falls_into_another(plan, tables):
    days = tables["visits"].query("day > 0").drop_duplicates(["participant", "day"])
    windows = [(v.week * 7 + v.window[0], v.week * 7 + v.window[1]) for v in plan.schedule[1:]]
    inside = np.array([days["day"].between(*window) for window in windows])
    assert inside.sum(axis=0).max() == 1
    assert 0.002 < 1 - inside.any(axis=0).mean() < 0.03
    for here in inside:
        assert not days[here]["participant"].duplicated().any()
        assert days[here]["day"].nunique() > 5


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
