"""Who was followed, until when, and how it ended: the table behind the time to a relapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.course_data import programme_end
from analysis.estimate.flares import FLARE_UP, flare_ups
from analysis.estimate.followed import follow_up as follow
from analysis.estimate.followed import while_followed
from analysis.estimate.model import covariate_columns
from analysis.terms import (
    ARM,
    BASELINE,
    DAY,
    DAYS_A_WEEK,
    DAYS_A_YEAR,
    MEASURE,
    PARTICIPANT,
    START_DAY,
    VALUE,
    WEEK,
)

SAME = "record of a flare-up already counted"
UP_TO_END = "flare-up up to the end of the programme"
# What happened on the day of randomisation itself happened half a day after it: times lie above 0.
HALF_A_DAY = 0.5
# What may become of a person, by the number that stands for it.
FOLLOWED, RELAPSED, LEFT = 0, 1, 2


@dataclass(frozen=True)
class FollowUp:
    """The people at risk, and what was set aside.

    Attributes:
        people: a row a person who was followed: ``participant``, ``arm`` (comparator first),
            ``days`` (of follow-up to the first relapse, to leaving or to the last contact, above
            0), ``outcome`` (`FOLLOWED`, `RELAPSED`, `LEFT`), ``count`` (all relapses), ``years``
            (of follow-up for counting them) and the covariates.
        arms: keys, comparator first.
        horizon: days after the start of following.
        aside: a row a reason and arm: ``reason``, ``arm``, ``n``: events or people not used.
    """

    people: pd.DataFrame
    arms: tuple[str, ...]
    horizon: float
    aside: pd.DataFrame


def follow_up(trial: Trial, asked: Asked) -> FollowUp:
    """From the events, or from the scores by the plan's rule, to times and outcomes.

    Raises:
        PlanError: a covariate that the data do not have, or no programme whose end could start the
            follow-up.
    """
    relapse, estimand = asked.relapse, asked.estimand
    compared = estimand.treatments.comparator
    arms = tuple(dict.fromkeys([*([compared] if compared else []), *estimand.treatments.arms]))
    inside = trial.people[f"in_{estimand.population}"] & trial.people[ARM].isin(arms)
    people = _covariates(trial.people[inside], asked)
    people[ARM] = pd.Categorical(people[ARM].astype(str), arms, ordered=True)
    start = 0.0
    if relapse.start == "end of programme":
        start = float(DAYS_A_WEEK * programme_end(trial.plan, asked))
    until = float(DAYS_A_WEEK * asked.week)
    followed = follow(trial)
    followed = followed.assign(
        left=followed["left"] & (followed["end"] <= until), end=followed["end"].clip(upper=until)
    )
    if relapse.event == FLARE_UP:
        found, aside = _flares(trial, people, start, followed, asked.week)
    else:
        people, found, aside, followed = _rises(trial, asked, people, followed)
    return _outcomes(people, found, aside, start, followed, until, arms)


def _covariates(people: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    wanted = covariate_columns(asked.question.options)
    made = people[[PARTICIPANT, ARM]].copy()
    for name in wanted:
        column = f"{BASELINE}_{asked.measure}" if name == BASELINE else name
        if column not in people:
            raise PlanError(
                f"The data have no covariate {name}.",
                where=f"plans/{asked.plan.study.name}.yaml, "
                f"questions.{asked.name}.options.covariates",
                why="the planned adjustment would be left out",
                do="Use baseline or columns of participants.",
            )
        made[name] = people[column]
    return made


def _flares(
    trial: Trial, people: pd.DataFrame, start: float, followed: pd.DataFrame, week: int
) -> tuple[pd.DataFrame, list[tuple[str, str, int]]]:
    """Flare-ups within the follow-up; those that cannot count are counted by reason."""
    found = flare_ups(trial).drop(columns=ARM).merge(people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    aside = []

    def keep(wrong: pd.Series, reason: str) -> None:
        nonlocal found
        n = found.loc[wrong].groupby(found[ARM].astype(str)).size()
        aside.extend((reason, arm, int(each)) for arm, each in n.items())
        found = found[~wrong]

    keep(found[DAY] < START_DAY, "flare-up before randomisation")
    keep(found[DAY].between(START_DAY, start) & (start > START_DAY), UP_TO_END)
    keep(found[DAY] > DAYS_A_WEEK * week, f"flare-up after week {week}")
    keep(~while_followed(found, followed), "flare-up after the end of follow-up")
    more = (found["records"] - 1).groupby(found[ARM].astype(str)).sum()
    aside += [(SAME, arm, int(n)) for arm, n in more.items() if n > 0]
    return found[[PARTICIPANT, DAY]], aside


def _rises(
    trial: Trial, asked: Asked, people: pd.DataFrame, followed: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[tuple[str, str, int]], pd.DataFrame]:
    """Of those who gained enough: visits whose score is worse again by the plan's points."""
    relapse, week = asked.relapse, programme_end(trial.plan, asked)
    sign = 1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else -1.0
    visits = trial.visits[(trial.visits[MEASURE] == asked.measure) & trial.visits[VALUE].notna()]
    at_end = visits[visits[WEEK] == week].set_index(PARTICIPANT)
    gained = -sign * (at_end[VALUE] - at_end[BASELINE]) >= relapse.gain
    known = people[PARTICIPANT].isin(at_end.index)
    enough = people[PARTICIPANT].isin(gained.index[gained])
    aside = [
        (reason, str(arm), int(n))
        for reason, wrong in (
            ("no score at the end of the programme", ~known),
            ("gained too little to lose it again", known & ~enough),
        )
        for arm, n in people.loc[wrong, ARM].astype(str).value_counts().sort_index().items()
    ]
    people = people[enough]
    later = visits[(visits[WEEK] > week) & visits[PARTICIPANT].isin(people[PARTICIPANT])]
    worse = sign * (later[VALUE] - later[PARTICIPANT].map(at_end[VALUE])) >= relapse.rise
    # Between visits nobody is asked: without a relapse a person is followed to the last score.
    last = later.groupby(PARTICIPANT)[DAY].max()
    ends = last.reindex(people[PARTICIPANT]).fillna(float(DAYS_A_WEEK * week))
    ends = ends.where(ends > 0, followed["end"].reindex(ends.index))
    followed = followed.reindex(ends.index).assign(end=ends)
    return people, later.loc[worse, [PARTICIPANT, DAY]], aside, followed


def _outcomes(
    people: pd.DataFrame,
    found: pd.DataFrame,
    aside: list[tuple[str, str, int]],
    start: float,
    followed: pd.DataFrame,
    until: float,
    arms: tuple[str, ...],
) -> FollowUp:
    by_person = found.groupby(PARTICIPANT)[DAY]
    who = people[PARTICIPANT]
    first, number = who.map(by_person.min()), who.map(by_person.count()).fillna(0).astype(int)
    stop = who.map(followed["end"]).clip(upper=until).astype(float)
    first = first.where(first <= stop).astype(float)
    left = who.map(followed["left"]).fillna(False).astype(bool)
    made = people.assign(
        days=(first - start).clip(lower=HALF_A_DAY).fillna(stop - start),
        outcome=np.where(first.notna(), RELAPSED, np.where(left, LEFT, FOLLOWED)),
        count=number,
        years=(stop - start) / DAYS_A_YEAR,
    )
    never = made["years"] <= 0
    for arm, n in made.loc[never, ARM].astype(str).value_counts().sort_index().items():
        aside.append(("not followed at all", str(arm), int(n)))
    table = pd.DataFrame(aside, columns=["reason", "arm", "n"])
    return FollowUp(made[~never].reset_index(drop=True), arms, until - start, table)
