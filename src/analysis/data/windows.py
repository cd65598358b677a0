"""Which recorded value stands for baseline, and which for each planned visit.

A value belongs to at most one visit: the one whose target day (seven times its week) is nearest
among the visits whose window holds it. Why each tie goes where it goes is told in
``docs/methods/derivation.md``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import DataError, PlanError
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Visit
from analysis.terms import BASELINE, DAY, DAYS_A_WEEK, MEASURE, PARTICIPANT, VALUE, WEEK


def baseline_values(plan: Plan, visits: pd.DataFrame) -> pd.DataFrame:
    """The baseline of every participant and measure: the last value in the window, up to day 0.

    Args:
        plan: its visit of week 0 gives the window in days.
        visits: as read: ``participant``, ``day``, ``measure``, ``value``.

    Returns:
        ``participant``, ``measure``, ``baseline`` (in its unit); no row where there is none.

    Raises:
        PlanError: the schedule has no visit of week 0.
        DataError: two values of one participant, measure and day.
    """
    start = next((visit for visit in plan.schedule if visit.week == 0), None)
    if start is None:
        raise PlanError(
            "The schedule has no baseline visit.",
            where="schedule",
            why="without the window of week 0 nobody knows which score was the baseline",
            do="add a visit such as {week: 0, window: [-14, 0]}",
        )
    early, late = start.window
    scored = _scored(visits)
    inside = scored[scored[DAY].between(early, min(late, 0))].sort_values(DAY, kind="stable")
    last = inside.drop_duplicates([PARTICIPANT, MEASURE], keep="last")
    return last[[PARTICIPANT, MEASURE, VALUE]].rename(columns={VALUE: BASELINE})


def planned_values(plan: Plan, visits: pd.DataFrame) -> pd.DataFrame:
    """The value of every planned visit after baseline: in its window, nearest to its target day.

    Args:
        plan: its schedule gives weeks and windows in days.
        visits: as read: ``participant``, ``day``, ``measure``, ``value``.

    Returns:
        ``participant``, ``measure``, ``week``, ``day``, ``value``; no row where there is none. Of
        two values equally near to the target day the later one is taken.

    Raises:
        DataError: two values of one participant, measure and day.
    """
    scored = _scored(visits)
    after = scored[scored[DAY] > 0]
    planned = sorted((visit for visit in plan.schedule if visit.week > 0), key=lambda v: v.week)
    week, distance = nearest_visit(planned, after[DAY].to_numpy(dtype=float))
    found = after.assign(**{WEEK: week, "distance": distance})[week > 0]
    order = found.sort_values(["distance", DAY], ascending=[True, False], kind="stable")
    chosen = order.drop_duplicates([PARTICIPANT, MEASURE, WEEK])
    return chosen[[PARTICIPANT, MEASURE, WEEK, DAY, VALUE]]


def nearest_visit(planned: list[Visit], day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The visit that each day belongs to.

    Args:
        planned: visits after baseline, in order of their weeks.
        day: days since randomisation, shape (n,).

    Returns:
        The week of the visit, 0 where no window holds the day, and the days between the day and the
        visit's target (infinite where there is none), both of shape (n,). A day equally near to two
        visits belongs to the earlier one: the later was not yet due.
    """
    if not planned:
        return np.zeros(len(day), dtype=int), np.full(len(day), np.inf)
    weeks = np.array([visit.week for visit in planned])
    early, late = np.array([visit.window for visit in planned], dtype=float).T
    offset = day[:, None] - DAYS_A_WEEK * weeks
    inside = (offset >= early) & (offset <= late)
    distance = np.where(inside, np.abs(offset), np.inf)
    nearest = distance.argmin(axis=1)
    shortest = distance[np.arange(len(day)), nearest]
    return np.where(np.isfinite(shortest), weeks[nearest], 0), shortest


def _scored(visits: pd.DataFrame) -> pd.DataFrame:
    """The rows that hold a value; a visit at which nothing was scored stands for no value."""
    scored = visits[visits[VALUE].notna() & visits[DAY].notna()]
    twice = scored.duplicated([PARTICIPANT, MEASURE, DAY]).sum()
    if twice:
        raise DataError(
            f"{twice} values share participant, measure and day with another value.",
            where="visits, columns participant, measure and day",
            why="which of two values of one day is right cannot be derived",
            do="keep one row a participant, measure and day",
        )
    return scored
