"""The data dictionary: what every column of a study holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from math import isfinite

import pandas as pd

from analysis.data.columns import COLUMN_TYPES, TABLES, Column
from analysis.data.files.table import Table
from analysis.data.problems import Problem

NAME = "dictionary"
FILE = "dictionary.csv"
FIELDS = (
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
)
NEEDED = ("table", "column", "type")
NUMERIC = ("integer", "number")
# `row` is the line that a value came from, in every table of visits.
RESERVED = ("row",)
Key = tuple[str, str]
Fault = Callable[[str, str, str], None]


def read_dictionary(
    table: Table | None, shared: dict[Key, Column], tables: tuple[str, ...] = TABLES
) -> tuple[dict[Key, Column], list[Problem]]:
    """The columns of a study: the shared ones, refined and completed by the dictionary.

    Args:
        table: the text of dictionary.csv; None where there is none.
        shared: the columns that every study shares.
        tables: the tables that it may describe; those of a trial unless others are named.

    Returns:
        All columns by table and name, and all problems of the dictionary.
    """
    if table is None:
        return dict(shared), []
    problems = _missing_fields(table)
    columns = dict(shared)
    told: set[Key] = set()
    rows = table.data.reindex(columns=list(FIELDS)).astype(object)
    rows = rows.where(rows.notna(), "").to_dict("records")
    for line, cells, broken in zip(table.lines, rows, table.broken, strict=True):
        if broken:
            continue
        entry = {field: str(cell).strip() for field, cell in cells.items()}
        fault = _fault_at(table.file, int(line), problems)
        column = _column(entry, fault, tables)
        if column is None:
            continue
        key = (column.table, column.column)
        if key in told:
            fault("column", "the column is described twice", "keep one line for each column")
            continue
        told.add(key)
        columns[key] = _refined(shared[key], column, fault) if key in shared else column
    return columns, problems


def dictionary_frame(columns: dict[Key, Column]) -> pd.DataFrame:
    """The parsed dictionary: a row a column; `levels` is a tuple, limits are NaN where none."""
    rows = [[getattr(column, field) for field in FIELDS] for column in columns.values()]
    frame = pd.DataFrame(rows, columns=list(FIELDS))
    return frame.astype({"minimum": float, "maximum": float, "required": bool})


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Advice that names the nearest known word, or all of them."""
    close = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"


def _fault_at(file: str, line: int, problems: list[Problem]) -> Fault:
    def fault(field: str, rule: str, do: str) -> None:
        problems.append(Problem(file, line, field, rule, do))

    return fault


def _missing_fields(table: Table) -> list[Problem]:
    """Columns the dictionary itself lacks or does not know."""
    names = list(table.data.columns)
    do = "add the column; docs/methods/checking.md shows a dictionary"
    missing = [
        Problem(table.file, 1, name, "the column is missing", do)
        for name in NEEDED
        if name not in names
    ]
    extra = [
        Problem(table.file, 1, name, "a column that no dictionary has", nearest(name, FIELDS))
        for name in names
        if name not in FIELDS
    ]
    return missing + extra


def _column(entry: dict[str, str], fault: Fault, tables: tuple[str, ...]) -> Column | None:
    """One line of the dictionary; None where it names no column of a table."""
    if entry["table"] not in tables:
        fault("table", "no table of this name", nearest(entry["table"], tables))
        return None
    if not entry["column"] or entry["column"] in RESERVED:
        fault("column", "the name is missing or reserved", "give the name that the table uses")
        return None
    kind = entry["type"]
    if kind not in COLUMN_TYPES:
        fault("type", "an unknown type", nearest(kind, COLUMN_TYPES))
        kind = "text"
    levels = tuple(level.strip() for level in entry["levels"].split("|") if level.strip())
    limits = _limits(entry, kind, fault)
    return Column(
        table=entry["table"],
        column=entry["column"],
        type=kind,
        label=entry["label"],
        unit=entry["unit"],
        minimum=limits[0],
        maximum=limits[1],
        levels=_levels(levels, kind, fault),
        required=_required(entry["required"], fault),
        description=entry["description"],
    )


def _limits(entry: dict[str, str], kind: str, fault: Fault) -> tuple[float | None, float | None]:
    given = {field: entry[field] for field in ("minimum", "maximum") if entry[field]}
    limits: dict[str, float] = {}
    for field, text in given.items():
        if kind not in NUMERIC:
            rule = f"a {kind} column has no {field}"
            fault(field, rule, "empty the cell, or make the type integer or number")
            continue
        try:
            limits[field] = float(text)
        except ValueError:
            limits[field] = float("nan")
        if not isfinite(limits[field]):
            limits.pop(field)
            fault(field, "not a number", "write digits, with a point for decimals")
    low, high = limits.get("minimum"), limits.get("maximum")
    if low is not None and high is not None and low > high:
        fault("minimum", "the minimum is above the maximum", "exchange or correct them")
        return None, None
    return low, high


def _levels(levels: tuple[str, ...], kind: str, fault: Fault) -> tuple[str, ...]:
    if kind == "category" and len(levels) == 1 and set(levels[0]) & set(";,"):
        fault("levels", "one level that looks like several", "| separates levels: write a|b|c")
        return ()  # every cell would break a rule that is broken here
    if kind == "category" and not levels:
        fault("levels", "a category without levels", "list the levels in their order: a|b|c")
    if kind != "category" and levels:
        fault(
            "levels", f"a {kind} column has no levels", "make the type category, or empty the cell"
        )
    if len(set(levels)) < len(levels):
        fault("levels", "a level is listed twice", "list each level once")
    return tuple(dict.fromkeys(levels))


def _required(text: str, fault: Fault) -> bool:
    if text.lower() not in ("yes", "no", ""):
        fault("required", "neither yes nor no", "write yes where no cell may be empty, else no")
    return text.lower() == "yes"


def _refined(shared: Column, told: Column, fault: Fault) -> Column:
    """A shared column with what the dictionary adds; it may narrow the column, not widen it."""
    to_category = shared.type == "text" and told.type == "category"
    if told.type not in (shared.type, "text") and not to_category:
        rule = f"{shared.column} is of type {shared.type} in every study"
        fault("type", rule, f"write {shared.type}")
        return shared
    allowed = shared.levels or told.levels
    if not set(told.levels) <= set(allowed):
        fault("levels", "a level that the plan does not know", f"known: {', '.join(allowed)}")
        return shared
    low, high = told.minimum, told.maximum
    if _below(low, shared.minimum) or _below(shared.maximum, high):
        rule = f"limits wider than {shared.column} has in every study"
        fault("minimum" if _below(low, shared.minimum) else "maximum", rule, "narrow the limits")
        return shared
    return replace(
        shared,
        type="category" if to_category else shared.type,
        label=told.label,
        unit=told.unit,
        description=told.description,
        levels=shared.levels or told.levels,
        minimum=shared.minimum if low is None else low,
        maximum=shared.maximum if high is None else high,
        required=shared.required or told.required,
        must_exist=True,
    )


def _below(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one < other
