"""Which events are harms, and under which headings each of them is counted."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.flares import FLARE_UP, flare_ups
from analysis.plan.schema_questions import Harms
from analysis.terms import ARM, DAY, PARTICIPANT, START_DAY

ANY = "any adverse event"
DIED = "died"
SERIOUS = "serious adverse event"
LEFT = "left or stopped because of harm"
NOT_STATED = "not stated"
RELATED = ("yes", "no", "unknown")
GRADES = ("1", "2", "3", "4", "5")
FATAL = "5"
LEAVING = ("withdrew", "stopped programme")


def harm_events(trial: Trial, harms: Harms) -> pd.DataFrame:
    """Every event from randomisation on, once under each heading it is counted under.

    An adverse event counts under any, its relatedness, its grade, its type and, where it is,
    serious; what is not stated is a heading of its own and never read as no. A death is a serious
    adverse event of grade 5; where it is in the table both as `death` and as an adverse event of
    grade 5 of that person, it is counted once. Flare-ups are counted as `flare_ups` tells them.

    Args:
        trial: the study; it has a table of events.
        harms: which reasons for leaving count as harm.

    Returns:
        ``participant``, ``arm``, ``day``, ``level``; the heading in ``level``.
    """
    events = trial.events[trial.events[DAY] >= START_DAY]
    events = events.merge(trial.people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    events["reason"], kind = words(events, "reason"), events["event"].astype("str")
    adverse = _adverse(events, kind)
    reasons = [reason.strip().casefold() for reason in harms.reasons]
    left = events[kind.isin(LEAVING) & events["reason"].isin(reasons)]
    flares = flare_ups(trial)
    parts = [
        _died(events, kind).assign(level=DIED),
        *_headings_of(adverse),
        left.assign(level=LEFT),
        flares[flares[DAY] >= START_DAY].assign(level=FLARE_UP),
    ]
    found = pd.concat(parts, ignore_index=True)[[PARTICIPANT, ARM, DAY, "level"]]
    return found.astype({DAY: float, "level": "str"})


def _adverse(events: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Adverse events, deaths among them once, with how each is judged."""
    found = events.assign(
        related=words(events, "related"),
        grade=words(events, "grade"),
        serious=words(events, "serious").isin(("yes", "true")),
        type=events["reason"],
    )
    fatal = (kind == "adverse event") & (found["grade"] == FATAL)
    death = (kind == "death") & ~found[PARTICIPANT].isin(found.loc[fatal, PARTICIPANT])
    death &= ~found.assign(dead=death).duplicated([PARTICIPANT, "dead"])
    found.loc[fatal | death, "serious"] = True
    found.loc[death, "grade"] = FATAL
    cause = found["reason"].replace(NOT_STATED, "cause not stated")
    found["type"] = found["type"].mask(death, "death: " + cause)
    return found[(kind == "adverse event") | death]


def _died(events: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Each person who died, once: by the event `death`, or by an adverse event of grade 5."""
    fatal = (kind == "adverse event") & (words(events, "grade") == FATAL)
    found = events[(kind == "death") | fatal].assign(told=kind == "death")
    # The day of death itself, where it is told, not that on which what led to it began.
    found = found.sort_values(["told", DAY], ascending=[False, True], kind="stable")
    return found.drop_duplicates(PARTICIPANT)


def _headings_of(adverse: pd.DataFrame) -> list[pd.DataFrame]:
    serious = adverse[adverse["serious"]]
    return [
        adverse.assign(level=ANY),
        serious.assign(level=SERIOUS),
        adverse.assign(level="related: " + adverse["related"]),
        adverse.assign(level="grade: " + adverse["grade"]),
        adverse.assign(level="type: " + adverse["type"]),
        serious.assign(level="serious: " + serious["type"] + _related(serious)),
    ]


def headings(counted: pd.DataFrame, harms: Harms) -> list[str]:
    """The headings in reading order: those of every trial also where nothing was counted.

    Leaving because of harm is a heading only where the plan says which reasons are harm.
    """
    found = set(counted["level"])
    always = [DIED, SERIOUS, ANY, *(f"related: {word}" for word in RELATED[:2])]
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
    return events["related"].map(said).fillna(": relatedness not stated")


def words(events: pd.DataFrame, column: str) -> pd.Series:
    """A column as plain words; an empty cell, or a study without the column, is `NOT_STATED`."""
    if column not in events:
        return pd.Series(NOT_STATED, index=events.index, dtype="str")
    cells = events[column].astype("str").str.strip().str.casefold()
    return cells.where(events[column].notna() & (cells != ""), NOT_STATED)
