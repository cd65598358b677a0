"""How each planned value stands under an estimand: counted, kept out, given a value, or missing."""

from __future__ import annotations

import pandas as pd

from analysis.data.intercurrent import after_event
from analysis.data.trial import Trial
from analysis.plan.schema_questions import Estimand, EventStrategy
from analysis.plan.schema_trial import Measure
from analysis.terms import (
    ARM,
    BASELINE,
    CHANGE,
    DAY,
    EXCLUDED,
    FAILURE,
    MEASURE,
    PARTICIPANT,
    SET,
    STATUS,
    VALUE,
    WEEK,
)

# Why a value does not count as recorded: the intercurrent event, its day and the reason given.
WHY = ["event", "event_day", "reason"]
COLUMNS = [PARTICIPANT, ARM, MEASURE, WEEK, VALUE, BASELINE, CHANGE, STATUS, *WHY]


def standing_values(trial: Trial, estimand: Estimand, measure: str) -> pd.DataFrame:
    """Every planned value of one measure, as the estimand's strategies make it count.

    The first event of a person whose strategy is not *treatment policy* decides what becomes of the
    values after it; events after that one change nothing. *Hypothetical* keeps them out,
    *composite* gives the score that the plan names (or calls them a failure and leaves the score
    open), *while on treatment* the last score seen up to the event, which may be the baseline.

    Args:
        trial: the derived trial.
        estimand: its intercurrent events with their strategies.
        measure: key of a measure.

    Returns:
        A row a participant and planned visit: ``participant``, ``arm``, ``measure``, ``week``,
        ``value``, ``baseline``, ``change``, ``status`` (`analysis.terms`: observed, excluded by
        strategy, set by strategy, counts as failure, missing) and, where the value as recorded
        does not stand, ``event``, ``event_day``, ``reason``; ``preceded_by``, ``preceded_day``,
        ``preceded_reason`` tell the latest event of the estimand before the visit.
    """
    visits = trial.visits[trial.visits[MEASURE] == measure]
    rows = visits[COLUMNS].sort_values([PARTICIPANT, WEEK], kind="stable").astype({STATUS: "str"})
    handled = [e for e in estimand.intercurrent_events if e.strategy != "treatment policy"]
    first = pd.Series(float("inf"), index=rows.index)
    which = pd.Series(-1, index=rows.index)
    for place, event in enumerate(handled):
        after, day = _touched(trial, rows, event.event)
        earlier = after & (day < first)
        first, which = first.mask(earlier, day), which.mask(earlier, place)
    for place, event in enumerate(handled):
        rows = _made(rows, event, which == place, trial.plan.measures[measure])
        rows = _told(trial, rows, event.event, (which == place) & (rows[STATUS] != "missing"))
    return _preceded(trial, estimand, rows)


def _preceded(trial: Trial, estimand: Estimand, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the latest event of the estimand before each visit, whatever its strategy.

    Who stopped the programme and is lost later is lost after an event, also where scores after it
    count: what fills the scores may be planned by it.
    """
    latest = pd.Series(float("-inf"), index=rows.index)
    made = rows.assign(preceded_by=None, preceded_day=float("nan"), preceded_reason=None)
    for event in estimand.intercurrent_events:
        after, day = _touched(trial, rows, event.event)
        here = after & (day > latest)
        happened = trial.intercurrent[trial.intercurrent["event"] == event.event]
        reasons = happened.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)["reason"]
        latest = latest.mask(here, day)
        made.loc[here, "preceded_by"] = event.event
        made.loc[here, "preceded_day"] = day[here]
        why = rows.loc[here, PARTICIPANT].map(reasons).astype("object")
        made.loc[here, "preceded_reason"] = why
    return made


def _touched(trial: Trial, rows: pd.DataFrame, event: str) -> tuple[pd.Series, pd.Series]:
    """Which visits lie after the event, and its day; those missing because of it do too."""
    after = after_event(trial, event)[rows.index] | (rows["event"] == event)
    happened = trial.intercurrent[trial.intercurrent["event"] == event]
    days = rows[PARTICIPANT].map(happened.groupby(PARTICIPANT)[DAY].min()).astype("float64")
    return after, days


def _made(
    rows: pd.DataFrame, handled: EventStrategy, here: pd.Series, measure: Measure
) -> pd.DataFrame:
    """The rows with what one strategy makes of the values after its event."""
    rows = rows.copy()
    if handled.strategy in ("hypothetical", "principal stratum"):
        seen = here & rows[VALUE].notna()
        rows.loc[seen, [VALUE, CHANGE]] = float("nan")
        rows.loc[seen, STATUS] = EXCLUDED
        return rows
    if handled.counts_as == "failure":
        rows.loc[here, [VALUE, CHANGE]] = float("nan")
        rows.loc[here, STATUS] = FAILURE
        return rows
    rows.loc[here, VALUE] = _given(rows, handled, here, measure)[here]
    rows.loc[here, CHANGE] = rows[VALUE] - rows[BASELINE]
    rows.loc[here, STATUS] = SET
    return rows


def _given(
    rows: pd.DataFrame, handled: EventStrategy, here: pd.Series, measure: Measure
) -> pd.Series:
    """The score that stands for every value after the event."""
    if handled.counts_as == "worst score":
        low, high = measure.range
        worst = high if measure.direction == "lower is better" else low
        return pd.Series(float(worst), index=rows.index)
    if handled.counts_as == "baseline score":
        return rows[BASELINE]
    last = rows[VALUE].mask(here).groupby(rows[PARTICIPANT], sort=False).ffill()
    return last.fillna(rows[BASELINE])


def _told(trial: Trial, rows: pd.DataFrame, event: str, here: pd.Series) -> pd.DataFrame:
    """The rows with the event, its day and its reason where its strategy decided."""
    happened = trial.intercurrent[trial.intercurrent["event"] == event]
    first = happened.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)
    who = rows.loc[here, PARTICIPANT]
    rows.loc[here, "event"] = event
    rows.loc[here, "event_day"] = who.map(first[DAY]).astype("float64")
    rows.loc[here, "reason"] = who.map(first["reason"])
    return rows
