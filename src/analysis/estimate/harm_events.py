"""Which events are harms, and under which headings each of them is counted."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.plan.schema_questions import Harms
from analysis.terms import ARM, DAY, PARTICIPANT

ANY = "any adverse event"
SERIOUS = "serious adverse event"
FLARE_UP = "flare-up"
LEFT = "left or stopped because of harm"
NOT_STATED = "not stated"
RELATED = ("yes", "no", "unknown")
GRADES = ("1", "2", "3", "4", "5")
LEAVING = ("withdrew", "stopped programme")


def harm_events(trial: Trial, harms: Harms) -> pd.DataFrame:
    """Every event from randomisation on, once under each heading it is counted under.

    An adverse event counts under any, its relatedness, its grade, its type and, where it is,
    serious; what is not stated is a heading of its own and never read as no. Several flare-ups of a
    person on one day are one.

    Args:
        trial: the study; it has events.
        harms: which reasons for leaving count as harm.

    Returns:
        ``participant``, ``arm``, ``day``, ``level``; the heading in ``level``.
    """
    events = trial.events[trial.events[DAY] >= 0]
    events = events.merge(trial.people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    events["reason"] = words(events, "reason")
    adverse = events[events["event"].astype("str") == "adverse event"]
    flares = events[events["event"].astype("str") == FLARE_UP].drop_duplicates([PARTICIPANT, DAY])
    reasons = [reason.strip().casefold() for reason in harms.reasons]
    left = events[events["event"].isin(LEAVING) & events["reason"].isin(reasons)]
    serious = adverse[words(adverse, "serious").isin(("yes", "true"))]
    parts = [
        adverse.assign(level=ANY),
        serious.assign(level=SERIOUS),
        adverse.assign(level="related: " + words(adverse, "related")),
        adverse.assign(level="grade: " + words(adverse, "grade")),
        adverse.assign(level="type: " + adverse["reason"]),
        serious.assign(level="serious: " + serious["reason"] + _related(serious)),
        left.assign(level=LEFT),
        flares.assign(level=FLARE_UP),
    ]
    return pd.concat(parts, ignore_index=True)[[PARTICIPANT, ARM, DAY, "level"]]


def headings(counted: pd.DataFrame, harms: Harms) -> list[str]:
    """The headings in reading order: those of every trial also where nothing was counted.

    Leaving because of harm is a heading only where the plan says which reasons are harm.
    """
    found = set(counted["level"])
    always = [ANY, SERIOUS, *(f"related: {word}" for word in RELATED[:2])]
    maybe = [f"related: {word}" for word in (RELATED[2], NOT_STATED)]
    maybe += [f"grade: {word}" for word in (*GRADES, NOT_STATED)]
    named = counted.loc[counted["level"].str.startswith(("type: ", "serious: ")), "level"]
    types = named.value_counts()
    return [
        *always,
        *([LEFT] if harms.reasons else []),
        FLARE_UP,
        *(level for level in maybe if level in found),
        *sorted(types.index, key=lambda level: (-types[level], level)),
    ]


def _related(events: pd.DataFrame) -> pd.Series:
    """Whether a listed event was judged related to the programme."""
    said = {"yes": ": related", "no": ": not related", "unknown": ": relatedness unknown"}
    return words(events, "related").map(said).fillna(": relatedness not stated")


def words(events: pd.DataFrame, column: str) -> pd.Series:
    """A column as plain words; an empty cell, or a study without the column, is `NOT_STATED`."""
    if column not in events:
        return pd.Series(NOT_STATED, index=events.index, dtype="str")
    cells = events[column].astype("str").str.strip().str.casefold()
    return cells.where(events[column].notna() & (cells != ""), NOT_STATED)
