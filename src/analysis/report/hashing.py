"""SHA-256 of what goes into a report: files, and folders as one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


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
    """SHA-256 of a package's source files and templates, by name."""
    parts = file_hashes(package)
    return {name: h for name, h in parts.items() if "__pycache__" not in name}


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
