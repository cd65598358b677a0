"""Projects to run chapters in: copies, so that nothing is written beside the source."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest

from analysis.plan.as_run import write_as_run

HOME = Path(__file__).resolve().parents[2]
CHAPTERS = ("01_data_and_flow", "02_baseline", "03_week_16")


@pytest.fixture
def tiny_project(tiny_study, tiny_plan) -> Path:
    """The study `tiny` with its plan and the chapters."""
    write_as_run(tiny_plan, tiny_study / "plans" / "tiny.yaml")
    shutil.copytree(HOME / "notebooks", tiny_study / "notebooks")
    return tiny_study


@pytest.fixture
def shipped_project(tmp_path) -> Callable[[str], Path]:
    """From the name of a study that ships to a project that holds it and the chapters."""

    def project(study: str) -> Path:
        raw, plan = HOME / "data" / "raw" / study, HOME / "plans" / f"{study}.yaml"
        if not (raw / "visits.csv").is_file():
            pytest.skip(f"{study} has no data here")
        # A plan may set its study beside published facts, which are raw data of their own.
        for name in (study, "published"):
            shutil.copytree(HOME / "data" / "raw" / name, tmp_path / "data" / "raw" / name)
        (tmp_path / "plans").mkdir()
        shutil.copy(plan, tmp_path / "plans")
        shutil.copytree(HOME / "notebooks", tmp_path / "notebooks")
        return tmp_path

    return project


@pytest.fixture
def run_chapter(tmp_path, monkeypatch) -> Callable[..., nbformat.NotebookNode]:
    """Run a chapter by plain papermill, as its command line does; returns the executed notebook."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.delenv("ANALYSIS_RUN_FOLDER", raising=False)

    def run(project: Path, chapter: str, *, cwd: str = ".", **parameters):
        output = tmp_path / f"executed-{chapter}.ipynb"
        papermill.execute_notebook(
            project / "notebooks" / f"{chapter}.ipynb",
            output,
            parameters=parameters,
            cwd=project / cwd,
            progress_bar=False,
            kernel_name="python3",
        )
        return nbformat.read(output, as_version=4)

    return run


def outputs(notebook: nbformat.NotebookNode, kind: str) -> list[tuple[str, dict]]:
    """All outputs of one kind (such as `text/html`) with their metadata, in order."""
    return [
        (output["data"][kind], output["metadata"])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]
