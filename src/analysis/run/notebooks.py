"""One chapter, run by papermill in this process; its kernel is a process of its own."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import uuid
from pathlib import Path

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis.plan.places import RUN_FOLDER
from analysis.run.cleaning import clean_notebook
from analysis.run.failure import failure_of
from analysis.run.job import Failure, Job
from analysis.run.kernel.engine import NAME, NotebookTimeoutError

_ENDED = (PapermillExecutionError, DeadKernelError, NotebookTimeoutError)


def execute_chapter(job: Job) -> Failure | None:
    """Runs a chapter into ``<folder>/chapters/<chapter>.ipynb``.

    Returns:
        None, or why it failed; then the notebook as far as it ran is
        ``<folder>/chapters/<chapter>.failed.ipynb``.

    Raises:
        NoServerError: the fork server that the job names cannot serve; nothing was kept.
    """
    chapters = job.folder / "chapters"
    chapters.mkdir(parents=True, exist_ok=True)
    partial = chapters / f".{job.chapter}.{uuid.uuid4().hex}.ipynb"
    place = job.folder.relative_to(job.root).as_posix()
    os.environ[RUN_FOLDER] = place
    kept = chapters / f"{job.chapter}.failed.ipynb"
    try:
        _papermill(job, partial)
        clean_notebook(partial, chapters / f"{job.chapter}.ipynb", job.root, place)
    except _ENDED as error:
        clean_notebook(partial, kept, job.root, place)
        return failure_of(error, job.chapter, f"chapters/{kept.name}")
    finally:
        # As papermill saved it, it holds paths of this machine.
        partial.unlink(missing_ok=True)
    # A chapter that is tried again may have failed before.
    kept.unlink(missing_ok=True)
    return None


def _papermill(job: Job, output: Path) -> None:
    # What goes wrong comes as an exception; the logger would say it a second time, on the terminal.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
        papermill.execute_notebook(
            job.notebook,
            output,
            parameters={"study": job.study, "run": job.run, **job.parameters},
            # The kernel of this environment, whatever the notebook was last saved with.
            kernel_name="python3",
            language="python",
            cwd=job.root,
            engine_name=NAME,
            # Saved when it has ended: papermill would write the whole twice for every cell.
            request_save_on_cell_execute=False,
            unfinished=str(output),
            execution_timeout=job.timeout,
            notebook_timeout=job.notebook_timeout,
            progress_bar=False,
            record_timing=False,
            config=_kernel(job, sockets),
            # A kernel that is stopped on purpose would say so on the terminal.
            extra_arguments=["--log-level=CRITICAL"],
        )


def _kernel(job: Job, sockets: str) -> Config:
    """The kind of kernel, and sockets in a folder of its own, so that no two can collide.

    Port numbers can, and so can the socket names that are used where no folder is given.
    """
    sections = {"ChapterKernelManager": {"server": job.server or ""}}
    if sys.platform.startswith("linux"):
        sections["KernelManager"] = {"transport": "ipc", "ip": str(Path(sockets, "k"))}
    return Config(sections)
