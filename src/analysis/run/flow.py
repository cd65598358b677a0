"""Studies on their way: each is prepared, then its chapters at the same time, then its report."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import Protocol

from analysis.errors import BatchError
from analysis.run.job import Failure, Outcome
from analysis.run.lost import LOST, lost_outcome, outcome_of
from analysis.run.study_run import StudyRun

# A stage whose worker was killed is carried out again this often, whatever the batch allows.
_LOST_AGAIN = 3
# After so many it is carried out alone, so that it is known whether it is what ends its worker.
_SUSPECT = 2


class Engine(Protocol):
    """Where stages are carried out: processes of this machine, or workers elsewhere.

    Attributes:
        workers: how many stages are carried out at once.
        together: whether what ends one worker ends all of them.
    """

    workers: int
    together: bool

    def submit(self, stage: str, *given: object) -> Future:
        """The outcome to come of a stage."""

    def in_hand_when_lost(self, future: Future) -> bool:
        """Whether a worker had a stage in hand when it was lost, or it still waited for one."""

    def begun_again(self) -> list[Future]:
        """Stages that the engine itself began again since it was last asked: a worker was lost."""

    def close(self) -> None:
        """Ends what has nothing left to do."""

    def stop(self) -> None:
        """Ends everything now."""


# A study, a stage, and the function and arguments that the engine is given for it.
_Given = tuple[StudyRun, str, tuple]


class Flow:
    """The stages under way in an engine: what a study does next when one is done.

    Args:
        engine: where stages are carried out.
        retries: how often a chapter that failed is tried again.
    """

    def __init__(self, engine: Engine, retries: int = 0) -> None:
        self._engine, self._retries = engine, retries
        self._waiting: dict[Future, _Given] = {}
        # What is still to be given to the engine: at once, and when it has nothing else.
        self._held: deque[_Given] = deque()
        self._suspects: deque[_Given] = deque()
        self._alone: Future | None = None
        self._open: dict[tuple[str, str], StudyRun] = {}
        self._since: dict[Future, float] = {}

    def begin(self, study: StudyRun) -> None:
        """Submits a study's first stage."""
        self._open[study.name, study.run] = study
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
        to_come = [stage for _, stage, _ in [*self._held, *self._suspects]]
        to_come += [stage for study in self._open.values() for stage in study.to_come]
        return begun + [(stage, 0.0) for stage in to_come]

    def outcomes(self, every: float | None = None) -> Iterator[tuple[StudyRun, Outcome] | None]:
        """Every stage's outcome as it comes in; what follows it has been submitted by then.

        An outcome that is marked so was a failed attempt, and the stage is carried out again.

        Args:
            every: seconds after which None comes where nothing else did.
        """
        while self._waiting:
            ended = wait(self._waiting, timeout=every, return_when=FIRST_COMPLETED).done
            yield from self._begun_again()
            if not ended:
                yield None
            # In the order of submission, so that what was lost is given again in that order.
            for future in [each for each in self._waiting if each in ended]:
                study, outcome = self._take(future)
                if outcome is not None:
                    yield study, outcome

    def _take(self, future: Future) -> tuple[StudyRun, Outcome | None]:
        """Takes in what has ended; None where it was lost before a worker began it."""
        study, stage, given = self._waiting.pop(future)
        study.waiting -= 1
        outcome = outcome_of(future, study.name, stage)
        lost = outcome.failure is not None and outcome.failure.kind == LOST
        if lost and not self._engine.in_hand_when_lost(future):
            self._submit(study, stage, *given)
            return study, None
        if self._tried_again(study, outcome, given):
            outcome = _again(study, outcome)
        else:
            study.done.append(outcome)
            self._follow(study, outcome)
        if not study.waiting:
            self._open.pop((study.name, study.run), None)
        self._give()
        return study, outcome

    def _begun_again(self) -> Iterator[tuple[StudyRun, Outcome]]:
        """What the engine gave to another worker by itself counts as lost, as often as it did."""
        for future in self._engine.begun_again():
            if future in self._waiting:
                study, stage, _ = self._waiting[future]
                study.again[stage, True] += 1
                yield study, _again(study, lost_outcome(study.name, stage))

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
        study.again[outcome.stage, lost] += 1
        if study.again[outcome.stage, lost] > most:
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

    def _submit(self, study: StudyRun, stage: str, *given: object) -> None:
        study.waiting += 1
        study.begun.add(stage)
        suspect = self._engine.together and study.again[stage, True] >= _SUSPECT
        (self._suspects if suspect else self._held).append((study, stage, given))
        self._give()

    def _give(self) -> None:
        """Gives the engine what it may have now: a suspect only where nothing else is under way."""
        if self._alone in self._waiting:
            return
        while self._held:
            self._hand_over(self._held.popleft())
        if self._suspects and not self._waiting:
            self._alone = self._hand_over(self._suspects.popleft())

    def _hand_over(self, given: _Given) -> Future:
        future = self._engine.submit(*given[2])
        self._waiting[future] = given
        return future


def _again(study: StudyRun, outcome: Outcome) -> Outcome:
    study.notes.append(f"{outcome.stage} was run again after: {outcome.failure.kind}")
    return replace(outcome, again=True)


def exit_code(failures: list[Failure]) -> int:
    """0 without failures, the code of a single one, 15 when there are several."""
    if len(failures) > 1:
        return BatchError.exit_code
    return failures[0].exit_code if failures else 0
