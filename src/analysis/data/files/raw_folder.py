"""Writing the raw folder of a study that this package makes, with its checksums."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from analysis.data.columns import TABLES
from analysis.errors import UsageError
from analysis.result.files import replace_file

SOURCE, SUMS, DICTIONARY = "source.md", "SHA256SUMS", "dictionary.csv"
DICTIONARY_COLUMNS = [
    "table",
    "column",
    "label",
    "type",
    "unit",
    "minimum",
    "maximum",
    "levels",
    "required",
    "description",
]


def write_study(
    tables: dict[str, pd.DataFrame],
    folder: Path,
    *,
    dictionary: pd.DataFrame,
    source: str,
    keep: tuple[str, ...] = (),
) -> Path:
    """Write a study's raw folder; every byte depends on the arguments only.

    A folder that exists is replaced only if the first line of its ``source.md`` is the first line
    of `source`: received data are never overwritten. Files are replaced one by one, ``source.md``
    first and ``SHA256SUMS`` last, so that a stopped run shows as a checksum that does not match and
    can be run again. A table that the study no longer has is removed.

    Args:
        tables: by name (``participants``, ``visits``, ...), in the units of the dictionary.
        folder: ``data/raw/<study>``.
        dictionary: a row a column of a table; columns `DICTIONARY_COLUMNS`.
        source: text of ``source.md``.
        keep: files in the folder that stay as they are and are listed in ``SHA256SUMS``.

    Returns:
        The folder.

    Raises:
        UsageError: the folder holds data from another source.
        DataError: the disk is full, or the folder may not be written.
    """
    _refuse_other_source(folder, source)
    files = {SOURCE: source.encode(), DICTIONARY: csv_bytes(dictionary[DICTIONARY_COLUMNS])}
    files |= {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    kept = {name: (folder / name).read_bytes() for name in keep}
    files[SUMS] = _checksums(files | kept)
    for name, content in files.items():
        replace_file(folder / name, content)
        if name == SOURCE:
            _remove_tables(folder, without=set(tables))
    return folder


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8 with line feeds; an empty cell is a missing value."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def _checksums(files: dict[str, bytes]) -> bytes:
    """Lines as ``sha256sum`` writes them, in order of name."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def _remove_tables(folder: Path, without: set[str]) -> None:
    for name in set(TABLES) - without:
        (folder / f"{name}.csv").unlink(missing_ok=True)


def _refuse_other_source(folder: Path, source: str) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    told = folder / SOURCE
    first = told.read_text(encoding="utf-8").partition("\n")[0] if told.is_file() else None
    if first == source.partition("\n")[0]:
        return
    raise UsageError(
        f"The folder of the study '{folder.name}' holds data from another source.",
        where=f"data/raw/{folder.name}/{SOURCE}",
        why="writing there would destroy data as they were received",
        do="give the plan another study name, or move the folder away if it is not needed",
    )
