"""Derived tables in a folder: written whole, read only where nothing they depend on has changed.

The folder is swapped as a whole. Whoever reads in the middle of a swap, or after a kill, finds the
old folder, the new one or none; files that do not belong together are told by their hashes.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.files.integrity import sha256
from analysis.errors import DataError
from analysis.result.files import replace_file, sync_folder
from analysis.result.store import parquet_bytes

MANIFEST = "manifest.json"
LEFTOVER_SECONDS = 3600
SWAPS = 20


@dataclass(frozen=True)
class Derived:
    """Tables by name, the SHA-256 of every raw file behind them, and what was told beside them.

    `facts` holds plain values: text, numbers, truth values, and mappings of these.
    """

    tables: Mapping[str, pd.DataFrame]
    hashes: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)


def read_derived(folder: Path, names: Sequence[str], made_from: dict) -> Derived | None:
    """The tables of a folder; None where it lacks one, was made from other things or is broken."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["made_from"] != made_from:
            return None
        tables = {name: _read_table(folder, name, manifest["tables"][name]) for name in names}
        return Derived(tables, manifest["hashes"], manifest["facts"])
    except (OSError, ValueError, KeyError, TypeError):
        # Deriving again is always right, so a folder that is not whole is no error.
        return None


def write_derived(derived: Derived, folder: Path, made_from: dict) -> None:
    """Puts a folder with these tables in the place of the old one.

    Raises:
        DataError: the folder cannot be written.
    """
    beside: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        _fill(derived, beside, made_from)
        beside.chmod(folder.parent.stat().st_mode & 0o777)
        _swap(beside, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise DataError(
            f"The derived data cannot be written: {error.strerror or error}.",
            where=f"data/processed/{folder.name}",
            why="every chapter would derive them again, and none could be checked against them",
            do="make room, or allow writing to the folder, and run again",
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _read_table(folder: Path, name: str, told: dict) -> pd.DataFrame:
    content = (folder / f"{name}.parquet").read_bytes()
    if sha256(content) != told["sha256"]:
        raise ValueError(name)
    frame = pd.read_parquet(io.BytesIO(content))
    for column, kind in told["categories"].items():
        levels = pd.Index(kind["levels"], dtype=kind["dtype"])
        frame[column] = pd.Categorical(frame[column], levels, ordered=kind["ordered"])
    return frame


def _fill(derived: Derived, beside: Path, made_from: dict) -> None:
    tables = {}
    for name, frame in derived.tables.items():
        content = parquet_bytes(frame)
        replace_file(beside / f"{name}.parquet", content)
        tables[name] = {"sha256": sha256(content), "categories": _categories(frame)}
    beside_tables = {"hashes": dict(derived.hashes), "facts": dict(derived.facts)}
    manifest = {"made_from": made_from, "tables": tables, **beside_tables}
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
    replace_file(beside / MANIFEST, text.encode())


def _categories(frame: pd.DataFrame) -> dict:
    """Levels in their order; Parquet forgets those that occur in no row."""
    kinds = {name: kind for name, kind in frame.dtypes.items() if kind == "category"}
    return {
        name: {
            "levels": kind.categories.tolist(),
            "dtype": str(kind.categories.dtype),
            "ordered": bool(kind.ordered),
        }
        for name, kind in kinds.items()
    }


def _swap(beside: Path, folder: Path) -> None:
    """Put a whole folder in the place of another; two processes may do so at once."""
    aside = Path(f"{beside}.old")
    try:
        for _ in range(SWAPS):
            with contextlib.suppress(FileNotFoundError):
                os.rename(folder, aside)
            try:
                os.rename(beside, folder)
                return
            except OSError:
                # Another process was quicker: its folder moves aside in the next round.
                shutil.rmtree(aside, ignore_errors=True)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left long ago; a living one is done within seconds."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        # Another process may be done with its folder between the listing and the look at it.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
