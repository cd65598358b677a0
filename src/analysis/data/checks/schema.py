"""Second stage of checking: pandera schemas from dictionary and plan, on the cells that parsed.

Schemas never coerce: coercion would hide a value off its range behind a cell that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from analysis import terms
from analysis.data.checks.people import plain_spelling
from analysis.data.columns import Column
from analysis.data.dictionary import Key
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan

Advice = Callable[[Column], tuple[str, str]]


def check_table(table: Table, columns: dict[Key, Column]) -> list[Problem]:
    """Values off the limits of the dictionary, and words that are none of its levels.

    Args:
        table: typed columns; categories still text.
        columns: the columns of all tables.
    """
    own = {column.column: column for column in columns.values() if column.table == table.name}
    found, rows = [], table.data
    for column in own.values():
        if column.type == "category" and column.levels and table.has(column.column):
            cells = table.data[column.column]
            near = _written_otherwise(cells, column.levels)
            rows = rows.assign(**{column.column: cells.mask(near)})
            rule, do = _level_words(column)
            rule += ": it differs from one of them in capitals, spaces or dashes only"
            found += table.error(near, column.column, rule, do)
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(checks=_checks(column), nullable=True)
            for name, column in own.items()
            if table.has(name)
        }
    )
    return found + _problems(table, rows, schema)


def check_measures(visits: Table, plan: Plan) -> list[Problem]:
    """Values off the range of their instrument, as the plan states it."""
    found = []
    for name, measure in plan.measures.items():
        low, high = measure.range
        do = f"correct the cell; the plan gives {name} this range"
        rule = f"off the instrument's range {low:g} to {high:g}"
        check = pa.Check.in_range(low, high, error=_told(rule, do))
        schema = pa.DataFrameSchema({terms.VALUE: pa.Column(float, check, nullable=True)})
        rows = visits.data[visits.data[terms.MEASURE] == name]
        found += _problems(visits, rows, schema)
    return found


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.type == "category" and column.levels:
        rule, do = _level_words(column)
        checks.append(pa.Check.isin(column.levels, error=_told(rule, do)))
    where = "the rules of every study" if column.shared else "dictionary.csv"
    if column.minimum is not None:
        told = _told(f"below {column.minimum:g}", f"correct the cell; the limit is in {where}")
        checks.append(pa.Check.ge(column.minimum, error=told))
    if column.maximum is not None:
        told = _told(f"above {column.maximum:g}", f"correct the cell; the limit is in {where}")
        checks.append(pa.Check.le(column.maximum, error=told))
    return checks


def _written_otherwise(cells: pd.Series, levels: Sequence[str]) -> pd.Series:
    """Cells that are a level but for what people overlook; they need not be shown to be found."""
    plain = {_plain(level) for level in levels}
    unknown = cells[~cells.isin(levels)].dropna().unique()
    return cells.isin([word for word in unknown if _plain(word) in plain])


def _plain(word: str) -> str:
    return plain_spelling(word).translate({ord(mark): None for mark in "_-–.,"})


def _level_words(column: Column) -> tuple[str, str]:
    known = ", ".join(column.levels)
    if (column.table, column.column) == ("participants", "arm"):
        return "an arm that the plan does not know", f"write one of the plan's arms: {known}"
    if (column.table, column.column) == ("visits", "measure"):
        do = f"write one of the plan's measures ({known}), or add the measure to the plan"
        return "a measure that the plan does not know", do
    where = "an event" if column.column == "event" else "a level"
    return f"{where} that is not known", f"write one of: {known}"


def _told(rule: str, do: str) -> str:
    """Rule and advice travel through pandera as the one text that a check may carry."""
    return f"{rule}\n{do}"


def _problems(table: Table, rows: pd.DataFrame, schema: pa.DataFrameSchema) -> list[Problem]:
    cases = _failures(rows, schema)
    found = []
    for (column, told), group in cases.groupby(["column", "check"], sort=False):
        rule, do = told.split("\n")
        at = pd.Series(False, index=table.data.index)
        at[group["index"].astype(int)] = True
        found += table.error(at, column, rule, do)
    return found


def _failures(rows: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Every failed cell: column, check, index. Its message holds values, so it is never chained."""
    try:
        schema.validate(rows, lazy=True)
    except SchemaErrors as failed:
        return failed.failure_cases[["column", "check", "index"]]
    return pd.DataFrame(columns=["column", "check", "index"])
