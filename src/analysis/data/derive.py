"""From checked raw tables to the trial that every question is asked of.

Each step answers for all participants at once; the conventions and their reasons are in
``docs/methods/derivation.md``, worked people in ``tests/people/people.md``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.flow import count_flow
from analysis.data.intercurrent import count_values_after, intercurrent_events, leaving
from analysis.data.populations import membership
from analysis.data.read import RawStudy
from analysis.data.trial import VARIABLE_WORDS, Trial
from analysis.data.windows import baseline_values, planned_values
from analysis.errors import DataError
from analysis.plan.schema import Plan
from analysis.terms import (
    ARM,
    BASELINE,
    CHANGE,
    DAY,
    MEASURE,
    MISSING,
    OBSERVED,
    PARTICIPANT,
    PERCENT_CHANGE,
    STATUS,
    VALUE,
    VISIT,
    WEEK,
)

GRID = [PARTICIPANT, ARM, MEASURE, VISIT, WEEK, DAY, VALUE, BASELINE, CHANGE, PERCENT_CHANGE]
WHY_MISSING = ["event", "event_day", "reason"]
GRID += [STATUS, *WHY_MISSING]


def derive(plan: Plan, raw: RawStudy) -> Trial:
    """Baseline, change, planned visits, populations, intercurrent events and flow of one study.

    Args:
        plan: the analysis plan.
        raw: the checked raw tables.

    Returns:
        The trial; its tables are described in `analysis.data.trial.Trial`.

    Raises:
        PlanError: the plan names no baseline visit, or no share for a population that needs one.
        DataError: two values of one day, an intercurrent event without a day, a population without
            its training log, a covariate with the name of a derived column, or a flow that does not
            add up.
    """
    baselines = baseline_values(plan, raw.visits)
    events = intercurrent_events(raw.events)
    visits = _fill_grid(plan, _empty_grid(plan, raw.participants), baselines, raw.visits)
    visits[WHY_MISSING] = _why_missing(plan, visits, events)
    events["values_after"] = count_values_after(events, visits)
    people = _add_columns(raw.participants, _wide_baselines(plan, raw.participants, baselines))
    sessions, late = _before_leaving(raw.sessions, raw.participants, events)
    people = _add_columns(people, membership(plan, people, visits, sessions))
    trial = Trial(
        plan=plan,
        people=people,
        visits=visits[GRID],
        sessions=sessions,
        events=raw.events,
        intercurrent=events,
        flow=pd.DataFrame(),
        variables=_variable_words(raw.dictionary),
        hashes=dict(raw.hashes),
        late_sessions=late,
        events_recorded=raw.events_recorded,
        scales=_scales(raw.dictionary),
    )
    return replace(trial, flow=count_flow(trial))


def _before_leaving(
    sessions: pd.DataFrame, participants: pd.DataFrame, events: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The training log up to the day on which each person withdrew, and what was set aside by arm.

    Whoever has left the trial trains no longer in it: one of the two days is wrong, and what is
    told of the time after leaving is no part of the dose.
    """
    if sessions.empty:
        return sessions, {}
    left = events[events["event"] == "withdrew"].groupby(PARTICIPANT)[DAY].min()
    late = sessions[DAY] > sessions[PARTICIPANT].map(left).astype("float64")
    came = late & sessions["attended"].fillna(False).astype(bool)
    arms = participants.set_index(PARTICIPANT)[ARM].astype("str")
    counts = sessions.loc[came, PARTICIPANT].map(arms).value_counts().sort_index()
    return sessions[~late].reset_index(drop=True), {str(arm): int(n) for arm, n in counts.items()}


def _empty_grid(plan: Plan, participants: pd.DataFrame) -> pd.DataFrame:
    """Every participant, measure and planned visit after baseline, in this order."""
    people, measures, weeks = len(participants), len(plan.measures), sorted(plan.weeks)
    who = participants[[PARTICIPANT, ARM]]
    grid = who.loc[who.index.repeat(measures * len(weeks))].reset_index(drop=True)
    codes = np.tile(np.repeat(np.arange(measures), len(weeks)), people)
    grid[MEASURE] = pd.Categorical.from_codes(codes, list(plan.measures))
    grid[WEEK] = np.tile(np.array(weeks, dtype="int64"), people * measures)
    return grid.assign(**{VISIT: _visit_words(plan, grid[WEEK])})


def _visit_words(plan: Plan, week: pd.Series) -> pd.Categorical:
    """Visits in words, ordered in time."""
    weeks = sorted(plan.weeks)
    words = {visit.week: visit.label or f"week {visit.week}" for visit in plan.schedule}
    return pd.Categorical.from_codes(
        np.searchsorted(weeks, week), [words[each] for each in weeks], ordered=True
    )


def _fill_grid(
    plan: Plan, grid: pd.DataFrame, baselines: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """The grid with baseline, value, change and status; one row stays one row."""
    measure = pd.CategoricalDtype(list(plan.measures))
    values = planned_values(plan, visits).astype({MEASURE: measure, WEEK: "int64"})
    start = baselines.astype({MEASURE: measure})
    filled = grid.merge(start, on=[PARTICIPANT, MEASURE], how="left", validate="many_to_one").merge(
        values, on=[PARTICIPANT, MEASURE, WEEK], how="left", validate="one_to_one"
    )
    filled[CHANGE] = filled[VALUE] - filled[BASELINE]
    # A percentage of zero does not exist, and one of a negative score would turn its sign.
    filled[PERCENT_CHANGE] = 100 * filled[CHANGE] / filled[BASELINE].where(filled[BASELINE] > 0)
    seen = filled[VALUE].notna().astype("int8")
    filled[STATUS] = pd.Categorical.from_codes(seen, [MISSING, OBSERVED])
    return filled


def _why_missing(plan: Plan, visits: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Event, its day and reason of each missing value; nothing where one was observed."""
    return leaving(plan, visits, events)[WHY_MISSING].where(visits[STATUS] == MISSING)


def _wide_baselines(
    plan: Plan, participants: pd.DataFrame, baselines: pd.DataFrame
) -> pd.DataFrame:
    """A column ``baseline_<measure>`` for every measure of the plan, on the participants' index."""
    wide = baselines.pivot(index=PARTICIPANT, columns=MEASURE, values=BASELINE)
    wide = wide.reindex(index=participants[PARTICIPANT], columns=list(plan.measures))
    wide = wide.astype("float64").set_axis(participants.index)
    return wide.set_axis([f"{BASELINE}_{key}" for key in plan.measures], axis=1)


def _variable_words(dictionary: pd.DataFrame) -> pd.DataFrame:
    """What readers call the columns of the participants."""
    told = dictionary.loc[dictionary["table"] == "participants", VARIABLE_WORDS]
    return told.astype("str").reset_index(drop=True)


_WIDEST = 100  # of soreness and pain in the log, whatever their scale


def _scales(dictionary: pd.DataFrame) -> dict[str, str]:
    """Unit and range of the columns of the training log, as far as the dictionary tells them.

    A range up to the widest that is accepted need not be that of the scale, and is not told.
    """
    told = dictionary[dictionary["table"] == "sessions"]
    found = {}
    for row in told.itertuples():
        known = not pd.isna([row.minimum, row.maximum]).any() and row.maximum < _WIDEST
        ends = f"{row.minimum:g} to {row.maximum:g}" if known else ""
        if words := ", ".join(part for part in (str(row.unit), ends) if part):
            found[str(row.column)] = words
    return found


def _add_columns(people: pd.DataFrame, derived: pd.DataFrame) -> pd.DataFrame:
    taken = people.columns.intersection(derived.columns)
    if len(taken):
        raise DataError(
            f"The participants bring a column that is derived here: {', '.join(taken)}.",
            where="participants, first row",
            why="one of the two would be lost, and with it the meaning of the name",
            do="rename the column in participants and in dictionary.csv",
        )
    return pd.concat([people, derived], axis=1)
