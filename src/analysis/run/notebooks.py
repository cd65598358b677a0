"""One chapter, run by papermill in this process; its kernel is a process of its own."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis.run.cleaning import clean_notebook
from analysis.run.failure import failure_of
from analysis.run.job import Failure, Job

# Read by the notebook door: where a chapter saves while its run folder is being built.
RUN_FOLDER = "ANALYSIS_RUN_FOLDER"
_ENDED = (PapermillExecutionError, CellTimeoutError, DeadKernelError)


def execute_chapter(job: Job) -> Failure | None:
    """Runs a chapter into ``<folder>/chapters/<chapter>.ipynb``.

    Returns:
        None, or why it failed; then the notebook as far as it ran is
        ``<folder>/chapters/<chapter>.failed.ipynb``.
    """
    chapters = job.folder / "chapters"
    chapters.mkdir(parents=True, exist_ok=True)
    partial = chapters / f".{job.chapter}.partial.ipynb"
    place = job.folder.relative_to(job.root).as_posix()
    os.environ[RUN_FOLDER] = place
    try:
        _papermill(job, partial)
    except _ENDED as error:
        kept = chapters / f"{job.chapter}.failed.ipynb"
        clean_notebook(partial, kept, job.root, place)
        return failure_of(error, job.chapter, f"chapters/{kept.name}")
    clean_notebook(partial, chapters / f"{job.chapter}.ipynb", job.root, place)
    return None


def _papermill(job: Job, output: Path) -> None:
    logging.getLogger("papermill").setLevel(logging.ERROR)
    # Sockets in files cannot collide as port numbers can when kernels start at the same time.
    transport = Config({"KernelManager": {"transport": "ipc"}}) if _linux() else Config()
    papermill.execute_notebook(
        job.notebook,
        output,
        parameters={"study": job.study, "run": job.run, **job.parameters},
        # The kernel of this environment, whatever the notebook was last saved with.
        kernel_name="python3",
        language="python",
        cwd=job.root,
        execution_timeout=job.timeout,
        progress_bar=False,
        record_timing=False,
        config=transport,
    )


def _linux() -> bool:
    return sys.platform.startswith("linux")
