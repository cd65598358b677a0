"""SHA-256 of what goes into a report: files, and folders as one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

# The hash of each source file that this process has read, under what tells it from an edited one:
# its number, size, time, and the time at which any of these was changed.
_SEEN: dict[str, tuple[tuple[int, ...], str]] = {}


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by its name; hidden files are left out."""
    if not folder.is_dir():
        return {}
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: file_hash(p) for name, p in names.items() if not _hidden(name)}


def source_hashes(package: Path) -> dict[str, str]:
    """SHA-256 of a package's source files and templates, by name.

    A file that is the same by number, size and times as when this process last read it is not read
    again: a batch asks at the end of every run.
    """
    found = {}
    for folder, inner, names in os.walk(package):
        inner[:] = [name for name in inner if name != "__pycache__" and not name.startswith(".")]
        place = Path(folder).relative_to(package)
        for name in names:
            if not name.startswith("."):
                found[(place / name).as_posix()] = _source_hash(os.path.join(folder, name))
    return dict(sorted(found.items()))


def _source_hash(path: str) -> str:
    status = os.stat(path)
    stamp = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if _SEEN.get(path, (None,))[0] != stamp:
        _SEEN[path] = stamp, file_hash(Path(path))
    return _SEEN[path][1]


def notebook_hash(path: Path) -> str:
    """SHA-256 of what a notebook says: its cells' kinds, tags and sources, without outputs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = [
        [cell["cell_type"], cell.get("metadata", {}).get("tags", []), _text(cell["source"])]
        for cell in cells
    ]
    return content_hash(said)


def content_hash(content: object) -> str:
    """SHA-256 of plain values, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _text(source: str | Iterable[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
