"""From the files of a raw folder to typed tables: the first stage for every table of a study."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.data.columns import REQUIRED_TABLES, TABLES, Column, shared_columns
from analysis.data.dictionary import FIELDS, NAME, Key, read_dictionary
from analysis.data.files.formats import read_cells
from analysis.data.files.table import Table
from analysis.data.parse import absent_table, parse_table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan


def read_columns(
    plan: Plan, files: dict[str, bytes], chosen: dict[str, str]
) -> tuple[dict[Key, Column], list[Problem]]:
    """The columns of all tables: those of every study and those of its dictionary.

    Args:
        plan: the analysis plan, which knows the arms and measures.
        files: content by file name.
        chosen: file name by table.
    """
    table, problems = None, []
    if NAME in chosen:
        table, problems = read_cells(NAME, chosen[NAME], files[chosen[NAME]], FIELDS)
    columns, found = read_dictionary(table, shared_columns(plan))
    return columns, problems + found


def read_tables(
    files: dict[str, bytes],
    chosen: dict[str, str],
    columns: dict[Key, Column],
    names: Sequence[str] = TABLES,
    required: Sequence[str] = REQUIRED_TABLES,
) -> tuple[dict[str, Table], list[Problem]]:
    """Typed tables by name. A table that cannot be read is left out: its problems say why.

    Args:
        files: content by file name.
        chosen: file name by table.
        columns: the columns of all tables.
        names: of the tables.
        required: those that have no empty stand-in where a folder lacks them.
    """
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name in names:
        if name not in chosen:
            if name not in required:
                tables[name] = absent_table(name, columns)
            continue
        known = tuple(column.column for column in columns.values() if column.table == name)
        cells, found = read_cells(name, chosen[name], files[chosen[name]], known)
        problems += found
        if cells is not None:
            tables[name], found = parse_table(cells, columns)
            problems += found
    return tables, problems
