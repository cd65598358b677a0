"""Who was followed, until when, and how it ended: the table behind the time to a relapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.course_data import programme_end
from analysis.estimate.model import covariate_columns
from analysis.terms import (
    ARM,
    BASELINE,
    DAY,
    DAYS_A_WEEK,
    DAYS_A_YEAR,
    MEASURE,
    PARTICIPANT,
    VALUE,
    WEEK,
)

FLARE = "flare-up"
LEAVING = ("withdrew", "death")
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
    end, left = _ends(trial, people[PARTICIPANT], until)
    if relapse.event == FLARE:
        found, aside = _flares(trial, people, start, end)
    else:
        people, found, aside, end = _rises(trial, asked, people, end)
    return _outcomes(people, found, aside, start, end, left, until, arms)


def _covariates(people: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    wanted = covariate_columns(asked.question.options)
    made = people[[PARTICIPANT, ARM]].copy()
    for name in wanted:
        column = f"{BASELINE}_{asked.measure}" if name == BASELINE else name
        if column not in people:
            raise PlanError(
                f"The data have no covariate {name}.",
                where=f"questions.{asked.name}.options.covariates",
                why="the planned adjustment would be left out",
                do="Use baseline or columns of participants.",
            )
        made[name] = people[column]
    return made


def _ends(trial: Trial, who: pd.Series, until: float) -> tuple[pd.Series, pd.Series]:
    """The last day on which something is known of each person, and whether they left on it.

    A person who did not leave is followed to the last score or session. An event is no contact of
    this kind: who has one would be followed for longer because of it.
    """
    gone = trial.intercurrent[trial.intercurrent["event"].isin(LEAVING)]
    gone = gone.groupby(PARTICIPANT)[DAY].min().reindex(who)
    contacts = [trial.visits.loc[trial.visits[VALUE].notna(), [PARTICIPANT, DAY]]]
    contacts += [trial.sessions[[PARTICIPANT, DAY]]] if len(trial.sessions) else []
    last = pd.concat(contacts).groupby(PARTICIPANT)[DAY].max().reindex(who)
    end = gone.fillna(last).fillna(0.0).astype(float)
    left = gone.notna() & (gone <= until)
    return end.clip(upper=until), left


def _flares(
    trial: Trial, people: pd.DataFrame, start: float, end: pd.Series
) -> tuple[pd.DataFrame, list[tuple[str, str, int]]]:
    """Flare-ups within the follow-up; those that cannot count are counted by reason."""
    events = trial.events
    if not len(events):
        return pd.DataFrame(columns=[PARTICIPANT, DAY]), []
    found = events.loc[events["event"].astype(str) == FLARE, [PARTICIPANT, DAY]]
    found = found.merge(people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    aside = []

    def keep(wrong: pd.Series, reason: str) -> None:
        nonlocal found
        counts = found.loc[wrong, ARM].astype(str).value_counts().sort_index()
        aside.extend((reason, arm, int(n)) for arm, n in counts.items())
        found = found[~wrong]

    keep(found[DAY] <= 0, "flare-up before randomisation")
    keep(found.duplicated([PARTICIPANT, DAY]), "second flare-up of the same day")
    keep((found[DAY] > 0) & (found[DAY] <= start), "flare-up before the follow-up starts")
    keep(found[DAY] > found[PARTICIPANT].map(end), "flare-up after the end of follow-up")
    return found[[PARTICIPANT, DAY]], aside


def _rises(
    trial: Trial, asked: Asked, people: pd.DataFrame, end: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, list[tuple[str, str, int]], pd.Series]:
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
    return people, later.loc[worse, [PARTICIPANT, DAY]], aside, ends.where(ends > 0, end)


def _outcomes(
    people: pd.DataFrame,
    found: pd.DataFrame,
    aside: list[tuple[str, str, int]],
    start: float,
    end: pd.Series,
    left: pd.Series,
    until: float,
    arms: tuple[str, ...],
) -> FollowUp:
    by_person = found.groupby(PARTICIPANT)[DAY]
    who = people[PARTICIPANT]
    first, number = who.map(by_person.min()), who.map(by_person.count()).fillna(0).astype(int)
    stop = who.map(end).clip(upper=until).astype(float)
    first = first.where(first <= stop)
    made = people.assign(
        days=first.fillna(stop) - start,
        outcome=np.where(first.notna(), RELAPSED, np.where(who.map(left).fillna(False), LEFT, 0)),
        count=number,
        years=(stop - start) / DAYS_A_YEAR,
    )
    never = made["days"] <= 0
    for arm, n in made.loc[never, ARM].astype(str).value_counts().sort_index().items():
        aside.append(("not followed at all", str(arm), int(n)))
    table = pd.DataFrame(aside, columns=["reason", "arm", "n"])
    return FollowUp(made[~never].reset_index(drop=True), arms, until - start, table)
