"""How much of the programme was taken up: sessions planned, offered and attended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.populations import SHARE_DECIMALS
from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.spread import mean_row
from analysis.estimate.swimmers import swimmer_rows
from analysis.estimate.training_log import log_of, logged, people_of, programmes, unlogged_rows
from analysis.plan.schema_trial import Programme
from analysis.result.record import Result
from analysis.stats.binary import counted, wilson
from analysis.terms import ARM, PARTICIPANT, SMALL_GROUP, WEEK

_MEAN = "mean of the people randomised to the arm, those who never came among them; t interval"
LEVEL = 0.95


def estimate_adherence(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How many of the planned sessions people attended, by arm and week of the programme.

    Everyone randomised to an arm with a programme counts, also who never came. Planned is what the
    plan says, offered what the log lists, whether attended or not.

    Args:
        trial: the study.
        question: key of a question whose estimate is `adherence`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        By arm: `planned_sessions`, `planned_weeks`; `offered_sessions`, `attended_sessions` and
        `attended_share` (percent of those planned), means with intervals; quartiles of the share;
        `never_attended` and `attended_enough` (people, by population); by week of the programme
        `attended_by_week` (percent of the planned sessions) and `trained_by_week` (percent of
        people with at least one), with intervals. `swim_*` of a few people drawn by lot.
        `sessions_after_withdrawal`: set aside. `not_available` without a training log,
        and for an arm of which the log holds no row: that is not a log of nought.

    Raises:
        UsageError: an unknown question, or a week or measure.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    if not logged(trial):
        return [asked.row("not_available", 0, level="no training log at all")]
    return [
        *(row for arm, each in logged(trial).items() for row in _arm(trial, asked, arm, each)),
        *unlogged_rows(trial, asked),
        *_without_programme(trial, asked),
        *(
            asked.row("sessions_after_withdrawal", n, arm=arm, method="set aside, not attended")
            for arm, n in trial.late_sessions.items()
        ),
        *swimmer_rows(trial, asked),
    ]


def _arm(trial: Trial, asked: Asked, arm: str, programme: Programme) -> list[Result]:
    log, people = log_of(trial, arm), people_of(trial, arm)
    planned = round(programme.weeks * programme.sessions_per_week)
    attended = _count(log[log["attended"]], people)
    share = 100 * attended / planned
    place = {"arm": arm, "n": len(people), "n_observed": int(people.isin(log[PARTICIPANT]).sum())}
    rows = [
        asked.row("planned_sessions", planned, arm=arm, method=programme.modality),
        asked.row("planned_weeks", programme.weeks, arm=arm, method=programme.supervision),
        mean_row(asked, "attended_sessions", attended, _MEAN, **place),
        mean_row(asked, "attended_share", share, _MEAN, **place),
        asked.row("never_attended", (attended == 0).sum(), **place),
    ]
    if not log["attended"].all():
        rows.append(mean_row(asked, "offered_sessions", _count(log, people), _MEAN, **place))
    if len(people) >= SMALL_GROUP:
        for name, part in (("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75)):
            rows.append(asked.row("attended_quantile", share.quantile(part), level=name, **place))
    return [
        *rows,
        *_enough(trial, asked, share, place),
        *_weeks(asked, log, people, programme, place),
    ]


def _count(log: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Sessions of each participant; 0 for those without any."""
    return people.map(log[PARTICIPANT].value_counts()).fillna(0)


def _enough(trial: Trial, asked: Asked, share: pd.Series, place: dict) -> list[Result]:
    """People with at least the share of a population of the plan."""
    rows = []
    for key, population in trial.plan.populations.items():
        if population.share is not None:
            hit = (share / 100).round(SHARE_DECIMALS) >= population.share
            rows.append(asked.row("attended_enough", hit.sum(), level=key, **place))
    return rows


def _weeks(
    asked: Asked, log: pd.DataFrame, people: pd.Series, programme: Programme, place: dict
) -> list[Result]:
    """Sessions, with an interval over people, who are the units; and people who trained."""
    came = log[log["attended"]]
    rows = []
    for week in range(1, programme.weeks + 1):
        sessions = _count(came[came[WEEK] == week], people)
        share = 100 * sessions / programme.sessions_per_week
        rows.append(mean_row(asked, "attended_by_week", share, _MEAN, week=week, **place))
        found = wilson(counted(np.array((sessions > 0).sum()), np.array(len(people)), LEVEL))
        rows.append(
            asked.row(
                "trained_by_week",
                100 * float((sessions > 0).mean()),
                lower=100 * float(found.lower),
                upper=100 * float(found.upper),
                week=week,
                method="share of the people randomised to the arm, Wilson interval",
                **place,
            )
        )
    return rows


def _without_programme(trial: Trial, asked: Asked) -> list[Result]:
    """Sessions logged by people whose arm has no programme: told, and in no programme's dose."""
    arms = trial.people.set_index(PARTICIPANT)[ARM].astype("str")
    idle = trial.sessions[~trial.sessions[PARTICIPANT].map(arms).isin(list(programmes(trial)))]
    counts = idle[PARTICIPANT].map(arms).value_counts()
    return [
        asked.row("sessions_without_programme", count, arm=str(arm))
        for arm, count in counts.items()
    ]
