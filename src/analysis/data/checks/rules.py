"""All rules that typed tables must keep, in the order in which a reader meets the tables."""

from __future__ import annotations

from analysis.data.checks.attendance import check_attendance, check_baselines, check_small_arms
from analysis.data.checks.events import check_events, check_order, check_training
from analysis.data.checks.log import check_sessions
from analysis.data.checks.people import check_known, check_people
from analysis.data.checks.schema import check_measures, check_table
from analysis.data.checks.visits import (
    check_empty,
    check_measured,
    check_once,
    check_promised,
    check_when,
    with_day,
)
from analysis.data.columns import Column
from analysis.data.dictionary import Key
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan


def check_rules(
    tables: dict[str, Table], columns: dict[Key, Column], plan: Plan
) -> tuple[dict[str, Table], list[Problem]]:
    """Every problem of the typed tables, each table for itself and then one against another.

    Args:
        tables: typed tables by name; those that could not be read are left out.
        columns: the columns of all tables.
        plan: the analysis plan.

    Returns:
        The tables, visits with a day in every row, and the problems.
    """
    problems: list[Problem] = []
    for table in tables.values():
        problems += check_table(table, columns)
    if "participants" in tables:
        problems += check_people(tables["participants"], plan)
    if "visits" in tables:
        visits, found = with_day(tables["visits"], plan)
        tables = {**tables, "visits": visits}
        problems += found + _visits(visits, plan)
    if "sessions" in tables:
        problems += check_sessions(tables["sessions"])
    if "events" in tables:
        problems += check_events(tables["events"])
    return tables, problems + _between(tables, plan)


def check_gaps(tables: dict[str, Table], plan: Plan) -> list[Problem]:
    """What is missing, of tables without errors: a cell that cannot be read is no missing value.

    Args:
        tables: all tables, as `check_rules` gave them.
        plan: the analysis plan.

    Returns:
        Notes on participants without a baseline value, on visits that hardly anybody attended, on
        small arms and on rows without a value; an error where nobody of an arm has a baseline value
        that a question needs.
    """
    people, visits = tables["participants"], tables["visits"]
    return [
        *check_baselines(people, visits, plan),
        *check_attendance(people, visits, plan),
        *check_small_arms(people, plan),
        *check_empty(visits),
    ]


def _visits(visits: Table, plan: Plan) -> list[Problem]:
    return [
        *check_measures(visits, plan),
        *check_promised(visits, plan),
        *check_once(visits),
        *check_when(visits, plan),
        *check_measured(visits, plan),
    ]


def _between(tables: dict[str, Table], plan: Plan) -> list[Problem]:
    """What can be seen only with two tables side by side."""
    problems: list[Problem] = []
    people, events = tables.get("participants"), tables.get("events")
    if people is not None and "sessions" in tables:
        problems += check_training(tables["sessions"], events, people, plan)
    for name in ("visits", "sessions", "events"):
        if people is not None and name in tables:
            problems += check_known(tables[name], people)
    for name in ("visits", "sessions"):
        if events is not None and name in tables:
            problems += check_order(tables[name], events)
    return problems
