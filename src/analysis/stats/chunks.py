"""Files and tables read a chunk at a time: no more than a chunk is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import DataError, UsageError

from .formula import first_line

Source = str | Path | Sequence[pd.DataFrame]


def read_chunks(
    source: Source, columns: list[str], chunk_rows: int, text: Sequence[str] = ()
) -> Iterator[pd.DataFrame]:
    """The columns of a source, a chunk of rows at a time.

    Args:
        source: a CSV or Parquet file, a folder of Parquet files, or a list of tables.
        columns: the columns wanted.
        chunk_rows: rows a chunk, at most.
        text: columns of a CSV file that are text even where they look like numbers.

    Raises:
        UsageError: a source that is none of these, or a column that it does not have.
        DataError: no such file, or one that cannot be read.
    """
    if not isinstance(source, str | Path):
        yield from (table[columns] for table in _tables(source, columns))
        return
    path = Path(source)
    if not path.exists():
        raise DataError("There is no such file or folder.", where=str(path))
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].name.endswith((".csv", ".csv.gz", ".parquet")):
        raise UsageError(
            "Chunks are read from .csv, .csv.gz or .parquet files, or a folder of the last.",
            where=str(path),
        )
    for file in files:
        try:
            yield from _file(file, columns, chunk_rows, dict.fromkeys(text, "str"))
        except (ValueError, OSError, pa.ArrowException) as error:
            raise DataError(
                "The file cannot be read.",
                where=str(file),
                why=first_line(error),
                do="Check that it is whole, of the kind its name says, and text in UTF-8.",
            ) from None


def _tables(source: Sequence[pd.DataFrame], columns: list[str]) -> Sequence[pd.DataFrame]:
    tables = list(source) if isinstance(source, list | tuple) else [source]
    if not all(isinstance(table, pd.DataFrame) for table in tables):
        raise UsageError(
            "This source cannot be read in chunks.",
            where=type(source).__name__,
            do="Pass a CSV or Parquet file, a folder of Parquet files, a list of DataFrames or a "
            "Dask DataFrame.",
        )
    for table in tables:
        _refuse_unknown(list(table.columns), columns)
    return tables


def _file(
    file: Path, columns: list[str], chunk_rows: int, types: Mapping[str, str]
) -> Iterator[pd.DataFrame]:
    if file.suffix == ".parquet":
        with pq.ParquetFile(file) as opened:
            _refuse_unknown(opened.schema_arrow.names, columns, file)
            for batch in opened.iter_batches(chunk_rows, columns=columns, use_threads=False):
                yield batch.to_pandas()
        return
    _refuse_unknown(list(pd.read_csv(file, nrows=0).columns), columns, file)
    kept = {name: kind for name, kind in types.items() if name in columns}
    with pd.read_csv(file, usecols=columns, dtype=kept, chunksize=chunk_rows) as opened:
        yield from opened


def _refuse_unknown(found: list[str], wanted: list[str], file: Path | None = None) -> None:
    missing = [name for name in wanted if name not in found]
    if missing:
        raise UsageError(
            f"The {'file' if file else 'table'} has no column {', '.join(missing)}.",
            where=f"{file or 'table'}; columns at hand: {', '.join(map(str, found))}",
            do="Correct the formula or the column names.",
        )
