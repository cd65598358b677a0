"""A batch as a Workflow Run RO-Crate: which runs were asked for, and what came of each.

Each finished run is a crate of its own, which `crate` writes; nothing is copied.

Source: Workflow Run RO-Crate 0.5 (Leo et al. 2024, PLoS ONE 19:e0309210), on RO-Crate 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rocrate.model import ContextEntity

from analysis.report.crate_parts import FILE, Crate, timed


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One run of a batch.

    Attributes:
        study, run: their names.
        folder: the run folder, from the batch's folder, such as ``demo/week12``.
        parameters: what was set for it.
        started, ended: ISO 8601 with the offset of UTC; None where it never began.
        error: why it failed, without a participant's value; None where it finished.
    """

    study: str
    run: str
    folder: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    started: str | None = None
    ended: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class BatchRecord:
    """A batch: its name, the file in its folder that asked for it, its times and its runs."""

    name: str
    definition: str
    started: str
    ended: str
    runs: Sequence[RunRecord]


def write_batch_crate(folder: Path, batch: BatchRecord) -> None:
    """Writes ``ro-crate-metadata.json`` of a batch: one action a run, each run a crate of its own.

    Args:
        folder: the folder of the batch, with the batch file and all run folders below it.
        batch: what was asked for and what became of each run.

    Raises:
        DataError: a file cannot be read or written.
    """
    crate = Crate(
        name=f"Batch {batch.name}",
        description=f"{len(batch.runs)} runs of studies, asked for in {batch.definition}.",
        published=batch.started,
    )
    workflow = crate.workflow(
        batch.definition,
        folder / batch.definition,
        words=f"The runs that the batch {batch.name} asks for",
        language="YAML",
    )
    runs = [_run(crate, workflow, folder, run) for run in batch.runs]
    whole = crate.action(
        f"#batch-{batch.name}",
        workflow,
        name=f"Batch {batch.name}",
        objects=[],
        results=[part for part in runs if part is not None],
        error=_failed(batch.runs),
    )
    whole["description"] = "All runs of the batch, finished and failed."
    timed(whole, batch.started, batch.ended)
    crate.write(folder)


def _run(
    crate: Crate, workflow: ContextEntity, folder: Path, run: RunRecord
) -> ContextEntity | None:
    """The action of one run; its folder as a crate inside the batch's where it finished."""
    name = f"{run.study}, {run.run}"
    inner = None
    if run.error is None and (folder / run.folder / FILE).is_file():
        inner = crate.folder(run.folder, f"the run {name}")
    given = [
        crate.value(f"#{run.study}-{run.run}-{key}", key, value)
        for key, value in run.parameters.items()
    ]
    action = crate.action(
        f"#run-{run.study}-{run.run}",
        workflow,
        name=f"Run {name}",
        objects=given,
        results=[inner] if inner is not None else [],
        error=run.error,
    )
    action["description"] = "Chapters of one study with these parameters, bound into a report."
    timed(action, run.started, run.ended)
    return inner


def _failed(runs: Sequence[RunRecord]) -> str | None:
    failed = [f"{run.study}/{run.run}" for run in runs if run.error is not None]
    return f"{len(failed)} of {len(runs)} runs failed: {', '.join(failed)}" if failed else None
