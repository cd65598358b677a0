"""How long each person was followed: the time in which an event could have been seen."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.terms import ARM, DAY, DAYS_A_WEEK, DAYS_A_YEAR, PARTICIPANT


def follow_up(trial: Trial) -> pd.Series:
    """The last day on which anything is known of each person, in days since randomisation.

    A visit with a value, a session and an event, withdrawal and death among them, all tell that the
    person was in the trial; the last of them ends the time at risk. Time after it is not counted as
    time without harm.

    Args:
        trial: the study.

    Returns:
        Days by participant, from 0; 0 for those of whom nothing is known after randomisation.
    """
    seen = [trial.visits.loc[trial.visits["value"].notna(), [PARTICIPANT, DAY]]]
    seen += [t[[PARTICIPANT, DAY]] for t in (trial.sessions, trial.events) if len(t)]
    last = pd.concat(seen).groupby(PARTICIPANT)[DAY].max()
    return (
        trial.people[PARTICIPANT]
        .map(last)
        .astype(float)
        .fillna(0)
        .clip(lower=0)
        .set_axis(trial.people[PARTICIPANT])
    )


def person_years(trial: Trial, followed: pd.Series, week: int) -> pd.Series:
    """Years at risk by arm, up to the end of a week."""
    days = followed.clip(upper=DAYS_A_WEEK * week)
    arms = trial.people.set_index(PARTICIPANT)[ARM]
    return days.groupby(arms.reindex(days.index), observed=False).sum() / DAYS_A_YEAR


def horizons(trial: Trial) -> tuple[int, ...]:
    """The weeks up to which harms are counted: the longest programme's end, and the last visit."""
    ends = [arm.programme.weeks for arm in trial.plan.arms.values() if arm.programme]
    return tuple(sorted({*([max(ends)] if ends else []), max(trial.plan.weeks, default=0)} - {0}))
