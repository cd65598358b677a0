"""The parts of an RO-Crate as this project writes them: files, sources, actions, parameters."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rocrate.model import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from analysis.report.hashing import file_hash
from analysis.report.times import holds_times
from analysis.result.files import replace_file

FILE = "ro-crate-metadata.json"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_METADATA = ("https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0")
_FORMATS = {
    "html": "text/html",
    "csv": "text/csv",
    "json": "application/json",
    "ipynb": "application/x-ipynb+json",
    "parquet": "application/vnd.apache.parquet",
    "yaml": "application/yaml",
    "md": "text/markdown",
}
_COMPLETED, _FAILED = (f"http://schema.org/{word}ActionStatus" for word in ("Completed", "Failed"))
_LICENCE = "Not stated here: the source of the data says who may use them and how."
_BIOSCHEMAS = "https://bioschemas.org/profiles/"


class Crate:
    """An RO-Crate that is written beside the files that it describes."""

    def __init__(self, *, name: str, description: str, published: str | None) -> None:
        self._crate = ROCrate(version="1.1")
        self._crate.name, self._crate.description = name, description
        self._crate.license = _LICENCE
        # The library would put the present moment here.
        self._crate.root_dataset["datePublished"] = published or "1970-01-01"
        # Of schema.org, and younger than the context of RO-Crate 1.1.
        self._crate.metadata.extra_terms["sha256"] = "http://schema.org/sha256"
        self._crate.metadata["conformsTo"] = [{"@id": address} for address in _METADATA]
        for address, (title, version) in _PROFILES.items():
            profile = self._context(address, "CreativeWork", name=title, version=version)
            self._crate.root_dataset.append_to("conformsTo", profile)

    def file(self, name: str, path: Path, words: str, **more: object) -> File:
        """A file of the folder, by its place in it."""
        return self._crate.add_file(dest_path=name, properties=_said(name, path, words) | more)

    def workflow(self, name: str, path: Path, *, words: str, language: str) -> File:
        """The file that says what is done; the main entity of the crate."""
        kinds = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
        file = self.file(name, path, words, **{"@type": kinds})
        file["programmingLanguage"] = self._context(
            f"#{language}", "ComputerLanguage", name=language, url="https://yaml.org/"
        )
        file["conformsTo"] = {"@id": _BIOSCHEMAS + "ComputationalWorkflow/1.0-RELEASE"}
        self._crate.mainEntity = file
        return file

    def folder(self, name: str, words: str) -> ContextEntity:
        """A folder inside the crate that is a crate of its own."""
        inner = self._crate.add_dataset(dest_path=name, properties={"name": words})
        inner["conformsTo"] = {"@id": "https://w3id.org/ro/crate"}
        about = self._crate.add_file(
            dest_path=f"{name}/{FILE}",
            properties={"name": f"The crate of {words}", "encodingFormat": "application/ld+json"},
        )
        inner["subjectOf"] = about
        return inner

    def elsewhere(self, name: str, sha256: str) -> ContextEntity:
        """A file that is not in the folder, named by its hash."""
        return self._context(named_by_hash(sha256), "CreativeWork", name=name, sha256=sha256)

    def source(self, name: str, version: str) -> ContextEntity:
        """A notebook that was executed; its version is the hash of what it says."""
        return self._context(f"#{name}", "SoftwareSourceCode", name=name, version=version)

    def program(self, sha256: str, environment: Mapping) -> ContextEntity:
        """The package that did the work; its address is the hash of its source."""
        packages = environment["packages"]
        return self._context(
            named_by_hash(sha256),
            "SoftwareApplication",
            name="analysis",
            softwareVersion=packages.get("training-and-pain-outcomes", "not installed"),
            runtimePlatform=f"{environment['implementation']} {environment['python']}",
        )

    def value(self, identifier: str, name: str, value: object) -> ContextEntity:
        """A parameter and what it was."""
        text = "as planned" if value is None else value
        return self._context(identifier, "PropertyValue", name=name, value=text)

    def outputs(self, workflow: File, files: Sequence[File]) -> None:
        """What the workflow always writes, and the files that it wrote this time."""
        formal = self._context(
            "#output", "FormalParameter", name="output", additionalType="File", multipleValues=True
        )
        formal["conformsTo"] = {"@id": _BIOSCHEMAS + "FormalParameter/1.0-RELEASE"}
        workflow["output"] = formal
        for file in files:
            file["exampleOfWork"] = formal

    def action(
        self,
        identifier: str,
        instrument: ContextEntity | File,
        *,
        name: str,
        objects: Sequence,
        results: Sequence,
        error: str | None = None,
    ) -> ContextEntity:
        """What was done: with which instrument, to what, and what came of it."""
        action = self._context(identifier, "CreateAction", name=name)
        action["instrument"] = instrument
        for key, parts in (("object", objects), ("result", results)):
            if parts:
                # The recommendations of RO-Crate: one value is no list of one.
                action[key] = list(parts) if len(parts) > 1 else parts[0]
        action["actionStatus"] = _FAILED if error else _COMPLETED
        if error:
            action["error"] = error
        self._crate.root_dataset.append_to("mentions", action)
        return action

    def write(self, folder: Path) -> None:
        """Writes the description, the same bytes for the same things."""
        content = self._crate.metadata.generate()
        content["@graph"] = sorted(content["@graph"], key=lambda entity: entity["@id"])
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        replace_file(folder / FILE, text.encode())

    def _context(self, identifier: str, kind: str, **said: object) -> ContextEntity:
        properties = {"@type": kind, **said}
        return self._crate.add(ContextEntity(self._crate, identifier, properties=properties))


def named_by_hash(sha256: str) -> str:
    """The address of a thing by its hash, as RFC 6920 writes it."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def timed(action: ContextEntity, started: str | None, ended: str | None) -> None:
    """Says when an action was begun and when it ended, where both are known."""
    if started and ended:
        action["startTime"], action["endTime"] = started, ended


def last_end(chapters: Mapping) -> str | None:
    """When the last chapter of a run ended, from when each began and how long it took."""
    ends = [end_of(each["started"], each["seconds"]) for each in chapters.values()]
    return max(ends, default=None)


def end_of(started: str, seconds: float) -> str:
    """When what began then and took so long ended."""
    return (datetime.fromisoformat(started) + timedelta(seconds=seconds)).isoformat(
        timespec="seconds"
    )


def _said(name: str, path: Path, words: str) -> dict[str, str]:
    ending = name.rpartition(".")[2]
    return {
        "name": words,
        "encodingFormat": _FORMATS.get(ending, "application/octet-stream"),
    } | ({} if holds_times(name) else {"sha256": file_hash(path)})
