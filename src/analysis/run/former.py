"""The run that a new one is compared with: where it is, and how its raw data differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analysis.data.cell_changes import Place
from analysis.data.cells import FileChange, changed_files
from analysis.data.files.integrity import SUMS
from analysis.report.inputs import InputChange
from analysis.report.moved import RESULTS, Former
from analysis.report.provenance import read_provenance

_NOT_KNOWN = "which rows is not known: nothing is kept here of what the file held"


def former_run(good: Path, building: Path, study: str, root: Path) -> Former | None:
    """The good run that is about to be replaced; None where there is none yet.

    Args:
        good: where the last good report of this name is.
        building: where the new one is built, with the provenance of what goes in.
        study: the study's name.
        root: the project's folder.
    """
    if not (good / RESULTS).is_file():
        return None
    return Former(folder=good, data=tuple(changed_data(good, building, study, root)))


def changed_data(before: Path, after: Path, study: str, root: Path) -> list[InputChange]:
    """What differs in the raw data of two run folders: file, lines and column, and no value.

    A provenance that cannot be read tells nothing here; who compares the runs will say so.
    """
    try:
        was, now = (read_provenance(folder)["data"] for folder in (before, after))
    except (KeyError, ValueError, OSError):
        return []
    found = changed_files(study, root, was, now)
    # The list of checksums changes with every file; it is no reason of its own.
    reasons = [file for file in found if file.file != SUMS] or found
    return [change for file in reasons for change in _inputs(file)]


def _inputs(file: FileChange) -> Iterator[InputChange]:
    if file.places:
        for place in file.places:
            yield _input(file.file, place.change, _place(place))
    elif file.change != "changed":
        yield _input(file.file, file.change, "")
    elif file.places is None:
        table = file.file.rpartition(".")[2] in ("csv", "xlsx", "parquet")
        yield _input(file.file, "changed", _NOT_KNOWN if table else "")
    else:
        yield _input(file.file, "changed", "no cell differs: the order of rows, or how it is saved")


def _input(name: str, change: str, place: str) -> InputChange:
    return InputChange(kind="data", name=name, change=change, place=place)


def _place(place: Place) -> str:
    if not place.rows:
        return f"the column {place.column}"
    lines = f"{'line' if place.lines.isdigit() else 'lines'} {place.lines}"
    if place.column is not None:
        return f"{lines}, column {place.column}"
    return f"{lines} of the former file" if place.change == "removed" else lines
