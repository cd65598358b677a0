"""The lock: what changes the hash, how a plan is locked, and how a change afterwards is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PlanError
from analysis.plan.lock import amendment_text, check_lock, lock_plan, locked_text, plan_hash
from analysis.plan.read import read_plan, read_plan_text
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import (
    Estimand,
    EventStrategy,
    Options,
    Question,
    Treatments,
    Variable,
)
from analysis.plan.schema_trial import Arm, Measure, Population, Programme, Study, Threshold

DEMO = Path(__file__).parents[2] / "plans" / "demo.yaml"
GOOD = DEMO.read_text("utf-8")
DAY = date(2026, 1, 5)


def hash_of(text: str) -> str:
    return plan_hash(read_plan_text(text, DEMO).plan)


def test_the_hash_is_of_what_the_plan_says_not_of_its_text() -> None:
    today = hash_of(GOOD)
    assert len(today) == 64
    assert hash_of(f"# a comment\n{GOOD}") == today
    assert hash_of(GOOD.replace("seed: 2402\n", "") + "\nseed: 2402\n") == today
    assert hash_of(GOOD.replace("range: [0, 60]", "range: [0.0, 6.0e+1]")) == today
    written_out = GOOD.replace(
        "      df: kenward-roger-linear", "      df: kenward-roger-linear\n      reml: true"
    )
    assert hash_of(written_out) == today


def test_the_order_of_measures_does_not_count_and_that_of_arms_does() -> None:
    plan = read_plan(DEMO)
    assert plan_hash(replace(plan, measures=backwards(plan.measures))) == plan_hash(plan)
    assert plan_hash(replace(plan, arms=backwards(plan.arms))) != plan_hash(plan)


def backwards(parts: dict) -> dict:
    return dict(reversed(parts.items()))


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("seed: 2402", "seed: 2403"),
        ("week: 16, window: [-10, 14]", "week: 16, window: [-10, 15]"),
        ("label: Resistance bands", "label: Bands"),
        ("[mmrm, ancova]", "[ancova, mmrm]"),
        ("value: 15\n", "value: 15.5\n"),
        ("      df: kenward-roger-linear", "      df: satterthwaite\n      reml: false"),
    ],
)
def test_what_changes_the_analysis_changes_the_hash(find: str, put: str) -> None:
    assert find in GOOD
    assert hash_of(GOOD.replace(find, put, 1)) != hash_of(GOOD)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_two_seeds_have_two_hashes(one: int, two: int) -> None:
    plan = read_plan(DEMO)
    same = plan_hash(replace(plan, seed=one)) == plan_hash(replace(plan, seed=two))
    assert same == (one == two)


def test_an_unlocked_plan_passes() -> None:
    assert check_lock(read_plan(DEMO)) is None


def test_locking_keeps_every_line_and_the_locked_plan_passes(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD, encoding="utf-8")
    written = lock_plan(path, DAY)
    text = path.read_text("utf-8")
    assert text.startswith(GOOD.rstrip())
    plan = read_plan(path)
    assert plan.lock is not None
    assert (plan.lock.date, plan.lock.hash) == (DAY, written)
    assert written == plan_hash(read_plan(DEMO))
    check_lock(plan)


def test_a_plan_is_locked_once(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD, encoding="utf-8")
    lock_plan(path, DAY)
    before = path.read_bytes()
    with pytest.raises(PlanError, match="locked already, since 2026-01-05"):
        lock_plan(path, DAY)
    assert path.read_bytes() == before


def test_windows_lines_stay_windows_lines() -> None:
    text = locked_text(GOOD.replace("\n", "\r\n"), DEMO, DAY)
    assert text.count("\n") == text.count("\r\n")


def test_a_plan_in_brackets_is_not_spoilt() -> None:
    with pytest.raises(PlanError, match="cannot be added at the end"):
        locked_text(f"{GOOD}\n...\n", DEMO, DAY)


def test_a_change_after_the_lock_is_refused_until_an_amendment_says_so() -> None:
    locked = locked_text(GOOD, DEMO, DAY)
    changed = locked.replace("seed: 2402", "seed: 2403", 1)
    plan = read_plan_text(changed, DEMO).plan
    with pytest.raises(PlanError) as raised:
        check_lock(plan)
    said = str(raised.value)
    assert "changed after 2026-01-05" in said
    assert plan_hash(plan) in said
    lines = amendment_text(date(2026, 2, 1), plan_hash(plan)).replace("key: the key", "key: seed #")
    amended = read_plan_text(f"{changed}\namendments:\n{lines}", DEMO).plan
    check_lock(amended)
    with pytest.raises(PlanError, match=r"amendments\[item 1\]\.hash"):
        check_lock(replace(amended, seed=9))


def test_the_lines_that_the_refusal_prints_can_be_pasted() -> None:
    changed = locked_text(GOOD, DEMO, DAY).replace("seed: 2402", "seed: 2403", 1)
    with pytest.raises(PlanError) as raised:
        check_lock(read_plan_text(changed, DEMO).plan)
    lines = raised.value.do.split("\n", 1)[1].replace("key: the key", "key: seed #")
    check_lock(read_plan_text(f"{changed}\namendments:\n{lines}", DEMO).plan)


def test_defaults_never_change_because_hashes_leave_them_out() -> None:
    """A default that changes would change locked plans unseen: add a key instead."""
    pinned = {
        Study: {
            **dict.fromkeys(
                ["conflicts", "patient_involvement", "eligibility", "allocation", "blinding"],
                "not stated",
            ),
            "harms_assessment": "not stated",
            "flare_up_gap": 0,
            "assessed": None,
        },
        Programme: {"equipment": "not stated", "deliverer": "not stated"},
        Arm: {"reference": False, "programme": None, "comparator": None},
        Threshold: {"scale": "points"},
        Measure: {"thresholds": ()},
        Population: {"share": None},
        Treatments: {},
        Variable: {"kind": "change from baseline"},
        EventStrategy: {"why": "not stated"},
        Estimand: {},
        Options: {
            "covariates": ("baseline",),
            "covariance": "us",
            "df": "kenward-roger-linear",
            "reml": True,
            "level": 0.95,
            "weights": "proportional",
        },
        Question: {"estimand": None, "methods": (), "variables": (), "options": Options()},
        Plan: {"lock": None, "amendments": (), "simulation": None},
    }
    for part, defaults in pinned.items():
        held = part.__dataclass_fields__
        assert {name: held[name].default for name in defaults} == defaults, part.__name__


SMALL = """
study: {name: small, title: t, simulated: false, design: one arm, condition: c, source: s,
        registration: r, funding: f}
seed: 1
arms:
  bands:
    label: Bands
    programme: {weeks: 16, sessions_per_week: 2.5, minutes: null, modality: mixed,
                muscle_groups: [glutes], progression: p, stopping_rule: s,
                supervision: supervised, setting: s}
schedule: [{week: 0, window: [-7, 0]}, {week: 16, window: [-7, 7]}]
measures:
  pain: {label: Pain, instrument: i, range: [0, 10], direction: lower is better, unit: points}
populations: {all: {label: everyone, rule: all randomised}}
estimands:
  main: {label: m, population: all, treatments: {arms: [bands], comparator: null},
         variable: {measure: pain, week: 16}, intercurrent_events: [], summary: mean change}
questions: {main: {label: q, estimate: change, estimand: main, methods: [mmrm]}}
"""


def test_a_locked_plan_stays_locked_when_the_package_changes() -> None:
    plan = read_plan_text(SMALL, Path("small.yaml")).plan
    assert plan_hash(plan) == "fb26f9bc758b19c7b0e653b20d0039f075b52241698757d13f3d5d04b635bfa6"
