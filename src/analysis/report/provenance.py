"""Where every number of a report came from: hashes of what went in, versions, parameters, times.

`provenance.json` holds no absolute path, no name of a user or a machine. Between two runs of the
same inputs only what stands under ``times`` may differ; `report.times` lists it for every file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.plan.lock import plan_hash
from analysis.plan.schema import Plan
from analysis.report.environment import environment, history
from analysis.report.hashing import (
    content_hash,
    file_hash,
    notebook_hash,
    source_hashes,
)
from analysis.report.received import data_hashes
from analysis.report.record import ChapterRecord
from analysis.result.files import replace_file

FILE = "provenance.json"
# What a chapter's numbers depend on; a kept chapter is compared with the present run by these.
INPUTS = ("data", "plan", "program", "environment")


def note_inputs(folder: Path, plan: Plan, root: Path) -> None:
    """Writes what goes into a run, as it is now; chapters kept from before stay noted as they were.

    Raises:
        DataError: the folder cannot be written.
    """
    study = plan.study.name
    sources = source_hashes(Path(__file__).parents[1])
    before = read_provenance(folder)
    noted = {
        "study": study,
        "simulated": plan.study.simulated,
        "seed": plan.seed,
        "data": data_hashes(plan, root),
        "plan": {
            "file": f"plans/{study}.yaml",
            "sha256": file_hash(root / "plans" / f"{study}.yaml"),
            "content": plan_hash(plan),
        },
        "program": {
            "name": "analysis",
            "sha256": content_hash(sources),
            **history(root),
            "files": sources,
        },
        "environment": environment(root),
        "chapters": before.get("chapters", {}),
        "times": {"chapters": {}} | before.get("times", {}),
    }
    _write(folder, noted)


def note_chapters(folder: Path, run: str, records: Sequence[ChapterRecord]) -> dict:
    """Adds what is known of the chapters that were run now, and returns the whole provenance."""
    noted = read_provenance(folder)
    noted["run"] = run
    inputs = input_hashes(noted)
    for record in records:
        noted["chapters"][record.name] = {
            "notebook": f"notebooks/{record.notebook.name}",
            "sha256": notebook_hash(record.notebook),
            "parameters": dict(record.parameters),
            "inputs": inputs,
        }
        noted["times"]["chapters"][record.name] = {
            "started": record.started,
            "seconds": record.seconds,
        }
    if records:
        noted["times"]["started"] = min(record.started for record in records)
        noted["times"]["seconds"] = round(sum(record.seconds for record in records), 2)
    noted["chapters"] = dict(sorted(noted["chapters"].items()))
    noted["times"]["chapters"] = dict(sorted(noted["times"]["chapters"].items()))
    _write(folder, noted)
    return noted


def input_hashes(noted: Mapping) -> dict[str, str]:
    """One hash a kind of input: data, plan, program, environment."""
    return {
        "data": content_hash(noted["data"]),
        "plan": noted["plan"]["content"],
        "program": noted["program"]["sha256"],
        "environment": noted["environment"]["sha256"],
    }


def outdated(noted: Mapping) -> dict[str, list[str]]:
    """Chapters kept from an earlier run whose inputs have changed since, and which changed."""
    now = input_hashes(noted)
    changed = {
        name: [kind for kind in INPUTS if chapter["inputs"][kind] != now[kind]]
        for name, chapter in noted["chapters"].items()
    }
    return {name: kinds for name, kinds in changed.items() if kinds}


def read_provenance(folder: Path) -> dict:
    """The provenance noted in a run folder; empty where there is none yet."""
    path = folder / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _write(folder: Path, noted: dict) -> None:
    text = json.dumps(noted, indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / FILE, text.encode())
