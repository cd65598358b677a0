"""First stage of checking: text cells to typed columns, cell by cell, with every fault located."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import terms
from analysis.data.cell_types import READERS
from analysis.data.columns import Column
from analysis.data.dictionary import Key, nearest
from analysis.data.files.table import Table
from analysis.data.files.wide import wide_visits
from analysis.data.problems import Problem

MAY_BE_EMPTY = "events"


def parse_table(table: Table, columns: dict[Key, Column]) -> tuple[Table, list[Problem]]:
    """A table with typed columns, and all problems of its columns and cells.

    Args:
        table: text cells.
        columns: the columns of all tables, from the dictionary.

    Returns:
        The table with the columns of the dictionary in its order; a cell that could not be read is
        missing. Columns that the study leaves out are there without values. Category columns stay
        text until they are checked.
    """
    own = {column.column: column for column in columns.values() if column.table == table.name}
    problems = _columns(table, own)
    data = {}
    for name, column in own.items():
        if table.has(name):
            data[name], found = _parse_column(table, column)
            problems += found
        else:
            data[name] = _empty(column, len(table.data))
    return table.with_data(pd.DataFrame(data)), problems


def absent_table(name: str, columns: dict[Key, Column]) -> Table:
    """A table that the study does not have: its columns, no rows."""
    own = [column for column in columns.values() if column.table == name]
    data = pd.DataFrame({column.column: _empty(column, 0) for column in own})
    return Table(name, f"{name}.csv", data, np.empty(0, np.int64), np.empty(0, bool))


def _columns(table: Table, own: dict[str, Column]) -> list[Problem]:
    """Columns that are missing, and columns that nothing describes."""
    names = list(table.data.columns)
    if table.name == "visits":
        wide = wide_visits(table.file, names, own[terms.MEASURE].levels)
        if wide:
            return wide
    found = []
    for name, column in own.items():
        if column.must_exist and name not in names:
            near = nearest(name, tuple(other for other in names if other not in own))
            hint = f" ({near})" if near.startswith("did") else ""
            do = f"add the column{hint}"
            do += "" if column.shared else ", or take its line out of dictionary.csv"
            found.append(Problem(table.file, 1, name, "the column is missing", do))
    for name in names:
        if name not in own:
            near = nearest(name, tuple(other for other in own if other not in names))
            hint = f"{near} " if near.startswith("did") else ""
            do = f"{hint}Rename it, describe it in dictionary.csv, or remove it"
            found.append(Problem(table.file, 1, name, "a column that nothing describes", do))
    found += _day_or_week(table, names) if table.name == "visits" else []
    return found if len(table.data) else [*found, _no_rows(table)]


def _no_rows(table: Table) -> Problem:
    """Events may have been asked for and not have happened; any other table has rows or is none."""
    rule = "the table has no rows"
    if table.name == MAY_BE_EMPTY:
        do = "nothing if events were recorded and none happened; remove the file if none were asked"
        return Problem(table.file, None, "", rule, f"{do} for", "note")
    do = "fetch the table again, or remove the file if the study has no such table"
    return Problem(table.file, None, "", rule, do)


def _day_or_week(table: Table, names: list[str]) -> list[Problem]:
    """Visits have days or weeks: with both, nothing would tell which of them is meant."""
    if terms.DAY not in names and terms.WEEK not in names:
        do = "add the day since randomisation, or the planned week"
        return [Problem(table.file, 1, terms.DAY, "the column day (or week) is missing", do)]
    if terms.DAY in names and terms.WEEK in names:
        do = "keep one of them; the day is better, since windows are counted in days"
        return [Problem(table.file, 1, terms.WEEK, "the table has both days and weeks", do)]
    return []


def _parse_column(table: Table, column: Column) -> tuple[pd.Series, list[Problem]]:
    cells = table.data[column.column]
    problems = _spaces(table, column)
    codes, distinct = pd.factorize(cells.str.strip())
    texts = pd.Series(distinct, dtype="str")
    values, faults = READERS[column.type](texts)
    for fault in dict.fromkeys(fault for fault in faults if fault):
        at_fault = np.array([other == fault for other in faults])
        # The last entry stands for the code -1 of a missing cell.
        problems += table.error(np.append(at_fault, False)[codes], column.column, *fault)
    if column.required:
        do = "fill the cell; without it the row cannot be used"
        if not column.shared:
            do = "fill the cell, or write no under required in dictionary.csv"
        empty = cells.isna().to_numpy() & ~table.broken
        problems += table.error(empty, column.column, "a required cell is empty", do)
    taken = values.array.take(codes, allow_fill=True)
    return pd.Series(taken, index=table.data.index), problems


def _spaces(table: Table, column: Column) -> list[Problem]:
    """An identifier with a space at its end looks the same and is another person to a computer."""
    if column.column != terms.PARTICIPANT:
        return []
    cells = table.data[column.column]
    do = "remove the space; check that the person has one spelling in every table"
    rule = "a space before or after the identifier"
    return table.error(cells.str.strip() != cells, column.column, rule, do)


def _empty(column: Column, rows: int) -> pd.Series:
    values, _ = READERS[column.type](pd.Series([], dtype="str"))
    return pd.Series(values.array.take(np.full(rows, -1), allow_fill=True))
