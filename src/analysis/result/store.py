"""Results on disk: a Parquet file, whole or not there at all, the same bytes for the same rows."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from analysis.errors import ClaimError, DataError
from analysis.result.files import replace_file
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
