"""A run as a Workflow Run RO-Crate: what was run, on what, with what, and what came of it.

The crate describes the files of a run folder where they lie; nothing is copied. What went in and
lies elsewhere, as the raw data, is named by its hash (RFC 6920) and not copied either. No person is
named as the one who ran it, since no output of a run names its user.

Source: Workflow Run RO-Crate 0.5 (Leo et al. 2024, PLoS ONE 19:e0309210), on RO-Crate 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rocrate.model import ContextEntity

from analysis.plan.schema import Plan
from analysis.report.crate_parts import Crate, end_of, last_end, timed
from analysis.report.inputs import PLAN

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
    timed(action, times.get("started"), last_end(times["chapters"]))
    workflow["softwareRequirements"] = program
    crate.write(folder)


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
    timed(action, started, end_of(started, seconds) if started else None)
    return action
