"""The training log of the people of one arm: what was attended while the programme ran."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.plan.schema_trial import Programme
from analysis.result.record import Result
from analysis.terms import ARM, DAY, DAYS_A_WEEK, PARTICIPANT, START_DAY, WEEK


def programmes(trial: Trial) -> dict[str, Programme]:
    """The programmes by arm, of the arms that have one."""
    return {key: arm.programme for key, arm in trial.plan.arms.items() if arm.programme}


def logged(trial: Trial) -> dict[str, Programme]:
    """The programmes by arm of whose people the training log holds a row.

    Of the others it is not known what was attended: a log without them is no log of nought.
    """
    people = trial.people[PARTICIPANT].isin(trial.sessions[PARTICIPANT])
    arms = set(trial.people.loc[people, ARM].astype(str))
    return {arm: each for arm, each in programmes(trial).items() if arm in arms}


def unlogged_rows(trial: Trial, asked: Asked) -> list[Result]:
    """A row `not_available` for each arm with a programme of which the log holds nothing."""
    without = [arm for arm in programmes(trial) if arm not in logged(trial)]
    return [asked.row("not_available", 0, arm=arm, level="no log of the arm") for arm in without]


def weeks_of(days: pd.Series) -> pd.Series:
    """The week of the programme that each day lies in, the first being 1."""
    return ((days.clip(lower=1) - 1) // DAYS_A_WEEK + 1).astype(int)


def log_of(trial: Trial, arm: str) -> pd.DataFrame:
    """The sessions of an arm's people, from day 0 to the last day of its programme.

    Returns:
        The columns of the log, ``attended`` without gaps (what is not told was not attended), and
        ``week``, the week of the programme, the first being 1.
    """
    people = trial.people.loc[trial.people[ARM] == arm, PARTICIPANT]
    last = DAYS_A_WEEK * trial.plan.arms[arm].programme.weeks
    log = trial.sessions
    log = log[log[PARTICIPANT].isin(people) & log[DAY].between(START_DAY, last)]
    week = weeks_of(log[DAY])
    attended = log["attended"].fillna(False).astype(bool)
    return log.assign(**{"attended": attended, WEEK: week}).sort_values([PARTICIPANT, DAY])


def people_of(trial: Trial, arm: str) -> pd.Series:
    """The participants of an arm, as the trial lists them."""
    return trial.people.loc[trial.people[ARM] == arm, PARTICIPANT]


def ended(trial: Trial) -> pd.DataFrame:
    """The first leaving, stopping or death of each participant: ``event`` and ``day``."""
    if not len(trial.events):
        return pd.DataFrame(columns=["event", DAY])
    events = trial.events[trial.events["event"].isin(["withdrew", "stopped programme", "death"])]
    first = events.sort_values(DAY, kind="stable").drop_duplicates(PARTICIPANT)
    return first.set_index(PARTICIPANT)[["event", DAY]]
