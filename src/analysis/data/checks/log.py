"""The training log: rows that contradict themselves or one another."""

from __future__ import annotations

import pandas as pd

from analysis import terms
from analysis.data.columns import MUSCLE_GROUPS
from analysis.data.files.table import Table
from analysis.data.problems import Problem

PARTICIPANT, DAY = terms.PARTICIPANT, terms.DAY
DOSE = ("sets", "repetitions", "load")


def check_sessions(sessions: Table) -> list[Problem]:
    """Muscle groups, units, sessions given twice, and a dose of a session that was missed."""
    return [
        *_muscle_groups(sessions),
        *_units(sessions),
        *same_rows(sessions),
        *_same_day(sessions),
        *_missed(sessions),
        *_before_start(sessions),
    ]


def _muscle_groups(sessions: Table) -> list[Problem]:
    column = "muscle_groups"
    cells = sessions.data[column]
    unknown = [
        text
        for text in cells.dropna().unique()
        if not {group.strip() for group in text.split("|")} <= set(MUSCLE_GROUPS)
    ]
    do = f"write the names with | between them, of: {', '.join(MUSCLE_GROUPS)}"
    return sessions.error(cells.isin(unknown), column, "a muscle group that is not known", do)


def _units(sessions: Table) -> list[Problem]:
    """Loads without a unit, and two units in one person's log."""
    loads, units = sessions.data["load"], sessions.data["load_unit"]
    do = "write kg or lb; loads are never guessed or converted"
    found = sessions.error(loads.notna() & units.isna(), "load_unit", "a load without unit", do)
    used = units.where(loads.notna())
    first = used.groupby(sessions.data[PARTICIPANT]).transform("first")
    do = "write all loads of a person in one unit"
    rule = "another unit than earlier in this person's log"
    return found + sessions.error(used.notna() & (used != first), "load_unit", rule, do)


def same_rows(table: Table) -> list[Problem]:
    """Rows that are alike in every cell."""
    twice = table.data.duplicated() & ~table.broken & table.data[PARTICIPANT].notna()
    do = "remove the row, or correct what makes two records alike"
    return table.error(twice, "", "the row is there twice", do)


def _same_day(sessions: Table) -> list[Problem]:
    keys = sessions.data[[PARTICIPANT, DAY]]
    again = keys.duplicated() & keys.notna().all(axis=1) & ~sessions.data.duplicated()
    do = "nothing if there were two sessions; else merge or correct them"
    return sessions.note(again, DAY, "a second session of the person on this day", do)


def _missed(sessions: Table) -> list[Problem]:
    """Work recorded for a session that did not take place would count as dose."""
    missed = (sessions.data["attended"] == False).fillna(False)  # noqa: E712
    do = "write attended yes, or empty the cells of the work"
    found = []
    for column in DOSE:
        done = (sessions.data[column] > 0).fillna(False)
        found += sessions.error(missed & done, column, "work in a session that was missed", do)
    return found


def _before_start(sessions: Table) -> list[Problem]:
    early: pd.Series = sessions.data[DAY] < terms.START_DAY
    do = "check the day; sessions before randomisation are no part of the programme"
    return sessions.note(early, DAY, "a session before randomisation", do)
