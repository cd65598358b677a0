"""When does the score move most: the change from visit to visit, up to the programme's end."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.spread import mean_row
from analysis.result.record import Result
from analysis.terms import ARM, BASELINE, MEASURE, PARTICIPANT, VALUE, WEEK

_HOW = (
    "mean change a week between two visits, of the people of the population with both scores; t "
    "interval"
)


def fall_rows(trial: Trial, asked: Asked) -> list[Result]:
    """The mean change a week from each visit to the next, in every arm of the estimand.

    Steps are of the same people at both visits, so that nobody's leaving looks like a change. The
    comparator stands beside: what falls there too falls without the programme.

    Returns:
        `fall_per_week` by arm, `week` the later visit, level `weeks 0 to 4`, in points a week.
    """
    treatments = asked.estimand.treatments
    arms = [arm for arm in (treatments.comparator, *treatments.arms) if arm is not None]
    programmes = [trial.plan.arms[arm].programme for arm in arms]
    end = max((each.weeks for each in programmes if each), default=asked.week)
    inside = trial.people.loc[trial.people[f"in_{asked.estimand.population}"], PARTICIPANT]
    visits = trial.visits
    visits = visits[(visits[MEASURE] == asked.measure) & visits[PARTICIPANT].isin(inside)]
    wide = visits.pivot(index=PARTICIPANT, columns=WEEK, values=VALUE)
    wide.insert(0, 0, visits.groupby(PARTICIPANT)[BASELINE].first())
    arm_of = trial.people.set_index(PARTICIPANT)[ARM].reindex(wide.index)
    weeks = [0, *(week for week in trial.plan.weeks if week <= end)]
    return [
        row
        for arm in arms
        for first, last in pairwise(weeks)
        for row in _step(asked, wide[(arm_of == arm).to_numpy()], arm, first, last)
    ]


def _step(asked: Asked, wide: pd.DataFrame, arm: str, first: int, last: int) -> list[Result]:
    change = ((wide[last] - wide[first]) / (last - first)).dropna()
    if change.empty:
        return []
    level = asked.question.options.level
    place = {"week": last, "arm": arm, "n": len(change)}
    words = f"weeks {first} to {last}"
    return [mean_row(asked, "fall_per_week", change, _HOW, sure=level, level=words, **place)]
