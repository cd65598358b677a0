"""Every broken plan gives a located message in the voice of the house, and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import PlanError
from analysis.plan.lock import check_lock
from analysis.plan.read import read_plan
from tests.faults.broken_plans import BROKEN_PLANS, BrokenPlan

GOOD = (Path(__file__).parents[2] / "plans" / "demo.yaml").read_text("utf-8")


def told(broken: bytes, folder: Path) -> PlanError:
    path = folder / "demo.yaml"
    path.write_bytes(broken)
    with pytest.raises(PlanError) as raised:
        read_plan(path)
    return raised.value


@pytest.mark.parametrize("row", BROKEN_PLANS, ids=lambda row: row.name)
def test_a_broken_plan_is_explained(row: BrokenPlan, tmp_path: Path) -> None:
    error = told(row.file(GOOD), tmp_path)
    text = str(error)
    assert row.says in text
    assert "problems:" not in text, "one slip is one problem"
    assert error.exit_code == row.exit_code
    assert "demo.yaml" in error.where
    line = row.line(GOOD)
    if line is not None:
        assert f"demo.yaml:{line}" in text.replace(",", " ").replace(")", " ")
    for part in ("Where: ", "Why it matters: ", "What to do: "):
        assert text.count(part) == 1
    assert "Traceback" not in text
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_rows_have_their_own_names() -> None:
    assert len({row.name for row in BROKEN_PLANS}) == len(BROKEN_PLANS)


def test_an_absent_plan_and_a_folder_are_explained(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="does not exist"):
        read_plan(tmp_path / "nothing.yaml")
    with pytest.raises(PlanError, match="is a folder"):
        read_plan(tmp_path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    error = told(b"#" * 1_000_001, tmp_path)
    assert "1,000,000 bytes" in str(error)


def test_a_locked_plan_that_was_changed_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(f"{GOOD}\nlock:\n  date: 2026-01-05\n  hash: {'a' * 64}\n", encoding="utf-8")
    with pytest.raises(PlanError) as raised:
        check_lock(read_plan(path))
    text = str(raised.value)
    assert "changed after 2026-01-05" in text
    for part in ("Where: plan demo (lock.hash)", "Why it matters: ", "What to do: "):
        assert part in text
