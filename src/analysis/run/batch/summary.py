"""What became of a batch: counts, the slowest chapters, how long it took and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analysis.run.batch.decide import Decision
from analysis.run.job import Failure, Outcome, StudyOutcome

STOPPED, LOST = "stopped", "lost"
_SLOWEST = 5
# Stages of a run that are no chapters.
OWN = ("plan", "data", "report")
# A stage that already took longer than usual is taken to need this share of its time once more.
_LATE = 0.1


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What is in hand and to come.

    Attributes:
        running: study, run and stage of what the workers have in hand.
        waiting: how many chapters wait.
        seconds: about how long all of it takes; None if unknown.
    """

    running: Sequence[tuple[str, str, str]]
    waiting: int
    seconds: float | None = None


@dataclass
class Tally:
    """The state of a batch under way.

    Attributes:
        kept, planned: chapters that are up to date; chapters that are to run.
        done: chapters that were run, with study, run, chapter and seconds.
        failures: what failed, with study and run.
        placed, runs: runs that were put in place, and that are to be.
        expected: mean seconds of each chapter, and other stage, when it was run before.
        unplaced: study and run of those that are still to be put in place.
        again: how often a stage was carried out again, by the kind of failure.
        times: when the first stage of a run was begun and the last one ended.
        notes: what else is to be told, each once.
        ending: ``ended``, ``stopped`` by the person, or ``lost``, as the cluster cannot go on.
        why: the message where it was lost.
        unrecorded: why the index or the record of the batch could not be written; empty if it was.
    """

    kept: int
    planned: int
    runs: int
    expected: Mapping[str, float]
    done: list[tuple[str, str, str, float]] = field(default_factory=list)
    failures: list[tuple[str, str, Failure]] = field(default_factory=list)
    placed: int = 0
    unplaced: set[tuple[str, str]] = field(default_factory=set)
    again: Counter[str] = field(default_factory=Counter)
    times: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    ending: str = "ended"
    why: str = ""
    unrecorded: str = ""
    _took: dict[str, list[float]] = field(default_factory=dict)

    def announce(self, more: int) -> None:
        """Counts chapters that were up to date when the batch began and are to run now."""
        self.planned += more
        self.kept -= more

    def ended(self, run: str, outcome: Outcome) -> None:
        """Counts a stage that has ended, or an attempt at it."""
        if outcome.note and outcome.note not in self.notes:
            self.notes.append(outcome.note)
        self._time(run, outcome)
        if outcome.again:
            self.again[outcome.failure.kind] += 1
        elif outcome.failure is None:
            self._took.setdefault(outcome.stage, []).append(outcome.seconds)
            if outcome.stage not in OWN:
                self.done.append((outcome.study, run, outcome.stage, outcome.seconds))

    def closed(self, outcome: StudyOutcome) -> None:
        """Counts a run of which nothing is under way any more."""
        if outcome.report is not None:
            self.placed += 1
            self.unplaced.discard((outcome.study, outcome.run))
        self.failures += [(outcome.study, outcome.run, each) for each in outcome.failures]

    def seconds_left(self, stages: Sequence[tuple[str, float]], workers: int) -> float | None:
        """About how long the rest takes, from how long stages took before; None if unknown.

        Args:
            stages: what has not ended, with the seconds that each took so far.
            workers: how many run at once.
        """
        known = dict(self.expected) | {s: sum(own) / len(own) for s, own in self._took.items()}
        chapters = [seconds for stage, seconds in known.items() if stage not in OWN]
        if not chapters:
            return None
        usual = sum(chapters) / len(chapters)
        left = [max(known.get(s, usual) - so_far, _LATE * so_far) for s, so_far in stages]
        # One stage cannot be shared by two workers.
        return max([sum(left) / workers, *left])

    def _time(self, run: str, outcome: Outcome) -> None:
        if not outcome.started:
            return
        took = timedelta(seconds=outcome.seconds)
        end = (datetime.fromisoformat(outcome.started) + took).isoformat(timespec="seconds")
        first, last = self.times.get((outcome.study, run), (outcome.started, end))
        self.times[outcome.study, run] = min(first, outcome.started), max(last, end)

    def slowest(self) -> list[tuple[str, str, str, float]]:
        """The chapters that took longest, slowest first."""
        return sorted(self.done, key=lambda each: -each[3])[:_SLOWEST]


def tally(decisions: Sequence[Decision], expected: Mapping[str, float]) -> Tally:
    """The state of a batch of which nothing has been done yet."""
    steps = [step for decision in decisions for step in decision.steps]
    planned = sum(bool(step.reason) for step in steps)
    runs = {(each.run.study, each.run.run) for each in decisions if each.reason}
    return Tally(
        kept=len(steps) - planned,
        planned=planned,
        runs=len(runs),
        expected=expected,
        unplaced=runs,
    )


def duration(seconds: float) -> str:
    """A time that people read: `12.3 s`, `4 min 10 s`, `2 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
