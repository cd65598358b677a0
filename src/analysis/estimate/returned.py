"""What people who left and came back later really scored, beside what they were assumed to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.intercurrent import after_event
from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.imputing import Imputed
from analysis.result.record import Result
from analysis.terms import ARM, MEASURE, PARTICIPANT, SMALL_GROUP, WEEK

# How people were away before they were scored again.
MISSED = "missed a visit and came back"


def returned_rows(trial: Trial, imputed: Imputed, asked: Asked) -> list[Result]:
    """How far the scores of people who were away, and were scored again, lie from the prediction.

    For everyone with a score at the week asked about who had missed an earlier visit, or had an
    intercurrent event before: that score minus its expectation given the scores from before, as if
    the person had stayed (missing at random). That is the delta these people turned out to have.

    Args:
        trial: the derived trial, for the days of events.
        imputed: completed under an assumption; its model at the fit to the data predicts.
        asked: the question.

    Returns:
        Rows `returned_shift` by arm, level `missed a visit and came back` or `after: <event>`: the
        mean, in points of the measure, its standard error, the quartiles as lower and upper, and n
        people; groups of fewer than `SMALL_GROUP` are left out, since they would tell of one.
    """
    away = _away(trial, imputed, asked)
    rows = []
    for level, prior in away.items():
        who, shift = _shifts(imputed, prior, asked.week)
        arms = imputed.people[ARM].to_numpy()[who]
        for arm in imputed.people[ARM].cat.categories:
            here = shift[arms == arm]
            if len(here) < SMALL_GROUP:
                continue
            lower, upper = np.quantile(here, [0.25, 0.75])
            rows.append(
                asked.row(
                    "returned_shift",
                    here.mean(),
                    week=asked.week,
                    arm=str(arm),
                    level=level,
                    se=here.std(ddof=1) / np.sqrt(len(here)),
                    lower=lower,
                    upper=upper,
                    n=len(here),
                    method="score minus its expectation from the scores before; quartiles",
                )
            )
    return rows


def _away(trial: Trial, imputed: Imputed, asked: Asked) -> dict[str, np.ndarray]:
    """For each way to be away, N x M: the scores seen before it; nobody's where it did not occur.

    Only people with a score at the week asked about have any.
    """
    at = imputed.weeks.index(asked.week)
    seen = ~imputed.absent
    counted = seen[:, [at]]
    gap = imputed.absent & (np.arange(len(imputed.weeks)) < at)
    before_gap = seen & ~np.maximum.accumulate(gap, axis=1)
    found = {MISSED: before_gap & gap.any(axis=1, keepdims=True) & counted}
    visits = trial.visits[trial.visits[MEASURE] == asked.measure]
    for handled in asked.estimand.intercurrent_events:
        after = after_event(trial, handled.event)[visits.index]
        wide = pd.Series(after.to_numpy(), pd.MultiIndex.from_frame(visits[[PARTICIPANT, WEEK]]))
        places = pd.MultiIndex.from_product([imputed.people[PARTICIPANT], imputed.weeks])
        later = wide.reindex(places).to_numpy(dtype=bool).reshape(seen.shape)
        found[f"after: {handled.event}"] = seen & ~later & later[:, [at]] & counted
    return found


def _shifts(imputed: Imputed, prior: np.ndarray, week: int) -> tuple[np.ndarray, np.ndarray]:
    """People with prior scores, and their score minus its conditional mean at the week."""
    planned, draws = imputed.made.planned, imputed.made.draws
    point, at = draws.optimum.point, imputed.weeks.index(week)
    mean = planned.X_own @ point.beta
    who = np.flatnonzero(prior.any(axis=1))
    shift = np.empty(len(who))
    keys = np.column_stack([prior[who], draws.group[planned.arm[who]]])
    for key in np.unique(keys, axis=0):
        same = (keys == key).all(axis=1)
        s, sigma = np.flatnonzero(key[:-1]), point.sigmas[int(key[-1])]
        people = who[same]
        past = planned.Y[people[:, None], s] - mean[people[:, None], s]
        expected = mean[people, at] + past @ np.linalg.solve(sigma[np.ix_(s, s)], sigma[s, at])
        shift[same] = planned.Y[people, at] - expected
    return who, shift
