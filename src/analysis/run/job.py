"""One chapter to run and what became of it, as plain records that travel between processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Job:
    """A chapter to run.

    Attributes:
        study, run, chapter: their names.
        notebook: the chapter's notebook.
        folder: the run folder being built.
        root: the project folder, in which the kernel starts.
        parameters: values set for this run, beside `study` and `run`.
        timeout, notebook_timeout: seconds that a cell and the whole may take; None is no limit.
        server: address of the fork server; None is the plain kernel.
        inputs: what its results depend on, noted beside them.
    """

    study: str
    run: str
    chapter: str
    notebook: Path
    folder: Path
    root: Path
    parameters: dict[str, object] = field(default_factory=dict)
    timeout: int | None = None
    notebook_timeout: int | None = None
    server: str | None = None
    inputs: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a stage of a study failed.

    Attributes:
        stage: ``plan``, ``data``, ``report`` or the name of a chapter.
        kind: name of the error, such as ``DataError``, ``timeout``, ``dead kernel``.
        text: the message as lines.
        exit_code: the exit code of this kind.
        notebook: the notebook as far as it ran, by its place in the run folder; None without one.
    """

    stage: str
    kind: str
    text: str
    exit_code: int
    notebook: str | None = None

    def place(self, study: str, run: str) -> str | None:
        """Where the notebook as far as it ran is kept; None without one."""
        return self.notebook and f"reports/{study}/{run}.failed/{self.notebook}"

    def told(self, study: str, run: str) -> str:
        """The message, with the place of the notebook as far as it ran."""
        place = self.place(study, run)
        return f"{self.text}\n  Notebook: {place}" if place else self.text

    def record(self) -> dict[str, object]:
        """The failure as plain values for ``status.json``."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one stage of one study.

    Attributes:
        study, stage: their names.
        started, seconds: when it was begun, and how long it took.
        failure: why it failed; None if it did not.
        note: what else is to be told.
        again: whether the stage is carried out once more after it failed.
    """

    study: str
    stage: str
    started: str
    seconds: float
    failure: Failure | None = None
    note: str | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class StudyOutcome:
    """What became of a study's run: the report's path when complete, else its failures; notes."""

    study: str
    run: str
    seconds: float
    report: Path | None
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
