"""People within the course: a fair few of their own courses, and how differently they changed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.estimate.asked import Asked
from analysis.estimate.course_data import CourseData
from analysis.estimate.course_model import Curve
from analysis.result.record import Result
from analysis.stats.ratio import spread_ratio
from analysis.stats.shrunk import shrunken
from analysis.terms import ARM, CHANGE, PARTICIPANT, SMALL_GROUP, VALUE, WEEK

THIRDS = 3


def trajectory_rows(curve: Curve | None, data: CourseData, asked: Asked) -> list[Result]:
    """Scores of a few people as seen, and the course that the model gives each of them.

    The few are drawn at random by the plan's seed, the same number from each third of an arm's
    people by their change, so that neither the best nor the worst are picked. They are numbered
    anew: no row names a participant. None of pseudo-participants, whose rows are nobody's.
    """
    if curve is None or asked.plan.study.pseudo_participants:
        return []
    predicted = shrunken(curve.fit, curve.rows, subject=PARTICIPANT, visit=WEEK)
    weeks = [0, *data.chosen.weeks]
    away, error = predicted.deviations(np.array(weeks, dtype=float))
    place = {who: i for i, who in enumerate(predicted.effects.index)}
    chosen = fair_sample(data, asked.course.shown, asked.plan.seed)
    rows = []
    for number, (who, arm) in enumerate(chosen, start=1):
        own = data.rows[data.rows[PARTICIPANT] == who]
        level = f"person {number}"
        for line in own.itertuples():
            rows.append(
                asked.row(
                    "trajectory_seen",
                    line.value,
                    week=int(line.week),
                    arm=arm,
                    level=level,
                    method="score as seen, of a person drawn at random",
                )
            )
        mean = _mean_course(curve, own, weeks)
        for week, value, se in zip(weeks, mean + away[place[who]], error[place[who]], strict=True):
            rows.append(
                asked.row(
                    "trajectory_shrunken",
                    value,
                    week=week,
                    arm=arm,
                    level=level,
                    se=se,
                    method=f"best linear unbiased prediction; {curve.words}",
                )
            )
    return rows


def fair_sample(data: CourseData, each: int, seed: int) -> list[tuple[str, str]]:
    """Participants and their arms: `each` an arm, alike from every third by change since the start.

    Args:
        data: the scores.
        each: people an arm; fewer where an arm has fewer.
        seed: of the random numbers.
    """
    last = data.rows.drop_duplicates(PARTICIPANT, keep="last").set_index(PARTICIPANT)
    first = data.rows.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)
    change = (last[VALUE] - first[VALUE]).sort_index(kind="stable")
    numbers = np.random.default_rng([seed, 6])
    found = []
    for arm in data.chosen.arms:
        people = change[first.loc[change.index, ARM] == arm].sort_values(kind="stable")
        thirds = np.array_split(people.index.to_numpy(), THIRDS)
        wanted = [each // THIRDS + (place < each % THIRDS) for place in range(THIRDS)]
        for people_here, count in zip(thirds, wanted, strict=True):
            picked = numbers.permutation(len(people_here))[:count]
            found += [(people_here[i], str(arm)) for i in sorted(picked)]
    return found


def _mean_course(curve: Curve, own: pd.DataFrame, weeks: list[int]) -> np.ndarray:
    """The mean course of people like this one: same arm, same covariates."""
    table = pd.DataFrame(curve.basis(weeks), columns=[f"b{i}" for i in range(_width(curve))])
    for name in {*curve.fit.design.factors, *curve.fit.design.means} - set(table):
        table[name] = own[name].iloc[0]
    return curve.fit.predict(table)["estimate"].to_numpy()


def _width(curve: Curve) -> int:
    return curve.basis([0.0]).shape[1]


def spread_rows(data: CourseData, asked: Asked) -> list[Result]:
    """How differently people of an arm changed by the week asked about, beside the comparator.

    Source: Senn (2004) Stat Med 23:3729; the ratio of SDs is exact for normal changes.
    """
    seen = data.chosen.rows[data.chosen.rows[WEEK] == asked.week].dropna(subset=CHANGE)
    spread = seen.groupby(ARM, observed=True)[CHANGE].agg(["std", "count"])
    spread = spread[(spread["count"] >= SMALL_GROUP) & (spread["std"] > 0)]
    rows = [
        asked.row(
            "change_sd",
            line["std"],
            week=asked.week,
            arm=str(arm),
            n=data.chosen.people((str(arm),)),
            n_observed=int(line["count"]),
            method="standard deviation of the changes that were seen",
        )
        for arm, line in spread.iterrows()
    ]
    other = data.chosen.arms[0]
    if other not in spread.index:
        return rows
    for arm in (a for a in data.compared if a in spread.index):
        mine, theirs = spread.loc[arm], spread.loc[other]
        ratio = spread_ratio(
            mine["std"],
            int(mine["count"]),
            theirs["std"],
            int(theirs["count"]),
            level=asked.question.options.level,
        )
        rows.append(
            asked.row(
                "change_sd_ratio",
                ratio.value,
                week=asked.week,
                arm=arm,
                comparator=other,
                lower=ratio.lower,
                upper=ratio.upper,
                n=data.chosen.people((arm, other)),
                n_observed=int(mine["count"] + theirs["count"]),
                method="ratio of the standard deviations of change, F interval",
            )
        )
    return rows
