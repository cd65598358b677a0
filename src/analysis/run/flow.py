"""One study on its way: prepare, then its chapters at the same time, then the report."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import AnalysisError, BatchError
from analysis.report.record import ChapterRecord
from analysis.run.job import Failure, Job, Outcome
from analysis.run.pool import submit


@dataclass
class StudyRun:
    """A study's run: its folders, its jobs, and what became of its stages so far.

    Attributes:
        good, building: where the report is to be, and where it is built.
        jobs: chapters to run; none binds again what was run before.
    """

    name: str
    run: str
    root: Path
    good: Path
    building: Path
    jobs: list[Job]
    done: list[Outcome] = field(default_factory=list)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why stages failed, in the order of the book."""
        order = ["plan", "data", *(job.chapter for job in self.jobs), "report"]
        failures = [outcome.failure for outcome in self.done if outcome.failure]
        return tuple(sorted(failures, key=lambda failure: order.index(failure.stage)))

    @property
    def stages(self) -> int:
        """How many stages there are in all."""
        return len(self.jobs) + 2 if self.jobs else 1

    def records(self) -> tuple[ChapterRecord, ...]:
        """What the report is to know of the chapters that were run now."""
        took = {outcome.stage: outcome for outcome in self.done}
        return tuple(
            ChapterRecord(
                name=job.chapter,
                notebook=job.notebook,
                parameters=job.parameters,
                started=took[job.chapter].started,
                seconds=took[job.chapter].seconds,
            )
            for job in self.jobs
        )


class Flow:
    """The stages under way in a pool: what a study does next when one is done."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._waiting: dict[Future, tuple[StudyRun, str]] = {}

    def begin(self, study: StudyRun) -> None:
        """Submits a study's first stage."""
        if study.jobs:
            self._submit(study, "data", "prepare", study.name, study.building, study.root)
        else:
            self._bind(study)

    def outcomes(self) -> Iterator[Outcome]:
        """Every stage's outcome as it comes in; what follows it has been submitted by then."""
        while self._waiting:
            for future in wait(self._waiting, return_when=FIRST_COMPLETED).done:
                study, stage = self._waiting.pop(future)
                outcome = _outcome(future, study.name, stage)
                study.done.append(outcome)
                self._follow(study, outcome)
                yield outcome

    def _follow(self, study: StudyRun, outcome: Outcome) -> None:
        if outcome.stage == "report" or study.failures:
            return
        if outcome.stage == "data":
            for job in study.jobs:
                self._submit(study, job.chapter, "run_chapter", job)
        elif len(study.done) == study.stages - 1:
            self._bind(study)

    def _bind(self, study: StudyRun) -> None:
        given = (study.name, study.run, study.building, study.root, study.records())
        self._submit(study, "report", "bind", *given)

    def _submit(self, study: StudyRun, stage: str, work: str, *given: object) -> None:
        self._waiting[submit(self._pool, work, *given)] = (study, stage)


def exit_code(failures: list[Failure]) -> int:
    """0 without failures, the code of a single one, 15 when there are several."""
    if len(failures) > 1:
        return BatchError.exit_code
    return failures[0].exit_code if failures else 0


def _outcome(future: Future, study: str, stage: str) -> Outcome:
    """The outcome a worker returned, or the failure that it never did."""
    if future.exception() is None:
        return future.result()
    text = AnalysisError(
        "The process that ran this stage ended without a word.",
        where=stage,
        why="nothing of this stage was kept",
        do="check that memory suffices, or run one at a time with --workers 1, then run again",
    ).text()
    lost = Failure(stage=stage, kind="lost worker", text=text, exit_code=BatchError.exit_code)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Outcome(study=study, stage=stage, started=now, seconds=0.0, failure=lost)
