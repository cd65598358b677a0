"""Results on disk: a Parquet file, whole or not there at all, the same bytes for the same rows."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pandas as pd

from analysis.errors import AnalysisError, ClaimError, DataError
from analysis.result.record import COLUMNS, Result, to_frame

IDS_SHOWN = 10


def write_results(
    results: list[Result] | pd.DataFrame, path: Path, *, write_csv: bool = False
) -> Path:
    """Write the long table of results to a Parquet file, and a CSV file beside it when asked.

    Args:
        results: rows, or a table with the columns `COLUMNS` such as `read_results` gives.
        path: where; the folder is made if needed. The CSV takes the same stem.
        write_csv: also write ``<stem>.csv``.

    Returns:
        The path.

    Raises:
        ClaimError: an id stands for more than one row.
        DataError: the table lacks a column or has a strange one, or the disk refuses the file.
    """
    frame = to_frame(results) if isinstance(results, list) else _typed(results, path.name)
    _refuse_twice(frame, path)
    replace_file(path, parquet_bytes(frame))
    if write_csv:
        text = frame.to_csv(index=False, lineterminator="\n")
        replace_file(path.with_suffix(".csv"), text.encode())
    return path


def read_results(path: Path) -> pd.DataFrame:
    """The long table of results, typed as `to_frame` declares.

    Args:
        path: a Parquet file that `write_results` wrote.

    Raises:
        DataError: the file is missing, is no Parquet file or is no table of results.
    """
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(
            "The results cannot be read: the file is missing or is not a whole Parquet file.",
            where=path.name,
            why="a report can show only numbers that were written",
            do="run the analysis again; it writes the file anew",
        ) from error
    return _typed(frame, path.name)


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file, without its index; same table, same bytes."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def replace_file(path: Path, content: bytes, refusal: type[AnalysisError] = DataError) -> None:
    """Write a file so that any reader, also after a power cut, sees the old file or the new one.

    Args:
        path: where; the folder is made if needed.
        content: all of it.
        refusal: the error to raise where the disk refuses.

    Raises:
        AnalysisError: of the kind `refusal`: the disk is full, or the folder may not be written.
    """
    beside: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _share(beside)
        os.replace(beside, path)
        sync_folder(path.parent)
    except OSError as error:
        raise refusal(
            f"The file {path.name} cannot be written: {error.strerror or error}.",
            where=path.parent.name,
            why="nothing half-written is left in its place, so the new result is missing",
            do="make room, or allow writing to the folder, and run again",
        ) from error
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let the disk keep what was renamed in a folder; Windows does so without being asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(beside: str) -> None:
    """Temporary files are private; the finished file is as readable as any other of this user."""
    mask = os.umask(0)
    os.umask(mask)
    Path(beside).chmod(0o666 & ~mask)


def _typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in frame]
    strange = [str(column) for column in frame if column not in COLUMNS]
    if missing or strange:
        raise DataError(
            "This is no table of results: "
            + "; ".join(
                f"{words} {', '.join(columns)}"
                for words, columns in (("it lacks", missing), ("it also holds", strange))
                if columns
            )
            + ".",
            where=name,
            why="a number is found in a report by these columns",
            do="write results with analysis.result.write_results of this version",
        )
    return frame[COLUMNS].astype(to_frame([]).dtypes.to_dict()).reset_index(drop=True)


def _refuse_twice(frame: pd.DataFrame, path: Path) -> None:
    twice = frame.loc[frame["id"].duplicated(), "id"].drop_duplicates().tolist()
    if not twice:
        return
    more = f" and {len(twice) - IDS_SHOWN} more" if len(twice) > IDS_SHOWN else ""
    raise ClaimError(
        f"{len(twice)} result ids stand for more than one row: "
        f"{', '.join(twice[:IDS_SHOWN])}{more}.",
        where=path.name,
        why="a number in the report is traced by its id, which must lead to one row",
        do="ask each question once, or tell its rows apart by measure, week, arm or level",
    )
