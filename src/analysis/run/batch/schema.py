"""What a batch file may say: which studies and chapters, over which values, within which bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.plan.scalars import Plain


@dataclass(frozen=True)
class Timeout:
    """Seconds that a cell, and a whole notebook, may take; None is no limit."""

    cell: int | None = 1800
    notebook: int | None = None


@dataclass(frozen=True)
class Grid:
    """Further runs of some chapters, one for each combination of values.

    Attributes:
        label: what they are for, in words.
        chapters: the chapters that are run.
        studies: those of the batch if left out.
        each: values by parameter; every combination is a run.
        listed: combinations written out, each a run.
    """

    label: str
    chapters: tuple[str, ...]
    studies: tuple[str, ...] | None = None
    each: dict[str, tuple[Plain, ...]] | None = None
    listed: tuple[dict[str, Plain], ...] = ()


@dataclass(frozen=True)
class Batch:
    """A batch file as read.

    Attributes:
        label: what the batch is for, in words.
        studies: every study that has a plan, if left out.
        chapters: those that a study's plan asks for, if left out.
        run: the name of the runs as planned; runs of a grid add their values to it.
        planned: whether the run as planned is part of the batch.
        grids: further runs, by a name.
        timeout: bounds in seconds.
        retries: how often a chapter that failed is tried again.
        stop_after: failed stages after which nothing new is begun; None is never.
        slurm: what SLURM jobs are asked for, such as `queue` and `memory`.
    """

    label: str
    studies: tuple[str, ...] | None = None
    chapters: tuple[str, ...] | None = None
    run: str = "main"
    planned: bool = True
    grids: dict[str, Grid] = field(default_factory=dict)
    timeout: Timeout = field(default_factory=Timeout)
    retries: int = 0
    stop_after: int | None = None
    slurm: dict[str, Plain] = field(default_factory=dict)
