"""One study on its way: prepare, then its chapters at the same time, then the report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from analysis.errors import AnalysisError, BatchError
from analysis.report.record import ChapterRecord
from analysis.run.job import Failure, Job, Outcome

LOST = "lost worker"
# A stage whose worker was killed is carried out again this often, whatever the batch allows.
_LOST_AGAIN = 3


class Engine(Protocol):
    """Where stages are carried out: processes of this machine, or workers elsewhere."""

    workers: int

    def submit(self, stage: str, *given: object) -> Future:
        """The outcome to come of a stage."""

    def close(self) -> None:
        """Ends what has nothing left to do."""

    def stop(self) -> None:
        """Ends everything now."""


@dataclass
class StudyRun:
    """A study's run: its folders, its jobs, and what became of its stages so far.

    Attributes:
        good, building: where the report is to be, and where it is built.
        jobs: chapters to run; none, and none kept, binds again what was run before.
        kept: chapters that are up to date, as they were run.
        bound: the hash of what its report depends on, where it is known.
        begun: stages that were given to the engine.
        waiting: how many of them have not ended.
        notes: stages that were carried out again, and why.
    """

    name: str
    run: str
    root: Path
    good: Path
    building: Path
    jobs: list[Job]
    kept: list[ChapterRecord] = field(default_factory=list)
    done: list[Outcome] = field(default_factory=list)
    bound: str = ""
    begun: set[str] = field(default_factory=set)
    waiting: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why stages failed, in the order of the book."""
        order = ["plan", "data", *(job.chapter for job in self.jobs), "report"]
        failures = [outcome.failure for outcome in self.done if outcome.failure]
        return tuple(sorted(failures, key=lambda failure: order.index(failure.stage)))

    @property
    def stages(self) -> int:
        """How many stages there are in all."""
        return len(self.jobs) + 2 if self.jobs or self.kept else 1

    @property
    def to_come(self) -> list[str]:
        """Stages that are still to be given to the engine."""
        stages = ["data", *(job.chapter for job in self.jobs)] if self.jobs or self.kept else []
        left = [stage for stage in [*stages, "report"] if stage not in self.begun]
        return [] if self.failures else left

    def records(self) -> tuple[ChapterRecord, ...]:
        """What the report is to know of its chapters, but for those that a person chose to keep."""
        took = {outcome.stage: outcome for outcome in self.done}
        ran = [
            ChapterRecord(
                name=job.chapter,
                notebook=job.notebook,
                parameters=job.parameters,
                started=took[job.chapter].started,
                seconds=took[job.chapter].seconds,
            )
            for job in self.jobs
        ]
        return tuple(sorted([*self.kept, *ran], key=lambda record: record.name))


class Flow:
    """The stages under way in an engine: what a study does next when one is done.

    Args:
        engine: where stages are carried out.
        retries: how often a chapter that failed is tried again.
    """

    def __init__(self, engine: Engine, retries: int = 0) -> None:
        self._engine, self._retries = engine, retries
        self._waiting: dict[Future, tuple[StudyRun, str, tuple]] = {}
        self._again: Counter[tuple[int, str, bool]] = Counter()
        self._open: dict[int, StudyRun] = {}
        self._since: dict[Future, float] = {}

    def begin(self, study: StudyRun) -> None:
        """Submits a study's first stage."""
        self._open[id(study)] = study
        if study.jobs or study.kept:
            self._submit(study, "data", "prepare", study.name, study.building, study.root)
        else:
            self._bind(study)

    def running(self) -> list[tuple[str, str, str]]:
        """Study, run and stage of what the workers have in hand."""
        stages = [self._waiting[future] for future in self._in_hand()]
        return [(study.name, study.run, stage) for study, stage, _ in stages]

    def waiting(self) -> list[tuple[str, float]]:
        """Stages of the studies under way that have not ended, and the seconds each took so far."""
        since, now = self._in_hand(), time.monotonic()
        begun = [(s, now - since.get(each, now)) for each, (_, s, _) in self._waiting.items()]
        to_come = [stage for study in self._open.values() for stage in study.to_come]
        return begun + [(stage, 0.0) for stage in to_come]

    def outcomes(self, every: float | None = None) -> Iterator[tuple[StudyRun, Outcome] | None]:
        """Every stage's outcome as it comes in; what follows it has been submitted by then.

        An outcome that is marked so was a failed attempt, and the stage is carried out again.

        Args:
            every: seconds after which None comes where nothing else did.
        """
        while self._waiting:
            ended = wait(self._waiting, timeout=every, return_when=FIRST_COMPLETED).done
            if not ended:
                yield None
            for future in ended:
                study, stage, given = self._waiting.pop(future)
                study.waiting -= 1
                outcome = _outcome(future, study.name, stage)
                if self._tried_again(study, outcome, given):
                    study.notes.append(f"{stage} was run again after: {outcome.failure.kind}")
                    yield study, replace(outcome, again=True)
                    continue
                study.done.append(outcome)
                self._follow(study, outcome)
                if not study.waiting:
                    self._open.pop(id(study), None)
                yield study, outcome

    def _in_hand(self) -> dict[Future, float]:
        """What the workers have in hand, since when: they take stages in the order of submission.

        An engine of processes calls also that one running which the next free worker will take, and
        a cluster does not say.
        """
        now = time.monotonic()
        first = [future for future in self._waiting if not future.done()][: self._engine.workers]
        self._since = {future: self._since.get(future, now) for future in first}
        return self._since

    def _tried_again(self, study: StudyRun, outcome: Outcome, given: tuple) -> bool:
        if outcome.failure is None:
            return False
        lost = outcome.failure.kind == LOST
        chapter = any(outcome.stage == job.chapter for job in study.jobs)
        most = _LOST_AGAIN if lost else self._retries if chapter else 0
        key = (id(study), outcome.stage, lost)
        self._again[key] += 1
        if self._again[key] > most:
            return False
        self._submit(study, outcome.stage, *given)
        return True

    def _follow(self, study: StudyRun, outcome: Outcome) -> None:
        if outcome.stage == "report" or study.failures:
            return
        if outcome.stage == "data":
            for job in study.jobs:
                self._submit(study, job.chapter, "run_chapter", job)
        if len(study.done) == study.stages - 1:
            self._bind(study)

    def _bind(self, study: StudyRun) -> None:
        given = (study.name, study.run, study.building, study.root, study.records())
        self._submit(study, "report", "bind", *given)

    def _submit(self, study: StudyRun, stage: str, work: str, *given: object) -> None:
        study.waiting += 1
        study.begun.add(stage)
        self._waiting[self._engine.submit(work, *given)] = (study, stage, (work, *given))


def exit_code(failures: list[Failure]) -> int:
    """0 without failures, the code of a single one, 15 when there are several."""
    if len(failures) > 1:
        return BatchError.exit_code
    return failures[0].exit_code if failures else 0


def _outcome(future: Future, study: str, stage: str) -> Outcome:
    """The outcome a worker returned, or the failure that it never did."""
    # Processes tell a lost worker by an exception, a cluster by a cancellation.
    if not future.cancelled() and future.exception() is None:
        return future.result()
    if not future.cancelled() and isinstance(future.exception(), BatchError):
        raise future.exception()
    text = AnalysisError(
        "The process that ran this stage ended without a word.",
        where=stage,
        why="nothing of this stage was kept",
        do="check that memory suffices, or run one at a time with --workers 1, then run again",
    ).text()
    lost = Failure(stage=stage, kind=LOST, text=text, exit_code=BatchError.exit_code)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Outcome(study=study, stage=stage, started=now, seconds=0.0, failure=lost)
