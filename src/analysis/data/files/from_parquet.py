"""Parquet to a table of text cells, so that one set of rules reads every format."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.data.files.header import check_header, usable_columns
from analysis.data.files.table import Table, as_text, text_table
from analysis.data.problems import Problem


def from_parquet(
    name: str, file: str, content: bytes, known: tuple[str, ...]
) -> tuple[Table | None, list[Problem]]:
    """A table of text cells from the bytes of a Parquet file.

    Args:
        name: the table.
        file: name for messages.
        content: all bytes of the file.
        known: names of columns that the table may have.

    Returns:
        The table, None where no column could be read, and all problems met.
    """
    try:
        stored = pq.ParquetFile(io.BytesIO(content)).read()
    except (pa.ArrowException, OSError):
        do = "write or fetch the file again"
        return None, [Problem(file, None, "", "the Parquet file is damaged", do)]
    names = stored.column_names
    used = [column.null_count < len(column) for column in stored.columns]
    problems = check_header(file, names, used, known)
    usable = usable_columns(names)
    if not set(usable.values()) & set(known):
        return None, problems
    cells = {}
    for index, column in usable.items():
        text = _text(stored.column(index))
        if text is None:
            kind = stored.schema.field(index).type
            rule = f"cells of the type {kind} cannot be read"
            do = "store text, numbers, dates or true and false"
            problems.append(Problem(file, None, column, rule, do))
            text = pa.chunked_array([pa.nulls(len(stored), pa.large_string())])
        cells[column] = as_text(text)
    return text_table(name, file, cells, np.arange(2, len(stored) + 2)), problems


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Cells as text that reads back as the same value; None for types that hold no plain value."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind):
        # Not a number is how other programs store a missing value in Parquet.
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    if pa.types.is_timestamp(kind) and _whole_days(column):
        column = column.cast(pa.date32())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return None
    return column.cast(pa.large_string())


def _whole_days(column: pa.ChunkedArray) -> bool:
    return pc.all(pc.equal(column, pc.floor_temporal(column, unit="day"))).as_py() is not False
