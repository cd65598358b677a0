"""How long each person was followed: the time in which an event could have been seen."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.terms import ARM, DAY, DAYS_A_WEEK, DAYS_A_YEAR, PARTICIPANT, VALUE

LEAVING = ("withdrew", "death")


def follow_up(trial: Trial) -> pd.DataFrame:
    """The last day on which each person was followed, and whether they left the trial on it.

    Whoever withdrew or died was followed until then, everybody else until the last visit with a
    value or the last session. An event is no contact of this kind: who has one would be followed
    for longer because of it, and rates would be too high. Harms and relapses share this time.

    Args:
        trial: the study.

    Returns:
        Indexed by participant: ``end`` in days since randomisation, 0 for those of whom nothing is
        known after it, and ``left``, whether the person withdrew or died.
    """
    who = trial.people[PARTICIPANT]
    gone = trial.intercurrent[trial.intercurrent["event"].isin(LEAVING)]
    gone = gone.groupby(PARTICIPANT)[DAY].min().reindex(who)
    seen = [trial.visits.loc[trial.visits[VALUE].notna(), [PARTICIPANT, DAY]]]
    seen += [trial.sessions[[PARTICIPANT, DAY]]] if len(trial.sessions) else []
    last = pd.concat(seen).groupby(PARTICIPANT)[DAY].max().reindex(who)
    end = gone.fillna(last).fillna(0.0).astype(float).clip(lower=0)
    return pd.DataFrame({"end": end, "left": gone.notna()})


def while_followed(events: pd.DataFrame, followed: pd.DataFrame) -> pd.Series:
    """Which events came while their person was followed; of those never followed none did.

    Args:
        events: ``participant`` and ``day``.
        followed: as `follow_up` gives it.
    """
    end = events[PARTICIPANT].map(followed["end"]).astype(float)
    return (end > 0) & (events[DAY].astype(float) <= end)


def person_years(trial: Trial, followed: pd.DataFrame, week: int) -> pd.Series:
    """Years at risk by arm, up to the end of a week."""
    days = followed["end"].clip(upper=DAYS_A_WEEK * week)
    arms = trial.people.set_index(PARTICIPANT)[ARM]
    return days.groupby(arms.reindex(days.index), observed=False).sum() / DAYS_A_YEAR


def horizons(trial: Trial) -> tuple[int, ...]:
    """The weeks up to which harms are counted: the longest programme's end, and the last visit."""
    ends = [arm.programme.weeks for arm in trial.plan.arms.values() if arm.programme]
    return tuple(sorted({*([max(ends)] if ends else []), max(trial.plan.weeks, default=0)} - {0}))
