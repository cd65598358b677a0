"""Which cells of a raw table changed between two runs, told without keeping any cell.

Beside the derived data, and nowhere else, lie digests of every cell that was read: 64 bits of
BLAKE2b, keyed with random bytes made once a study. A plain hash of a pain score could be undone by
trying all scores; without the key, which never leaves the folder, this one tells only whether two
cells are the same. No digest goes into a report: there stand file, line and column.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.cell_changes import LINE, Place, changed_places
from analysis.data.dictionary import FIELDS, NAME
from analysis.data.files.formats import read_cells, table_files
from analysis.data.files.integrity import read_folder, sha256
from analysis.plan.places import safe_name
from analysis.result.files import replace_file
from analysis.result.store import parquet_bytes
from analysis.terms import PARTICIPANT

FOLDER = ".cells"
KEY = "key"
# States of tables that are kept a study, the latest used; older ones can no longer be compared.
KEPT = 60


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A raw file that differs between two runs.

    Attributes:
        file: its name.
        change: ``changed``, ``added`` or ``removed``.
        places: which cells and rows; None where it is no table, or its former content is no longer
            known here.
    """

    file: str
    change: str
    places: tuple[Place, ...] | None = None


def note_cells(study: str, root: Path) -> None:
    """Keeps the digests of a study's raw tables as they are now, where they are not kept yet.

    Args:
        study: the study's name.
        root: the project's folder; writes ``data/processed/.cells/<study>``.

    Raises:
        DataError: the raw data cannot be read, or the folder cannot be written.
    """
    raw = root / "data" / "raw" / study
    # A plan about published studies has no raw tables of its own.
    files = read_folder(raw) if raw.is_dir() else {}
    folder = _folder(study, root)
    for table, name in table_files(files)[0].items():
        path = folder / f"{sha256(files[name])}.parquet"
        if path.is_file():
            os.utime(path)
            continue
        known = FIELDS if table == NAME else (PARTICIPANT,)
        cells, _ = read_cells(table, name, files[name], known)
        if cells is not None:
            key = _key(folder)
            replace_file(path, parquet_bytes(_digests(cells.data, cells.lines, key)))
    _forget(folder)


def changed_files(
    study: str, root: Path, before: Mapping[str, str], after: Mapping[str, str]
) -> list[FileChange]:
    """Which raw files differ, and in which cells.

    Args:
        study: the study's name.
        root: the project's folder.
        before: SHA-256 by file name, of the former run.
        after: the same of the present run.
    """
    folder = _folder(study, root)
    found = [FileChange(file=name, change="removed") for name in before if name not in after]
    found += [FileChange(file=name, change="added") for name in after if name not in before]
    for name, now in after.items():
        if (then := before.get(name, now)) != now:
            former, present = _read(folder, then), _read(folder, now)
            known = former is not None and present is not None
            places = changed_places(former, present) if known else None
            found.append(FileChange(file=name, change="changed", places=places))
    return sorted(found, key=lambda change: change.file)


def _folder(study: str, root: Path) -> Path:
    return root / "data" / "processed" / FOLDER / safe_name(study, "study")


def _digests(cells: pd.DataFrame, lines: np.ndarray, key: bytes) -> pd.DataFrame:
    """The line of every row and a digest a cell; a cell without content is 0."""
    digests = {name: _digest(column, key) for name, column in cells.items()}
    return pd.DataFrame({LINE: lines.astype("int64")} | digests)


def _digest(column: pd.Series, key: bytes) -> np.ndarray:
    places, contents = pd.factorize(column)
    # The column's name goes in, so that equal cells of two columns cannot be told to be equal.
    start = hashlib.blake2b(f"{column.name}\0".encode(), digest_size=8, key=key)
    made = np.zeros(len(contents) + 1, "uint64")
    for place, content in enumerate(contents):
        digest = start.copy()
        digest.update(str(content).encode())
        made[place] = int.from_bytes(digest.digest(), "big") or 1
    return made[places]


def _read(folder: Path, sha: str) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(folder / f"{sha}.parquet")
    except (OSError, ValueError):
        return None


def _key(folder: Path) -> bytes:
    """The study's secret, made once: a whole folder takes its name, or another was quicker."""
    if not (folder / KEY).is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
        try:
            (beside / KEY).write_bytes(secrets.token_bytes(32))
            (beside / KEY).chmod(0o600)
            os.rename(beside, folder)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
    return (folder / KEY).read_bytes()


def _forget(folder: Path) -> None:
    states = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in states[KEPT:]:
        path.unlink(missing_ok=True)
