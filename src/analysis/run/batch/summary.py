"""What became of a batch: counts, the slowest chapters, how long it took and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.run.batch.decide import Decision
from analysis.run.job import Failure, Outcome, StudyOutcome

_SLOWEST = 5
# Stages of a run that are no chapters.
OWN = ("plan", "data", "report")


@dataclass
class Tally:
    """The state of a batch under way.

    Attributes:
        kept, planned: chapters that are up to date; chapters that are to run.
        done: chapters that were run, with study, run, chapter and seconds.
        failures: what failed, with study and run.
        placed, runs: runs that were put in place, and that are to be.
        expected: mean seconds of each chapter when it was run before.
        notes: what else is to be told, each once.
    """

    kept: int
    planned: int
    runs: int
    expected: Mapping[str, float]
    done: list[tuple[str, str, str, float]] = field(default_factory=list)
    failures: list[tuple[str, str, Failure]] = field(default_factory=list)
    placed: int = 0
    notes: list[str] = field(default_factory=list)

    def ended(self, run: str, outcome: Outcome) -> None:
        """Counts a stage that has ended."""
        if outcome.note and outcome.note not in self.notes:
            self.notes.append(outcome.note)
        if outcome.failure is None and outcome.stage not in OWN:
            self.done.append((outcome.study, run, outcome.stage, outcome.seconds))

    def closed(self, outcome: StudyOutcome) -> None:
        """Counts a run of which nothing is under way any more."""
        self.placed += outcome.report is not None
        self.failures += [(outcome.study, outcome.run, each) for each in outcome.failures]

    @property
    def left(self) -> int:
        """Chapters that are still to run."""
        failed = sum(failure.stage not in OWN for _, _, failure in self.failures)
        return max(self.planned - len(self.done) - failed, 0)

    def seconds_left(self, waiting: Sequence[str], workers: int) -> float | None:
        """About how long the rest takes, from how long chapters took before; None if unknown.

        Args:
            waiting: the chapters that are still to run.
            workers: how many run at once.
        """
        took: dict[str, list[float]] = {}
        for _, _, chapter, seconds in self.done:
            took.setdefault(chapter, []).append(seconds)
        known = dict(self.expected) | {c: sum(own) / len(own) for c, own in took.items()}
        if not known:
            return None
        usual = sum(known.values()) / len(known)
        return sum(known.get(chapter, usual) for chapter in waiting) / workers

    def slowest(self) -> list[tuple[str, str, str, float]]:
        """The chapters that took longest, slowest first."""
        return sorted(self.done, key=lambda each: -each[3])[:_SLOWEST]


def tally(decisions: Sequence[Decision], expected: Mapping[str, float]) -> Tally:
    """The state of a batch of which nothing has been done yet."""
    steps = [step for decision in decisions for step in decision.steps]
    planned = sum(bool(step.reason) for step in steps)
    runs = sum(bool(decision.reason) for decision in decisions)
    return Tally(kept=len(steps) - planned, planned=planned, runs=runs, expected=expected)


def duration(seconds: float) -> str:
    """A time that people read: `12.3 s`, `4 min 10 s`, `2 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
