"""A batch carried out: runs are begun as workers come free, and put in place one by one."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import AnalysisError, BatchError, UsageError
from analysis.report.record import ChapterRecord
from analysis.run import finished, folder
from analysis.run.batch.decide import Decision
from analysis.run.batch.layout import Layout
from analysis.run.batch.meanwhile import as_of_now, changed_on_the_way
from analysis.run.flow import Engine, Flow
from analysis.run.job import Failure, Job, Outcome, StudyOutcome
from analysis.run.study_run import StudyRun
from analysis.run.tasks import finish

# Runs under way beside those that the workers have in hand, so that no worker waits.
_AHEAD = 2


@dataclass(frozen=True)
class Ended:
    """A stage of a run that has ended, or an attempt at it."""

    run: str
    outcome: Outcome


@dataclass
class Carrier:
    """A batch under way.

    Attributes:
        layout, root: the batch and its project.
        queue: what is still to be begun.
        engine, server: where stages are carried out; the fork server, if there is one.
        since: what was begun before this time is run again; None is nothing.
        failed: chapters and other stages that failed so far.
        more: chapters that are to run beyond those announced, as their inputs changed since.
    """

    layout: Layout
    root: Path
    queue: deque[Decision]
    engine: Engine
    server: str | None
    since: str | None = None
    failed: int = 0
    more: int = 0
    flow: Flow | None = None
    open: dict[int, tuple[StudyRun, ExitStack]] = field(default_factory=dict)

    def outcomes(self, every: float) -> Iterator[Ended | StudyOutcome | None]:
        """What became of every stage, and of every run when its last stage has ended.

        None comes every so many seconds where nothing else does.
        """
        flow = self.flow = Flow(self.engine, self.layout.batch.retries)
        yield from self._refill(flow)
        for told in flow.outcomes(every):
            if told is None:
                yield None
                continue
            study, outcome = told
            if outcome.again:
                yield Ended(study.run, outcome)
                continue
            yield self._ended(study.run, outcome)
            if not study.waiting:
                yield from self._close(study)
            yield from self._refill(flow)

    def release(self) -> None:
        """Lets go of what is under way; what was finished of it stays for the next time."""
        for _, stack in self.open.values():
            stack.close()
        self.open.clear()

    @property
    def stopped(self) -> bool:
        """Whether so many have failed that nothing new is begun."""
        most = self.layout.batch.stop_after
        return most is not None and self.failed >= most

    def _ended(self, run: str, outcome: Outcome) -> Ended:
        self.failed += outcome.failure is not None
        return Ended(run, outcome)

    def _refill(self, flow: Flow) -> Iterator[Ended | StudyOutcome]:
        while self.queue and not self.stopped and len(self.open) < self.engine.workers + _AHEAD:
            decision = self.queue.popleft()
            stack = ExitStack()
            try:
                announced = len(decision.to_run)
                decision = as_of_now(self.layout, decision, self.root, self.since)
                self.more += len(decision.to_run) - announced
                study = self._begin(decision, stack)
            except BatchError:
                stack.close()
                self.queue.appendleft(decision)
                raise
            except (AnalysisError, OSError) as error:
                stack.close()
                outcome = _outcome(decision.run.study, _failure("data", error))
                yield self._ended(decision.run.run, outcome)
                yield _not_begun(decision, outcome)
                continue
            self.open[id(study)] = (study, stack)
            if study.failures:
                for outcome in study.done:
                    yield self._ended(study.run, outcome)
                yield from self._close(study)
            else:
                flow.begin(study)

    def _begin(self, decision: Decision, stack: ExitStack) -> StudyRun:
        run, good = decision.run, decision.good
        stack.enter_context(folder.held(good))
        building = folder.building_folder(good)
        study = StudyRun(run.study, run.run, self.root, good, building, [], bound=decision.bound)
        if run.study in self.layout.broken:
            building.mkdir(exist_ok=True)
            study.done = [_outcome(run.study, self.layout.broken[run.study])]
            return study
        kept = [step for step in decision.steps if not step.reason]
        building.mkdir(exist_ok=True)
        finished.keep_only(building, [s.chapter for s in kept if s.place == building])
        for step in kept:
            if step.place != building:
                finished.take_over(step.place, building, step.chapter)
        study.kept = [
            ChapterRecord(
                name=step.chapter,
                notebook=self.layout.notebooks[step.chapter],
                parameters=step.parameters,
                started=step.note.started,
                seconds=step.note.seconds,
            )
            for step in kept
        ]
        study.jobs = self._jobs(study, decision)
        return study

    def _jobs(self, study: StudyRun, decision: Decision) -> list[Job]:
        timeout = self.layout.batch.timeout
        return [
            Job(
                study=study.name,
                run=study.run,
                chapter=step.chapter,
                notebook=self.layout.notebooks[step.chapter],
                folder=study.building,
                root=self.root,
                parameters=dict(step.parameters),
                timeout=timeout.cell,
                notebook_timeout=timeout.notebook,
                server=self.server,
                inputs=dict(step.inputs),
            )
            for step in decision.to_run
        ]

    def _close(self, study: StudyRun) -> Iterator[Ended | StudyOutcome]:
        _, stack = self.open.pop(id(study))
        with stack:
            changed = None if study.failures else self._changed(study)
            if changed is not None:
                study.done.append(changed)
            closed = finish(study)
        if changed is not None:
            yield self._ended(study.run, changed)
        yield closed

    def _changed(self, study: StudyRun) -> Outcome | None:
        """Results of inputs that changed on the way are no results of either state."""
        difference = changed_on_the_way(self.layout, study)
        if not difference:
            return None
        shutil.rmtree(study.building / finished.CHAPTERS, ignore_errors=True)
        error = UsageError(
            f"While the run was made, {difference}.",
            where=f"{folder.REPORTS}/{study.name}/{study.run}",
            why="nobody could say which state the results are of",
            do="start the batch again; it runs what is needed",
        )
        return _outcome(study.name, _failure("report", error))


def _not_begun(decision: Decision, outcome: Outcome) -> StudyOutcome:
    """A run that could not even be begun: its folder is held by another, or takes no files."""
    run, failures = decision.run, (outcome.failure,)
    return StudyOutcome(study=run.study, run=run.run, seconds=0.0, report=None, failures=failures)


def _failure(stage: str, error: Exception) -> Failure:
    known = error if isinstance(error, AnalysisError) else folder.cannot_write(error)
    kind = type(known).__name__
    return Failure(stage=stage, kind=kind, text=known.text(), exit_code=known.exit_code)


def _outcome(study: str, failure: Failure) -> Outcome:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Outcome(study=study, stage=failure.stage, started=now, seconds=0.0, failure=failure)


def left(decisions: Sequence[Decision]) -> deque[Decision]:
    """The runs of which anything is to be done, in their order."""
    return deque(decision for decision in decisions if decision.reason)
