"""What was seen, before any model: means of the scores, and how many are missing."""

from __future__ import annotations

import pandas as pd

from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.result.record import Result
from analysis.terms import ARM, BASELINE, CHANGE, PARTICIPANT, VALUE, WEEK

_METHOD = "observed scores, no model"


def observed_rows(chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """Mean and SD of the scores by arm and week; week 0 is the baseline of those in the analysis.

    `observed_baseline_mean` is the baseline mean of the people seen at that week: where it moves
    away from week 0, those who were lost were not like those who stayed.
    """
    seen = chosen.rows[chosen.rows[VALUE].notna()]
    start = chosen.rows.drop_duplicates(PARTICIPANT)
    start = start.assign(**{WEEK: 0, VALUE: start[BASELINE]})
    rows = []
    for week, arm, here in _cells(chosen, pd.concat([start, seen])):
        place = {
            "week": week,
            "arm": arm,
            "n": chosen.people((arm,)),
            "n_observed": len(here),
            "method": _METHOD,
        }
        rows.append(asked.row("observed_mean", here[VALUE].mean(), **place))
        rows.append(asked.row("observed_sd", here[VALUE].std(ddof=1), **place))
        rows.append(asked.row("observed_baseline_mean", here[BASELINE].mean(), **place))
    return rows


def observed_change_rows(chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """The mean change since the start of the people seen at each week, `observed_change`."""
    seen = chosen.rows[chosen.rows[CHANGE].notna()]
    return [
        asked.row(
            "observed_change",
            here[CHANGE].mean(),
            week=week,
            arm=arm,
            n=chosen.people((arm,)),
            n_observed=len(here),
            method=_METHOD,
        )
        for week, arm, here in _cells(chosen, seen, weeks=chosen.weeks)
    ]


def missing_rows(chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """The percentage of the population without a score that counts, by arm and week.

    None of pseudo-participants: they are complete because they were made so.
    """
    if asked.plan.study.pseudo_participants:
        return []
    rows = []
    for week, arm, here in _cells(chosen, chosen.everyone, weeks=chosen.weeks):
        missing = here[chosen.response].isna()
        rows.append(
            asked.row(
                "missing_percent",
                100 * missing.mean(),
                week=week,
                arm=arm,
                n=len(here),
                n_observed=int((~missing).sum()),
                method="share of the population without a score that counts",
            )
        )
    return rows


def left_out_rows(chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """How many of the population the model cannot hold, by arm and reason."""
    order = pd.CategoricalDtype(chosen.arms, ordered=True)
    left_out = chosen.left_out.astype({ARM: order})
    counts = left_out.groupby([ARM, "reason"], observed=True).size()
    everyone = chosen.everyone.drop_duplicates(PARTICIPANT)[ARM].value_counts()
    return [
        asked.row(
            "left_out",
            count,
            arm=str(arm),
            level=str(reason),
            n=int(everyone[arm]),
            method="people of the population who cannot be in the model",
        )
        for (arm, reason), count in counts.items()
    ]


def _cells(chosen: AnalysisSet, table: pd.DataFrame, weeks: tuple[int, ...] | None = None):
    for week in weeks or (0, *chosen.weeks):
        for arm in chosen.arms:
            here = table[(table[WEEK] == week) & (table[ARM] == arm)]
            if len(here):
                yield week, arm, here
