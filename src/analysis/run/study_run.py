"""A study's run under way: its folders, its chapters, and what became of its stages so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from analysis.report.record import ChapterRecord
from analysis.run.job import Failure, Job, Outcome


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
        again: how often each stage failed, and how often its worker was lost.
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
    again: Counter[tuple[str, bool]] = field(default_factory=Counter)

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
