"""A run as a Workflow Run RO-Crate: what was run, on what, with what, and what came of it.

The crate describes the files of a run folder where they lie; nothing is copied. What went in and
lies elsewhere, as the raw data, is named by its hash (RFC 6920) and not copied either. No person is
named as the one who ran it, since no output of a run names its user.

Source: Workflow Run RO-Crate 0.5 (Leo et al. 2024, PLoS ONE 19:e0309210), on RO-Crate 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rocrate.model import ContextEntity

from analysis.plan.schema import Plan
from analysis.report.crate_parts import FILE, Crate
from analysis.report.inputs import PLAN


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


_ABOUT = {
    "report.html": "The report",
    "results.parquet": "Every result, as a table",
    "results.csv": "Every result, as text",
    "provenance.json": "Hashes of all inputs, versions, parameters and times",
    "moved.json": "What moved since the run before, and why",
    "status.json": "What became of the run",
}


def write_run_crate(folder: Path, plan: Plan, noted: Mapping) -> None:
    """Writes ``ro-crate-metadata.json`` of a finished run.

    Args:
        folder: the run folder, with all its other files.
        plan: the analysis plan.
        noted: the provenance of the run.

    Raises:
        DataError: the file cannot be written.
    """
    study, run, times = noted["study"], noted["run"], noted["times"]
    crate = Crate(
        name=f"{plan.study.title}: {run}",
        description=f"The run {run} of the study {study}: results, chapters and report.",
        published=times.get("started"),
    )
    program = crate.program(noted["program"]["sha256"], noted["environment"])
    data = [crate.elsewhere(f"data/raw/{study}/{name}", sha) for name, sha in noted["data"].items()]
    workflow = crate.workflow(
        PLAN, folder / PLAN, words=f"The plan of {study} as it was run", language="YAML"
    )
    workflow["version"] = noted["plan"]["content"]
    outputs = [
        crate.file(name, folder / name, words)
        for name, words in _ABOUT.items()
        if (folder / name).is_file()
    ]
    crate.outputs(workflow, outputs)
    action = crate.action(
        f"#run-{run}", workflow, name=f"Run {run} of {study}", objects=data, results=outputs
    )
    chapters = [_chapter(crate, folder, name, noted, data) for name in noted["chapters"]]
    workflow["hasPart"] = [chapter["instrument"] for chapter in chapters]
    action["description"] = "All chapters of the study, and the report that was bound from them."
    _timed(action, times.get("started"), _last_end(times["chapters"]))
    workflow["softwareRequirements"] = program
    crate.write(folder)


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
    _timed(whole, batch.started, batch.ended)
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
    _timed(action, run.started, run.ended)
    return inner


def _failed(runs: Sequence[RunRecord]) -> str | None:
    failed = [f"{run.study}/{run.run}" for run in runs if run.error is not None]
    return f"{len(failed)} of {len(runs)} runs failed: {', '.join(failed)}" if failed else None


def _chapter(
    crate: Crate, folder: Path, name: str, noted: Mapping, data: Sequence[ContextEntity]
) -> ContextEntity:
    """The action of one chapter: its notebook, its parameters, what it wrote."""
    chapter, times = noted["chapters"][name], noted["times"]["chapters"].get(name, {})
    notebook = crate.source(chapter["notebook"], chapter["sha256"])
    given = [
        crate.value(f"#{name}-{key}", key, value) for key, value in chapter["parameters"].items()
    ]
    results = [
        crate.file(f"chapters/{path.name}", path, f"{words} of the chapter {name}")
        for suffix, words in (("ipynb", "The executed notebook"), ("parquet", "The results"))
        if (path := folder / "chapters" / f"{name}.{suffix}").is_file()
    ]
    action = crate.action(
        f"#chapter-{name}",
        notebook,
        name=f"Chapter {name}",
        objects=[*data, *given],
        results=results,
    )
    action["description"] = "A notebook executed by papermill with these parameters."
    started, seconds = times.get("started"), times.get("seconds", 0)
    _timed(action, started, _end(started, seconds) if started else None)
    return action


def _timed(action: ContextEntity, started: str | None, ended: str | None) -> None:
    if started and ended:
        action["startTime"], action["endTime"] = started, ended


def _last_end(chapters: Mapping) -> str | None:
    ends = [_end(each["started"], each["seconds"]) for each in chapters.values()]
    return max(ends, default=None)


def _end(started: str, seconds: float) -> str:
    return (datetime.fromisoformat(started) + timedelta(seconds=seconds)).isoformat(
        timespec="seconds"
    )
