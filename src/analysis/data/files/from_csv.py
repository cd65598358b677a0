"""CSV to a table of text cells that know their lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.data.files.decode import decode
from analysis.data.files.header import check_header, usable_columns
from analysis.data.files.table import Table, as_text, text_table
from analysis.data.problems import Problem, located

DELIMITERS = (",", ";", "\t")
# Rows are packed into Arrow text in batches, so that a long file is never a list of lists.
BATCH = 100_000


def from_csv(
    name: str, file: str, content: bytes, known: tuple[str, ...]
) -> tuple[Table | None, list[Problem]]:
    """A table of text cells from the bytes of a CSV file.

    The delimiter is the one of comma, semicolon and tab that the first line holds most of.

    Args:
        name: the table.
        file: name for messages.
        content: all bytes of the file.
        known: names of columns that the table may have.

    Returns:
        The table, None where no column could be read, and all problems met.
    """
    text, problems = decode(file, content)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    rows = _numbered(file, text, delimiter, problems)
    _, names = next(rows, (1, []))
    parts, lines, broken = [], [np.empty(0, np.int64)], [np.empty(0, bool)]
    while batch := list(islice(rows, BATCH)):
        at = np.array([line for line, _ in batch], np.int64)
        wrong = np.array([len(cells) != len(names) for _, cells in batch], bool)
        problems += _ragged(file, batch, at, wrong, len(names), delimiter)
        parts.append(_packed([cells for _, cells in batch], wrong, len(names)))
        lines.append(at)
        broken.append(wrong)
    columns = [_text([part[index] for part in parts]) for index in range(len(names))]
    used = [bool(column.notna().any()) for column in columns]
    problems += check_header(file, names, used, known)
    usable = usable_columns(names)
    if not set(usable.values()) & set(known):
        return None, problems
    cells = {name: columns[index] for index, name in usable.items()}
    return text_table(name, file, cells, np.concatenate(lines), np.concatenate(broken)), problems


def _numbered(
    file: str, text: str, delimiter: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on, without empty lines, up to a quote that never closes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        rule = "a quotation mark is not closed, or text follows it"
        do = "close the quotation mark, or double it inside a cell; nothing after it was checked"
        problems.append(Problem(file, begins, "", rule, do))


def _packed(rows: list[list[str]], wrong: np.ndarray, width: int) -> list[pa.Array]:
    """Columns of one batch; of a row of the wrong length only the first cell can be trusted."""
    for index in np.flatnonzero(wrong):
        rows[index] = [*rows[index][:1], *[""] * (width - 1)]
    return [pa.array(cells, pa.large_string()) for cells in zip(*rows, strict=True)]


def _text(parts: list[pa.Array]) -> pd.Series:
    """One column of all batches, without spaces at the ends of cells that are not names."""
    whole = pa.chunked_array(parts, pa.large_string())
    return as_text(whole)


def _ragged(
    file: str,
    batch: list[tuple[int, list[str]]],
    at: np.ndarray,
    wrong: np.ndarray,
    width: int,
    delimiter: str,
) -> list[Problem]:
    """Rows that have more or fewer cells than the first line."""
    found = []
    for size in sorted({len(batch[index][1]) for index in np.flatnonzero(wrong)}):
        rows = [index for index in np.flatnonzero(wrong) if len(batch[index][1]) == size]
        rule = f"the row has {size} cells, the first line has {width}"
        do = "put the missing cells in, or remove the surplus"
        if size > width and delimiter == ",":
            do += "; a decimal comma splits a number in two: write a point"
        people = [batch[index][1][0] for index in rows]
        found += located(file, at[rows], "", rule, do, participants=people)
    return found
