"""Names that stay in their folders, the project's root, and the plan that is meant by a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import PlanError, UsageError
from analysis.plan.read import plan_path, project_root, safe_name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "plans").mkdir(parents=True)
    (root / "plans" / "demo.yaml").write_text("study:\n", encoding="utf-8")
    (root / "notebooks" / "old").mkdir(parents=True)
    return root


@pytest.mark.parametrize("name", ["demo", "tjosvoll_2020", "run-2", "a.b", "2026-01-05", "_x", "X"])
def test_a_plain_name_is_itself(name: str) -> None:
    assert safe_name(name, "run") == name


@pytest.mark.parametrize(
    "name",
    [
        *["", ".", "..", "../x", "a/b", "a\\b", "/etc", "C:x", ".hidden", "-rf", "a b", "a\n"],
        *[
            "a\x00",
            "tjøsvoll",
            "a" * 81,
            "con",
            "CON.yaml",
            "Lpt9",
            "aux.",
            "a.",
            "~",
            "$HOME",
            "*",
        ],
    ],
)
def test_a_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as raised:
        safe_name(name, "run")
    assert raised.value.exit_code == 2
    assert "What to do: " in str(raised.value)


@given(st.text(max_size=90))
def test_a_name_that_passes_is_one_part_of_a_path(name: str) -> None:
    try:
        safe_name(name, "run")
    except UsageError:
        return
    folder = Path("reports")
    assert (folder / name).parent == folder
    assert (folder / name).resolve().parent == folder.resolve()
    assert name.isascii()


def test_the_root_is_the_nearest_folder_above_that_holds_plans(project: Path) -> None:
    assert project_root(project / "notebooks" / "old") == project.resolve()
    assert project_root(project) == project.resolve()


def test_the_root_is_found_from_the_current_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "notebooks")
    assert project_root() == project.resolve()


def test_no_project_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder `plans`"):
        project_root(tmp_path)


def test_a_study_is_found_by_its_name_or_its_path(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = project / "plans" / "demo.yaml"
    assert plan_path("demo", project) == plan
    assert plan_path(plan, project) == plan
    monkeypatch.chdir(project / "notebooks")
    assert plan_path("plans/demo.yaml", project) == plan
    monkeypatch.chdir(project / "plans")
    assert plan_path("demo.yaml", project).resolve() == plan.resolve()


def test_an_absent_plan_names_the_nearest(project: Path) -> None:
    with pytest.raises(PlanError, match="Did you mean `demo`"):
        plan_path("demoo", project)
    with pytest.raises(PlanError, match="There is no plan"):
        plan_path("plans/other.yaml", project)


@pytest.mark.parametrize("name", ["..", "", "-x", ".demo"])
def test_a_name_of_a_study_cannot_leave_the_plans(name: str, project: Path) -> None:
    with pytest.raises((UsageError, PlanError)):
        plan_path(name, project)


def test_a_plan_of_another_project_is_refused(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "demo.yaml"
    other.write_text("study:\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"outside the folder `plans` .* every plan must lie"):
        plan_path(other, project)
    with pytest.raises(PlanError, match="outside the folder `plans`"):
        plan_path("plans/../../demo.yaml", project)
