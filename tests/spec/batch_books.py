"""Batches without processes or kernels: chapters are executed here, all else is the real thing."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import Future
from pathlib import Path

import nbformat
import pytest

from analysis.plan.places import RUN_FOLDER
from analysis.report.times import without_times
from analysis.run import pool, stages
from analysis.run.batch import command
from analysis.run.failure import failure_of
from analysis.run.job import Failure, Job
from tests.spec.run_books import bytes_of

# As planned, and one further week.
NIGHT = """\
label: A night
grids:
  weeks:
    label: Other weeks
    chapters: [02_effect]
    each: {week: [8]}
"""


class Inline:
    """An engine that carries out each stage at once, in this process."""

    together = False

    def __init__(self, workers: int = 1, runtime: str = "") -> None:
        self.workers = workers
        self.stages: list[str] = []

    def submit(self, stage: str, *given: object) -> Future:
        """The outcome, which is there already."""
        self.stages.append(stage)
        future: Future = Future()
        future.set_result(pool.carry_out(stage, given))
        return future

    def begun_again(self) -> list[Future]:
        """Nothing: no worker can be lost."""
        return []

    def close(self) -> None:
        """Nothing is left."""

    stop = close


def execute(job: Job) -> Failure | None:
    """In place of a kernel: executes the cells of a chapter here and saves it."""
    os.environ[RUN_FOLDER] = job.folder.relative_to(job.root).as_posix()
    notebook = nbformat.read(job.notebook, as_version=4)
    names = {"study": job.study, "run": job.run}
    chapters = job.folder / "chapters"
    chapters.mkdir(exist_ok=True)
    here = Path.cwd()
    os.chdir(job.root)
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
                names |= job.parameters if "parameters" in cell.metadata.get("tags", []) else {}
    except Exception as error:
        return failure_of(error, job.chapter)
    finally:
        os.chdir(here)
    beside = chapters / f".{job.chapter}.part"
    nbformat.write(notebook, beside)
    beside.replace(chapters / f"{job.chapter}.ipynb")
    return None


def quiet(patch: pytest.MonkeyPatch) -> None:
    """Makes batches of this process run here, without workers and kernels."""
    patch.setattr(command, "Processes", Inline)
    patch.setattr(command, "fork_server", lambda *_: contextlib.nullcontext(None))
    patch.setattr(command, "why_plain", lambda: "a test")
    patch.setattr(stages, "execute_chapter", execute)
    patch.setenv(RUN_FOLDER, "")


def run_night(root: Path) -> int:
    """Runs the batch `night`, or goes on with it; its exit code."""
    return command.run_batch(command.BatchRequest(file="night"), root)


def write_batch(root: Path, text: str = NIGHT, name: str = "night") -> Path:
    """A batch file of a project."""
    path = root / "plans" / "batches" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def lasting(root: Path) -> dict[str, bytes]:
    """What of the reports must be the same however a batch came to its end: all but times."""
    found = bytes_of(root / "reports")
    seen = {n: c for n, c in found.items() if n != "index.html" and not _hidden(n)}
    return {name: without_times(name, content) for name, content in seen.items()}


def results(root: Path) -> dict[str, bytes]:
    """The results alone: pages also tell what a run was compared with."""
    kinds = (".ipynb", ".parquet", ".csv")
    return {name: content for name, content in lasting(root).items() if name.endswith(kinds)}


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
