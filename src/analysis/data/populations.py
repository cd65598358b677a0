"""Who belongs to each population of the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.errors import DataError, PlanError
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Population
from analysis.terms import ARM, DAY, DAYS_A_WEEK, OBSERVED, PARTICIPANT, STATUS

# Two thirds can only be written rounded: 32 of 48 sessions must count as a share of 0.667.
SHARE_DECIMALS = 3


@dataclass(frozen=True)
class _Known:
    """What a rule may look at."""

    plan: Plan
    people: pd.DataFrame
    visits: pd.DataFrame
    sessions: pd.DataFrame


def membership(
    plan: Plan, people: pd.DataFrame, visits: pd.DataFrame, sessions: pd.DataFrame
) -> pd.DataFrame:
    """Who is in each population of the plan.

    Args:
        plan: its populations, each with a rule.
        people: ``participant`` and ``arm``, a row a participant.
        visits: the derived grid with ``status``.
        sessions: the training log: ``participant``, ``day``, ``attended``; may be empty.

    Returns:
        A column ``in_<population>`` (bool) for each population, on the index of `people`.

    Raises:
        DataError: a population needs the training log and there is none.
        PlanError: a population by share of sessions attended gives no share.
    """
    known = _Known(plan, people, visits, sessions)
    flags = {
        f"in_{key}": RULES[population.rule](known, key, population)
        for key, population in plan.populations.items()
    }
    return pd.DataFrame(flags, index=people.index, dtype=bool)


def attended_sessions(plan: Plan, people: pd.DataFrame, sessions: pd.DataFrame) -> pd.Series:
    """How many sessions each participant attended in the weeks of the arm's programme.

    Args:
        plan: its programmes, in weeks.
        people: ``participant`` and ``arm``.
        sessions: ``participant``, ``day``, ``attended``; may be empty.

    Returns:
        Counts on the index of `people`; 0 in arms without a programme. Training before day 0 or
        after the programme's last week is not attendance.
    """
    if sessions.empty:
        return pd.Series(0, index=people.index)
    last_day = pd.Series({key: DAYS_A_WEEK * weeks for key, weeks in _weeks(plan).items()})
    log = sessions[[PARTICIPANT, DAY, "attended"]].merge(people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    in_time = (log[DAY] >= 0) & (log[DAY] <= log[ARM].astype("str").map(last_day))
    kept = log[in_time & log["attended"].fillna(False).astype(bool)]
    return people[PARTICIPANT].map(kept[PARTICIPANT].value_counts()).fillna(0).astype("int64")


def without_programme(plan: Plan, people: pd.DataFrame) -> pd.Series:
    """Who is in an arm that is offered no programme, on the index of `people`."""
    return ~people[ARM].astype("str").isin(_weeks(plan))


def _weeks(plan: Plan) -> dict[str, int]:
    return {key: arm.programme.weeks for key, arm in plan.arms.items() if arm.programme}


def _all_randomised(known: _Known, key: str, population: Population) -> pd.Series:
    return pd.Series(True, index=known.people.index)


def _any_follow_up(known: _Known, key: str, population: Population) -> pd.Series:
    seen = known.visits.loc[known.visits[STATUS] == OBSERVED, PARTICIPANT]
    return known.people[PARTICIPANT].isin(seen.unique())


def _started_programme(known: _Known, key: str, population: Population) -> pd.Series:
    attended = _attended(known, key)
    return (attended >= 1) | without_programme(known.plan, known.people)


def _attended_share(known: _Known, key: str, population: Population) -> pd.Series:
    if population.share is None:
        raise PlanError(
            f"The population '{key}' gives no share of sessions.",
            where=f"populations.{key}.share",
            why="who attended enough cannot be told",
            do="add the least share of planned sessions, such as share: 0.667",
        )
    programmes = {name: arm.programme for name, arm in known.plan.arms.items() if arm.programme}
    planned = {name: each.weeks * each.sessions_per_week for name, each in programmes.items()}
    share = _attended(known, key) / known.people[ARM].astype("str").map(pd.Series(planned))
    enough = share.round(SHARE_DECIMALS) >= population.share
    return enough | without_programme(known.plan, known.people)


def _attended(known: _Known, key: str) -> pd.Series:
    if known.sessions.empty and _weeks(known.plan):
        raise DataError(
            f"The population '{key}' needs the training log, and the study has none.",
            where=f"data/raw/{known.plan.study.name}/sessions, populations.{key} of the plan",
            why="who attended is not known, so the population would be empty or everyone",
            do="add the table sessions, or take this population out of the plan",
        )
    return attended_sessions(known.plan, known.people, known.sessions)


RULES: dict[str, Callable[[_Known, str, Population], pd.Series]] = {
    "all randomised": _all_randomised,
    "any follow-up": _any_follow_up,
    "started programme": _started_programme,
    "attended share": _attended_share,
}
