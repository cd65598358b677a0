"""Notes of what was finished, beside the files themselves: of a chapter, and of a bound report.

A note holds what went in and what came out, by content. It is written after its files and by a
rename, so a note that is there and agrees proves that its files are whole, wherever a kill fell.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import ClaimError
from analysis.report.hashing import file_hash

CHAPTERS = "chapters"
BOUND = ".bound.json"
_NOTE = ".note.json"


@dataclass(frozen=True)
class Note:
    """What a chapter was made from, when, and the names, sizes, times and hashes of its files."""

    inputs: Mapping[str, object]
    started: str
    seconds: float
    files: Mapping[str, list]


def note_chapter(folder: Path, chapter: str, inputs: Mapping, started: str, seconds: float) -> None:
    """Notes that a chapter's files in a run folder are whole."""
    own = folder / CHAPTERS
    files = [f"{chapter}.ipynb", f"{chapter}.parquet"]
    note = {"inputs": inputs, "started": started, "seconds": seconds}
    _write(_note(own, chapter), note | {"files": _prints(own, files)})


def read_note(folder: Path, chapter: str) -> Note | None:
    """The note of a chapter; None where there is none or it cannot be read."""
    try:
        text = _note(folder / CHAPTERS, chapter).read_text(encoding="utf-8")
        return Note(**json.loads(text))
    except (OSError, ValueError, TypeError):
        return None


def whole(folder: Path, note: Note) -> bool:
    """Whether a chapter's files are as they were noted."""
    return _as_noted(folder / CHAPTERS, note.files)


def refuse_changed(folder: Path, leaving: Iterable[str] = ()) -> None:
    """Refuses chapters of a finished run that are not those that the run made.

    Args:
        folder: the run folder, ``reports/<study>/<run>``.
        leaving: chapters that are about to be run again, and so may be anything.

    Raises:
        ClaimError: names the chapters.
    """
    names = sorted(_chapters(folder / CHAPTERS) - set(leaving))
    changed = [
        n for n in names if (note := read_note(folder, n)) is None or not whole(folder, note)
    ]
    if not changed:
        return
    study, run = folder.parent.name, folder.name
    again = " ".join(f"--chapter {name}" for name in changed)
    raise ClaimError(
        f"The run `{run}` of `{study}` holds chapters that are not as it made them: "
        f"{', '.join(changed)}.",
        where=f"reports/{study}/{run}/{CHAPTERS}",
        why="a report that binds them would contradict itself, and call planned what may not be",
        do=f"run them again: analysis run {study} --run {run} {again}",
    )


def note_bound(folder: Path, inputs: str) -> None:
    """Notes that a run folder's report is bound from these inputs."""
    names = [path.name for path in folder.iterdir() if path.is_file()]
    files = _prints(folder, (n for n in names if not n.startswith(".")))
    _write(folder / BOUND, {"inputs": inputs, "files": files})


def why_not_bound(folder: Path, inputs: str) -> str:
    """Why a run folder does not hold the whole report of these inputs; empty where it does."""
    try:
        note = json.loads((folder / BOUND).read_text(encoding="utf-8"))
        if note["inputs"] != inputs:
            return "the plan's file changed, or the chapters were run since"
        whole = _as_noted(folder, note["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return "no report was bound"
    return "" if whole else "the report's files were changed or are missing"


def keep_only(folder: Path, chapters: Iterable[str]) -> None:
    """Leaves of a run folder the given chapters and their notes, nothing else."""
    kept = {name for chapter in chapters for name in _names(chapter)}
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != CHAPTERS:
            _remove(path)
    for path in (folder / CHAPTERS).glob("*"):
        if path.name not in kept:
            _remove(path)


def sweep(folder: Path) -> None:
    """Removes from a run folder what a killed process left half-written; its notes stay."""
    for path in list(folder.rglob(".*")):
        if path.name != BOUND and not path.name.endswith(_NOTE):
            _remove(path)


def take_over(source: Path, target: Path, chapter: str) -> None:
    """Copies a chapter from one run folder to another, its note last."""
    into = target / CHAPTERS
    into.mkdir(parents=True, exist_ok=True)
    for name in _names(chapter):
        path = source / CHAPTERS / name
        if path.is_file():
            beside = into / f".{name}.part"
            shutil.copy2(path, beside)
            beside.replace(into / name)


def _names(chapter: str) -> tuple[str, ...]:
    return f"{chapter}.ipynb", f"{chapter}.parquet", _note(Path(), chapter).name


def _chapters(folder: Path) -> set[str]:
    """The chapters that a folder holds a file or a note of."""
    files = [path for kind in ("*.ipynb", "*.parquet") for path in folder.glob(kind)]
    names = {path.stem for path in files if not path.name.startswith(".")}
    noted = {path.name[1:].removesuffix(_NOTE) for path in folder.glob(f".*{_NOTE}")}
    return {name for name in names | noted if not name.endswith(".failed")}


def _note(folder: Path, chapter: str) -> Path:
    return folder / f".{chapter}{_NOTE}"


def _prints(folder: Path, names: Iterable[str]) -> dict[str, list]:
    found = {name: folder / name for name in sorted(names) if (folder / name).is_file()}
    return {name: [*_stat(path), file_hash(path)] for name, path in found.items()}


def _as_noted(folder: Path, files: Mapping[str, list]) -> bool:
    """Same size and time: not touched since. Else the content decides."""
    for name, (size, time, print_) in files.items():
        path = folder / name
        try:
            now = _stat(path)
            if now != [size, time] and (now[0] != size or file_hash(path) != print_):
                return False
        except OSError:
            return False
    return bool(files)


def _stat(path: Path) -> list[int]:
    found = os.stat(path)
    return [found.st_size, found.st_mtime_ns]


def _write(path: Path, content: dict) -> None:
    beside = path.with_name(f"{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
