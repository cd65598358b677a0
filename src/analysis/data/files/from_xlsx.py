"""A sheet of an XLSX file to a table of text cells that know their rows."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from analysis.data.files.header import check_header, usable_columns
from analysis.data.files.table import Table, as_text, text_table
from analysis.data.problems import Problem, located

FORMULA = re.compile(rb"<f[ >/]")
MERGED = b"<mergeCell "
SHEETS = "xl/worksheets/"
# All that openpyxl and the libraries below it raise on a file that is damaged or locked.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ElementTree.ParseError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
Rows = list[tuple[Any, ...]]


def from_xlsx(
    name: str, file: str, content: bytes, known: tuple[str, ...]
) -> tuple[Table | None, list[Problem]]:
    """A table of text cells from the only sheet of a workbook, or the one named as the table.

    Args:
        name: the table.
        file: name for messages.
        content: all bytes of the file.
        known: names of columns that the table may have.

    Returns:
        The table, None where no column could be read, and all problems met.
    """
    try:
        formulas, merged = _marks(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = _sheet(book, name)
        if sheet is None:
            do = f"keep one sheet, or name the sheet that holds the table: {name}"
            return None, [Problem(file, None, "", "the workbook has several sheets", do)]
        rows = _rows(sheet)
        asked = _formula_cells(content, sheet.title) if formulas else []
    except DAMAGED:
        do = "open the file in a spreadsheet program and save it again as XLSX"
        return None, [Problem(file, None, "", "the workbook is damaged or holds no sheet", do)]
    names = ["" if cell is None else str(cell) for cell in rows[0]] if rows else []
    problems = _merged(file) if merged else []
    problems += _cell_problems(file, names, rows, asked)
    columns = list(zip(*rows[1:], strict=True)) if len(rows) > 1 else [()] * len(names)
    used = [any(cell is not None for cell in column) for column in columns]
    problems += check_header(file, names, used, known)
    usable = usable_columns(names)
    if not set(usable.values()) & set(known):
        return None, problems
    cells = {
        column: as_text(pa.chunked_array([pa.array(map(_text, columns[index]), pa.large_string())]))
        for index, column in usable.items()
    }
    return text_table(name, file, cells, np.arange(2, len(rows) + 1)), problems


def _marks(content: bytes) -> tuple[bool, bool]:
    """Whether any sheet holds formulas, and merged cells; cheaper than reading it twice."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(part) for part in parts.namelist() if part.startswith(SHEETS)]
    return any(map(FORMULA.search, sheets)), any(MERGED in sheet for sheet in sheets)


def _sheet(book: openpyxl.Workbook, name: str) -> Any:
    if len(book.worksheets) == 1:
        return book.worksheets[0]
    return next((sheet for sheet in book.worksheets if sheet.title == name), None)


def _rows(sheet: Any) -> Rows:
    """All rows, of equal length; the size a workbook states of itself may be wrong."""
    sheet.reset_dimensions()
    rows = list(sheet.iter_rows(values_only=True))
    width = max((len(row) for row in rows), default=0)
    return [(*row, *[None] * (width - len(row))) for row in rows]


def _formula_cells(content: bytes, title: str) -> list[tuple[int, int]]:
    """Row and column, from 0, of every cell that holds a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    sheet = book[title]
    sheet.reset_dimensions()
    return [
        (row, column)
        for row, cells in enumerate(sheet.iter_rows())
        for column, cell in enumerate(cells)
        if cell.data_type == "f"
    ]


def _cell_problems(
    file: str, names: list[str], rows: Rows, formulas: list[tuple[int, int]]
) -> list[Problem]:
    """Formulas that were never calculated, and formulas that ended in an error."""
    found = []
    for column, name in enumerate(names):
        empty = [row + 1 for row, at in formulas if at == column and rows[row][at] is None]
        failed = [number for number, row in enumerate(rows, 1) if str(row[column]).startswith("#")]
        do = "open the file in a spreadsheet program, let it calculate, and store the values"
        found += located(file, empty, name, "a formula whose result is not stored", do)
        do = "correct the formula, or write the value"
        found += located(file, failed, name, "a formula that ends in an error", do)
    return found


def _merged(file: str) -> list[Problem]:
    do = "split the merged cells and fill each one"
    return [Problem(file, None, "", "cells are merged, so some rows have no value", do)]


def _text(cell: Any) -> str | None:
    """A cell as text that reads back as the same value; dates in ISO form."""
    if cell is None or isinstance(cell, str):
        # Errors were reported as such; as text they would be reported again.
        return None if cell is None or cell.startswith("#") else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
