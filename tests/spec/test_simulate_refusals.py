"""A simulated trial: tables that do not disturb one another, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.problems import errors_of
from analysis.data.read import find_problems
from analysis.data.simulate import simulate, write_simulated
from analysis.errors import PlanError, UsageError
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "plans" / "demo.yaml")


@pytest.fixture(scope="module")
def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    return simulate(plan)


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


@pytest.mark.parametrize("flare_ups", [2.0, 60.0])
@pytest.mark.parametrize("seed", [2402, 9001, 9002, 9003])
def test_what_is_simulated_passes_its_own_check(plan, tmp_path, seed, flare_ups):
    often = replace(with_arm(plan, "bands", flare_ups_per_year=flare_ups), seed=seed)
    made = write_simulated(often, tmp_path)
    (made.parent / "published").symlink_to(ROOT / "data" / "raw" / "published")
    found = find_problems(often, tmp_path)
    assert errors_of(found) == []
    assert not [each for each in found if each.file == "events.csv"]


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


def test_a_table_that_the_study_no_longer_has_is_removed(plan, tmp_path):
    folder = write_simulated(plan, tmp_path)
    untrained = {key: replace(arm, programme=None) for key, arm in plan.arms.items()}
    write_simulated(replace(plan, arms=untrained), tmp_path)
    assert not (folder / "sessions.csv").exists()
    assert "sessions" not in (folder / "dictionary.csv").read_text(encoding="utf-8")
    assert "sessions.csv" not in (folder / "SHA256SUMS").read_text(encoding="utf-8")


def test_a_study_of_one_arm_and_one_site_can_be_simulated(plan):
    made = replace(
        plan.simulation, sites=1, per_arm=7, arms={"bands": plan.simulation.arms["bands"]}
    )
    small = replace(plan, arms={"bands": plan.arms["bands"]}, simulation=made)
    tables = simulate(small)
    assert set(tables["participants"]["site"]) == {"site 1"}
    assert len(tables["participants"]) == 7
