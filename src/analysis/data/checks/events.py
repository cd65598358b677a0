"""The events: given twice, out of order, or against what else is known of a person."""

from __future__ import annotations

import pandas as pd

from analysis import terms
from analysis.data.checks.log import same_rows
from analysis.data.checks.people import later_than
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan

PARTICIPANT, DAY = terms.PARTICIPANT, terms.DAY
# The grade of an adverse event that ended in death (CTCAE).
FATAL = 5
# After the first of these the same cannot happen to a person again.
ONCE = ("withdrew", "stopped programme", "death")


def check_events(events: Table) -> list[Problem]:
    """Events given twice, overlapping flare-ups, events before the start or after death, and deaths
    that are told as an adverse event alone.
    """
    return [
        *same_rows(events),
        *_again(events),
        *_same_day(events),
        *_before_start(events),
        *_after_death(events),
        *_fatal(events),
    ]


def check_order(table: Table, events: Table) -> list[Problem]:
    """Rows of a participant after death (an error) or after withdrawal (a note)."""
    do = f"correct the day here or of the event in {events.file}"
    found = table.error(later_than(table, events, "death"), DAY, "after the day of death", do)
    do = f"check the days; values after withdrawal from the trial are analysed only as {_plan()}"
    if table.name == "sessions":
        do = "check the days; what the log tells after withdrawal from the trial is set aside"
    after = later_than(table, events, "withdrew")
    return found + table.note(after, DAY, "after the day of withdrawal", do)


def check_training(
    sessions: Table, events: Table | None, people: Table, plan: Plan
) -> list[Problem]:
    """Sessions of people whose arm trains nothing, and those attended after stopping."""
    arms = people.data.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)[terms.ARM]
    arm = sessions.data[PARTICIPANT].map(arms.astype("object"))
    idle = [key for key, each in plan.arms.items() if each.programme is None]
    rule = "a session of a person whose arm has no programme"
    do = "check the person and the arm; such sessions count as training received, and in no "
    do += "programme's dose"
    found = sessions.note(arm.isin(idle), PARTICIPANT, rule, do)
    if events is None:
        return found
    late = later_than(sessions, events, "stopped programme")
    late &= (sessions.data["attended"] == True).fillna(False)  # noqa: E712
    rule = "a session attended after the person stopped the programme"
    return found + sessions.note(late, DAY, rule, f"check the day here and in {events.file}")


def _plan() -> str:
    return "the plan's strategy for withdrawal says"


def _again(events: Table) -> list[Problem]:
    """A second leaving or stopping: the first one counts."""
    final = events.data["event"].isin(ONCE)
    again = final & events.data.duplicated([PARTICIPANT, "event"]) & ~events.data.duplicated()
    rule = "the same person leaves, stops or dies a second time"
    do = "keep the true day; where both stay, the earlier one counts"
    return events.note(again, "event", rule, do)


def _same_day(events: Table) -> list[Problem]:
    """Flare-ups that overlap: two of one person on one day."""
    flares = events.data[events.data["event"] == "flare-up"]
    again = flares.duplicated([PARTICIPANT, DAY]).reindex(events.data.index, fill_value=False)
    rule = "a second flare-up of the person on this day"
    do = "merge them if they are one; both stay in the table and count once"
    return events.note(again & ~events.data.duplicated(), DAY, rule, do)


def _before_start(events: Table) -> list[Problem]:
    early: pd.Series = events.data[DAY] < terms.START_DAY
    do = "check the day; an event before randomisation is no harm of any arm and is not counted"
    return events.note(early, DAY, "an event before randomisation", do)


def _after_death(events: Table) -> list[Problem]:
    late = later_than(events, events, "death")
    do = "correct one of the two days"
    return events.error(late, DAY, "an event after the day of death", do)


def _fatal(events: Table) -> list[Problem]:
    """Grade 5 is death: it counts as one, but only the event ends the person's follow-up."""
    died = events.data.loc[events.data["event"] == "death", PARTICIPANT]
    alone = (events.data["grade"] == FATAL).fillna(False) & ~events.data[PARTICIPANT].isin(died)
    rule = "an adverse event of grade 5 of a person without the event death"
    do = "add the event death with its day, so that the person is not waited for at later visits"
    return events.note(alone, "grade", rule, do)
