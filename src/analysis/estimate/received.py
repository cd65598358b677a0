"""Effects of dose: a week as offered, and a session as received; never one for the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet, select
from analysis.estimate.model import covariate_columns
from analysis.plan.schema_trial import Programme
from analysis.result.record import Result
from analysis.stats.instrument import WEAK, Instrumented, two_stage
from analysis.terms import ARM, DAY, DAYS_A_WEEK, PARTICIPANT, WEEK

RANDOMISED, NOT_RANDOMISED = "length randomised", "length not randomised"
ASSUMES = (
    "two-stage least squares, the arm as instrument, HC1 intervals; holds for people who trained "
    "because it was offered to them, if the offer acts through the sessions alone, keeps nobody "
    "from training, each session does the same, and scores are missing at random given covariates"
)
_OFFER = "least squares with the planned covariates, HC1 intervals; people with a score at the week"


def received_rows(trial: Trial, asked: Asked) -> list[Result]:
    """Each programme against the comparator: the offer, a week of it, and a session received.

    Returns:
        By arm: `offered_difference` (of the same people and covariates as the rest),
        `offered_per_week` with the level `length randomised` or `length not randomised`,
        `received_sessions` (how many more were attended up to the week because of the offer),
        `received_f` (first stage; level `weak` below 10), `received_per_session` and
        `received_per_week` (of as many sessions as are planned in a week). `not_available` where
        nothing is compared, nobody of the comparator has a score at the week, or nobody attended.
        `received_left_out` counts the people of the population without a score at the week, or
        without a covariate.

    Raises:
        ModelError: data that cannot carry the equations.
    """
    compared = asked.estimand.treatments.comparator
    if compared is None:
        return [asked.row("not_available", 0, level="no comparator")]
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    here = chosen.rows[WEEK] == asked.week
    scored = chosen.rows.loc[here & chosen.rows[chosen.response].notna(), ARM]
    if not scored.eq(compared).any():
        return [asked.row("not_available", 0, level="nobody in the comparator")]
    rows = []
    for arm in asked.estimand.treatments.arms:
        programme = trial.plan.arms[arm].programme
        if programme is not None and arm != compared:
            rows += _arm(trial, asked, chosen, arm, programme)
    return rows or [asked.row("not_available", 0, level="nobody attended")]


def _arm(
    trial: Trial, asked: Asked, chosen: AnalysisSet, arm: str, programme: Programme
) -> list[Result]:
    compared = asked.estimand.treatments.comparator
    here = chosen.rows[(chosen.rows[WEEK] == asked.week) & chosen.rows[ARM].isin([arm, compared])]
    seen = here[here[chosen.response].notna()]
    dose = _attended(trial, seen[PARTICIPANT], asked.week)
    offered = (seen[ARM].astype("str") == arm).to_numpy(float)
    if not dose[offered == 1].any():
        return []
    found = two_stage(
        seen[chosen.response].to_numpy(float),
        dose,
        offered,
        covariate_matrix(seen, asked),
        level=asked.question.options.level,
    )
    place = {"week": asked.week, "arm": arm, "comparator": compared, "n": found.n, "df": found.df}
    length = RANDOMISED if _length_was_randomised(trial, asked, arm) else NOT_RANDOMISED
    # Of the whole population: also who was never seen, or lacks what the equations need.
    missing = int(chosen.population[ARM].isin([arm, compared]).sum()) - found.n
    offer = (found.offer, found.offer_se, found.offer_lower, found.offer_upper)
    session = (found.value, found.se, found.lower, found.upper)
    weeks = min(programme.weeks, asked.week)
    return [
        _effect(asked, "offered_difference", offer, 1, _OFFER, **place),
        _effect(asked, "offered_per_week", offer, 1 / weeks, _OFFER, level=length, **place),
        *_first_stage(asked, found, place),
        _effect(asked, "received_per_session", session, 1, ASSUMES, **place),
        _effect(asked, "received_per_week", session, programme.sessions_per_week, ASSUMES, **place),
        asked.row("received_left_out", missing, week=asked.week, arm=arm),
    ]


def _first_stage(asked: Asked, found: Instrumented, place: dict) -> list[Result]:
    strength = "weak" if found.f < WEAK else None
    return [
        asked.row("received_sessions", found.first_stage, method="first stage", **place),
        asked.row("received_f", found.f, level=strength, method="robust F, HC1", **place),
    ]


def _effect(
    asked: Asked, statistic: str, found: tuple, times: float, method: str, **place: object
) -> Result:
    value, se, lower, upper = (times * each for each in found)
    return asked.row(statistic, value, se=se, lower=lower, upper=upper, method=method, **place)


def _attended(trial: Trial, people: pd.Series, week: int) -> np.ndarray:
    """Sessions attended from randomisation to the end of the week, in whatever arm."""
    log = trial.sessions
    came = log["attended"].fillna(False).astype(bool) & log[DAY].between(0, DAYS_A_WEEK * week)
    counts = log.loc[came, PARTICIPANT].value_counts()
    return people.map(counts).fillna(0).to_numpy(float)


def covariate_matrix(seen: pd.DataFrame, asked: Asked) -> np.ndarray:
    """The planned covariates as columns of numbers; categories as indicators, the first left out.

    Terms that differ by visit have no place at one week; a column that is the same for everyone is
    left out.
    """
    names = [name for name in covariate_columns(asked.question.options) if name in seen]
    frame = seen[names]
    words = [name for name in names if not pd.api.types.is_numeric_dtype(frame[name])]
    frame = pd.get_dummies(frame, columns=words, drop_first=True, dtype=float).astype(float)
    return frame.loc[:, frame.nunique() > 1].to_numpy()


def _length_was_randomised(trial: Trial, asked: Asked, arm: str) -> bool:
    """Whether another arm differs from this one in the length of its programme and nothing else."""
    if not trial.plan.study.design.startswith("randomised"):
        return False
    mine = trial.plan.arms[arm].programme
    others = [
        trial.plan.arms[key].programme for key in asked.estimand.treatments.arms if key != arm
    ]
    same = ("sessions_per_week", "minutes", "modality", "muscle_groups", "supervision")
    return any(
        other is not None
        and other.weeks != mine.weeks
        and all(getattr(other, key) == getattr(mine, key) for key in same)
        for other in others
    )
