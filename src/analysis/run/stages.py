"""The stages of a study's run, as the worker processes carry them out: prepare, chapters, bind."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.data.cells import note_cells
from analysis.data.store import load_trial
from analysis.errors import AnalysisError, UsageError
from analysis.plan.lock import check_lock
from analysis.plan.read import plan_path, read_plan
from analysis.report.assemble import write_report
from analysis.report.provenance import note_inputs
from analysis.report.record import ChapterRecord
from analysis.run.failure import failure_of
from analysis.run.finished import note_chapter
from analysis.run.folder import NO_WRITING, cannot_write, run_folder
from analysis.run.former import former_run
from analysis.run.job import Failure, Job, Outcome
from analysis.run.kernel.forked import NoServerError
from analysis.run.notebooks import execute_chapter
from analysis.run.traces import frames


def prepare(study: str, folder: Path, root: Path) -> Outcome:
    """Reads the plan, checks and derives the data, and notes the hashes of all that goes in."""
    started, clock = _now(), time.monotonic()
    failure = _guarded(lambda: _read_plan(study, folder, root), "plan", folder)
    failure = failure or _guarded(lambda: _load(study, root), "data", folder)
    return Outcome(study=study, stage="data", failure=failure, **_took(started, clock))


def run_chapter(job: Job) -> Outcome:
    """Runs one chapter; by the plain kernel and with a note where the fork server cannot serve."""
    started, clock, note = _now(), time.monotonic(), None

    def ran() -> Failure | None:
        nonlocal note
        _refuse_removed(job.notebook)
        try:
            return execute_chapter(job)
        except NoServerError as error:
            note = f"{job.chapter} ran in a plain kernel: {error}"
            return execute_chapter(replace(job, server=None))

    failure = _guarded(ran, job.chapter, job.folder)
    took = _took(started, clock)
    if failure is None:
        failure = _guarded(lambda: _noted(job, took), job.chapter, job.folder)
    return Outcome(study=job.study, stage=job.chapter, failure=failure, note=note, **took)


def bind(
    study: str, run: str, folder: Path, root: Path, records: Sequence[ChapterRecord]
) -> Outcome:
    """Binds what the chapters saved into the report.

    Without records nothing was prepared: what goes in is noted here, so that chapters run under
    another plan, other data or another program are told from those of now.
    """
    started, clock = _now(), time.monotonic()

    def bound() -> None:
        for record in records:
            _refuse_removed(record.notebook)
        source = plan_path(study, root)
        plan = read_plan(source)
        if not records:
            note_inputs(folder, plan, root)
        former = former_run(run_folder(root, study, run), folder, study, root)
        write_report(folder, plan, run, records, source, former)

    failure = _guarded(bound, "report", folder)
    return Outcome(study=study, stage="report", failure=failure, **_took(started, clock))


def _refuse_removed(notebook: Path) -> None:
    """A chapter that was there when its run began may be renamed or removed meanwhile."""
    if not notebook.is_file():
        raise UsageError(
            f"The chapter {notebook.stem} is not there any more.",
            where=f"notebooks/{notebook.name}",
            why="it was when the run began",
            do="put it back, or leave it out, and type the same command",
        )


def _noted(job: Job, took: dict) -> None:
    note_chapter(job.folder, job.chapter, job.inputs, **took)


def _read_plan(study: str, folder: Path, root: Path) -> None:
    plan = read_plan(plan_path(study, root))
    check_lock(plan)
    note_inputs(folder, plan, root)


def _load(study: str, root: Path) -> None:
    load_trial(read_plan(plan_path(study, root)), root)
    note_cells(study, root)


def _guarded(work: Callable[[], Failure | None], stage: str, folder: Path) -> Failure | None:
    """Does the work; any exception becomes a failure, an unexpected one also a log file."""
    try:
        return work()
    except AnalysisError as error:
        return failure_of(error, stage)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_WRITING:
            return failure_of(cannot_write(error), stage)
        log = folder / f"{stage}.log"
        with suppress(OSError):
            log.write_text(frames(error), encoding="utf-8")
        return failure_of(error, stage, log.name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _took(started: str, clock: float) -> dict:
    return {"started": started, "seconds": round(time.monotonic() - clock, 2)}
