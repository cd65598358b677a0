"""Who is in the trial: every participant once, in one spelling, in an arm that has people."""

from __future__ import annotations

import unicodedata

import pandas as pd

from analysis import terms
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan

PARTICIPANT = terms.PARTICIPANT


def check_people(people: Table, plan: Plan) -> list[Problem]:
    """Participants given twice or in two spellings, and arms without anybody."""
    names = people.data[PARTICIPANT]
    do = "keep one row for each participant"
    found = people.error(
        names.duplicated() & names.notna(), PARTICIPANT, "the participant is there twice", do
    )
    plain = names.map(plain_spelling, na_action="ignore")
    alike = plain.duplicated(keep=False) & names.notna() & ~names.duplicated(keep=False)
    rule = "identifiers that differ only in capitals or spaces"
    do = "give different people different identifiers, and one person one spelling everywhere"
    found += people.error(alike, PARTICIPANT, rule, do)
    if people.data[terms.ARM].notna().any():
        do = "check the spelling of the arm in the table and in the plan"
        with_people = set(people.data[terms.ARM].dropna())
        found += [
            Problem(people.file, None, terms.ARM, f"nobody is in the arm {arm} of the plan", do)
            for arm in plan.arms
            if arm not in with_people
        ]
    return found


def check_known(table: Table, people: Table) -> list[Problem]:
    """Rows of somebody who is not in the table of participants."""
    known = people.data[PARTICIPANT].dropna()
    names = table.data[PARTICIPANT]
    strange = names.notna() & ~names.isin(known)
    if not strange.any():
        return []
    spellings = set(known.map(plain_spelling))
    near = names[strange].map(plain_spelling).isin(spellings).reindex(names.index, fill_value=False)
    do = f"write the identifier as in {people.file}"
    rule = "the participant is known in other capitals or spaces"
    found = table.error(strange & near, PARTICIPANT, rule, do)
    do = f"add the participant to {people.file}, or correct the identifier"
    rule = f"the participant is not in {people.file}"
    return found + table.error(strange & ~near, PARTICIPANT, rule, do)


def plain_spelling(name: str) -> str:
    """An identifier without what people overlook: capitals, spaces and kinds of one letter."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def later_than(table: Table, events: Table, event: str) -> pd.Series:
    """Rows of a table on a day after a participant's first event of a kind."""
    first = events.data[events.data["event"] == event].groupby(PARTICIPANT)["day"].min()
    if first.empty:
        return pd.Series(False, index=table.data.index)
    return table.data["day"] > table.data[PARTICIPANT].map(first).astype(float)
