"""The plan as it was run: complete, readable, the same bytes each time, equal when read back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PlanError
from analysis.plan import saving
from analysis.plan.as_run import as_run_text, write_as_run
from analysis.plan.lock import plan_hash
from analysis.plan.read import defaults_used, read_plan, read_plan_text
from analysis.plan.schema import Amendment, Lock, Plan
from analysis.plan.schema_questions import Options

PLANS = Path(__file__).parents[2] / "plans"
DEMO = PLANS / "demo.yaml"


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_file_reads_back_as_the_same_plan(path: Path, tmp_path: Path) -> None:
    plan = read_plan(path)
    written = tmp_path / "plan_as_run.yaml"
    write_as_run(plan, written, source=path)
    again = read_plan(written)
    assert again == plan
    assert plan_hash(again) == plan_hash(plan)
    before = written.read_bytes()
    write_as_run(again, written, source=path)
    assert written.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan_as_run.yaml"]


def test_every_key_is_written_in_the_order_of_the_schema() -> None:
    text = as_run_text(read_plan(DEMO))
    content = yaml.safe_load(text)
    assert list(content) == [f.name for f in fields(Plan)]
    assert list(content["questions"]["flow"]["options"]) == [f.name for f in fields(Options)]
    assert content["questions"]["primary"]["options"]["level"] == 0.95
    assert content["lock"] is None
    assert list(content["arms"]) == ["usual_care", "bands", "free_weights"]


def test_nothing_is_left_to_a_default_in_what_is_written(tmp_path: Path) -> None:
    written = tmp_path / "plan_as_run.yaml"
    write_as_run(read_plan(DEMO), written)
    assert defaults_used(written) == ()


def test_the_defaults_that_were_used_are_listed_at_the_top() -> None:
    used = defaults_used(DEMO)
    text = as_run_text(read_plan(DEMO), used)
    head = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#")]
    assert set(used) <= set(head)


def test_lists_of_numbers_stand_on_one_line() -> None:
    text = as_run_text(read_plan(DEMO))
    assert "    window: [-14, 0]\n" in text
    assert "    range: [0, 100]\n" in text
    assert "        pain_vas: [-3, -5, -6, -7, -8, -8, -8]\n" in text


def test_a_lock_and_its_amendments_are_written(tiny_plan: Plan) -> None:
    locked = replace(
        tiny_plan,
        lock=Lock(date=date(2026, 1, 5), hash="a" * 64),
        amendments=(
            Amendment(date=date(2026, 2, 1), key="seed", what="1: 2", why="#", hash="b" * 64),
        ),
    )
    assert read_plan_text(as_run_text(locked), Path("tiny.yaml")).plan == locked


def test_a_file_that_cannot_be_written_is_explained(tiny_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PlanError, match="cannot be written"):
        write_as_run(tiny_plan, tmp_path / "file" / "plan_as_run.yaml")


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tiny_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "plan_as_run.yaml"
    write_as_run(tiny_plan, written)
    before = written.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(PlanError, match="No space left on device"):
        write_as_run(replace(tiny_plan, seed=2), written)
    assert written.read_bytes() == before
    assert list(tmp_path.iterdir()) == [written]


TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: text.strip())


@settings(deadline=None, max_examples=60)
@given(
    title=TEXTS,
    source=st.sampled_from(
        ["no", "2024", "1e3", "null", "~", "2026-01-31", "a: b", "- a", "#", "="]
    ),
    reason=TEXTS,
    seed=st.integers(0, 2**64),
    level=st.floats(0.5, 1, exclude_min=True, exclude_max=True),
    top=st.floats(min_value=1e-3, allow_infinity=False, allow_nan=False).map(lambda x: 15 + x),
)
def test_any_text_and_number_is_read_back_as_written(
    title: str, source: str, reason: str, seed: int, level: float, top: float
) -> None:
    plan = read_plan(DEMO)
    primary = replace(plan.questions["primary"], options=Options(level=level))
    pain = replace(plan.measures["pain_vas"], range=(0.0, 100.0 + top))
    plan = replace(
        plan,
        study=replace(plan.study, title=title, source=source, excluded={reason: 1}),
        seed=seed,
        measures=plan.measures | {"pain_vas": pain},
        questions=plan.questions | {"primary": primary},
    )
    assert read_plan_text(as_run_text(plan), DEMO).plan == plan
