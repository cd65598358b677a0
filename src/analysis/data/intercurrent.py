"""Events after randomisation that bear on what a value means (ICH E9(R1), intercurrent events)."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import DataError, PlanError
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import IntercurrentEvent
from analysis.terms import DAY, DAYS_A_WEEK, OBSERVED, PARTICIPANT, STATUS, WEEK

EVENTS = get_args(IntercurrentEvent)
COLUMNS = [PARTICIPANT, "event", DAY, "reason"]
# After these nobody is asked again, so they explain a missing value.
LEAVING = ("withdrew", "death")
NO_REASON = "no reason given"
NOT_RECORDED = "not recorded"


def intercurrent_events(events: pd.DataFrame) -> pd.DataFrame:
    """The intercurrent events among all events as read.

    Args:
        events: ``participant``, ``day``, ``event``, ``reason``; may be empty.

    Returns:
        ``participant``, ``event``, ``day``, ``reason``, in order of participant and day; an empty
        reason reads `NO_REASON`.

    Raises:
        DataError: an intercurrent event without a day.
    """
    kept = events[events["event"].astype("str").isin(EVENTS)] if len(events) else events
    kept = kept.reindex(columns=COLUMNS).astype({"event": "str", DAY: "float64", "reason": "str"})
    if undated := int(kept[DAY].isna().sum()):
        raise DataError(
            f"{undated} intercurrent events have no day.",
            where="events, column day",
            why="which values lie after an event is not known without its day",
            do="enter the day since randomisation; if it is estimated, say so in source.md",
        )
    kept["reason"] = kept["reason"].str.strip().replace("", None).fillna(NO_REASON)
    kept["event"] = pd.Categorical(kept["event"], EVENTS)
    return kept.sort_values([PARTICIPANT, DAY, "event"], kind="stable", ignore_index=True)


def count_values_after(intercurrent: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """How many planned values of all measures were observed after each intercurrent event.

    Args:
        intercurrent: a row an event: ``participant``, ``day``.
        visits: the derived grid.

    Returns:
        Counts aligned with the rows of `intercurrent`; a value of the event's own day is not after.
    """
    seen = visits.loc[visits[STATUS] == OBSERVED, [PARTICIPANT, DAY]]
    events = intercurrent[[PARTICIPANT, DAY]].reset_index(names="row")
    pairs = events.merge(seen, on=PARTICIPANT, suffixes=("", "_of_value"))
    later = pairs.loc[pairs["day_of_value"] > pairs[DAY], "row"].value_counts()
    return later.reindex(intercurrent.index, fill_value=0).astype("int64")


def leaving(plan: Plan, grid: pd.DataFrame, intercurrent: pd.DataFrame) -> pd.DataFrame:
    """Who had left for good by the end of each planned visit's window, by which event and when.

    Args:
        plan: its windows, in days.
        grid: ``participant`` and ``week`` of every planned visit.
        intercurrent: ``participant``, ``event``, ``day``, ``reason``, in order of day.

    Returns:
        On the index of `grid`: ``event`` (``withdrew``, ``death``, or missing), ``event_day`` and
        ``reason``, which of a death reads ``death`` and without an event `NOT_RECORDED`.
    """
    left = intercurrent[intercurrent["event"].isin(LEAVING)].drop_duplicates(PARTICIPANT)
    left = left.set_index(PARTICIPANT).astype({"event": "str"})
    words = left["reason"].where(left["event"] != "death", "death")
    window_end = {visit.week: DAYS_A_WEEK * visit.week + visit.window[1] for visit in plan.schedule}
    day = grid[PARTICIPANT].map(left[DAY]).astype("float64")
    gone = day <= grid[WEEK].map(window_end).astype("float64")
    return pd.DataFrame(
        {
            "event": grid[PARTICIPANT].map(left["event"]).astype("str").where(gone),
            "event_day": day.where(gone),
            "reason": np.where(gone, grid[PARTICIPANT].map(words), NOT_RECORDED),
        },
        index=grid.index,
    ).astype({"event": "str", "reason": "str"})


def after_event(trial: Trial, event: str) -> pd.Series:
    """Which planned visits lie after a participant's first intercurrent event of one kind.

    A value of the event's own day is not after it: people who leave are scored as they go. A
    missing visit counts by its target day. The strategy *hypothetical* leaves these values out; the
    strategy *treatment policy* uses them.

    Args:
        trial: the derived trial.
        event: the plan's word, such as ``withdrew``.

    Returns:
        True or False for every row of ``trial.visits``, on its index.

    Raises:
        PlanError: a word that is no intercurrent event.
    """
    if event not in EVENTS:
        raise PlanError(
            f"'{event}' is no intercurrent event.",
            where="estimands, intercurrent_events",
            why="its strategy would be applied to nobody",
            do=f"use one of: {', '.join(EVENTS)}",
        )
    rows = trial.intercurrent[trial.intercurrent["event"] == event]
    first = rows.groupby(PARTICIPANT)[DAY].min()
    day = trial.visits[DAY].fillna(DAYS_A_WEEK * trial.visits[WEEK])
    return (day > trial.visits[PARTICIPANT].map(first).astype("float64")).rename(event)
