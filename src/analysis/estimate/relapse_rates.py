"""Arms compared: hazards of a first relapse, and rates of all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.relapse_data import RELAPSED, FollowUp
from analysis.result.record import Result
from analysis.stats.counts import rate
from analysis.stats.rates import rate_ratios
from analysis.stats.survival import cox
from analysis.terms import ARM, PARTICIPANT

# The first is the main method.
METHODS = ("negative binomial", "robust Poisson")
_OWN = (PARTICIPANT, ARM, "days", "outcome", "count", "years")


def hazard_rows(found: FollowUp, asked: Asked) -> list[Result]:
    """Cox model of the first relapse, adjusted as planned; a reason where there is none."""
    if len(found.arms) < 2:
        return []
    table, covariates = _design(found)
    table = table.assign(days=found.people["days"], event=found.people["outcome"] == RELAPSED)
    complete = table.dropna()
    try:
        ratios = cox(
            complete.astype(float), time="days", event="event", level=asked.question.options.level
        )
    except ModelError as error:
        return [_not_compared("hazard_ratio", error, asked)]
    beside = f", adjusted for {', '.join(covariates)}" if covariates else ""
    rows = []
    for arm in found.arms[1:]:
        if arm not in ratios.index:
            continue
        line = ratios.loc[arm]
        place = {
            "week": asked.week,
            "arm": arm,
            "comparator": found.arms[0],
            "n": len(complete),
        }
        rows.append(
            asked.row(
                "hazard_ratio",
                line["ratio"],
                lower=line["lower"],
                upper=line["upper"],
                p=line["p"],
                method=f"Cox model of the first relapse, ties after Efron{beside}",
                **place,
            )
        )
        rows.append(
            asked.row(
                "proportional_p",
                line["proportional_p"],
                p=line["proportional_p"],
                method="whether the ratio changes over time, scaled Schoenfeld residuals by rank",
                **place,
            )
        )
    return rows


def rate_rows(found: FollowUp, asked: Asked) -> list[Result]:
    """All relapses: counts, time at risk, rates by arm and their ratios to the comparator's."""
    level, rows = asked.question.options.level, []
    for arm in found.arms:
        own = found.people[found.people[ARM] == arm]
        if not len(own):
            continue
        count, years = int(own["count"].sum()), float(own["years"].sum())
        value, low, high = rate(count, years, level=level)
        place = {"week": asked.week, "arm": arm, "n": len(own)}
        rows += [
            asked.row("relapses", count, method="counted", **place),
            asked.row("person_years", years, method="from the start of following", **place),
            asked.row(
                "rate_per_year",
                value,
                lower=low,
                upper=high,
                method="relapses a person-year, exact Poisson interval",
                **place,
            ),
        ]
    return rows + (_ratios(found, asked) if len(found.arms) > 1 else [])


def _ratios(found: FollowUp, asked: Asked) -> list[Result]:
    people = found.people
    present = [arm for arm in found.arms[1:] if (people[ARM] == arm).any()]
    X = np.column_stack([np.ones(len(people)), *((people[ARM] == arm) for arm in present)])
    rows = []
    for method in METHODS:
        level = None if method == METHODS[0] else method
        try:
            ratios = rate_ratios(
                people["count"].to_numpy(),
                people["years"].to_numpy(),
                X.astype(float),
                method=method,
                level=asked.question.options.level,
            )
        except ModelError as error:
            rows.append(_not_compared("rate_ratio", error, asked, method))
            continue
        rows += [
            asked.row(
                "rate_ratio",
                ratios.ratio[k],
                week=asked.week,
                arm=arm,
                comparator=found.arms[0],
                level=level,
                lower=ratios.lower[k],
                upper=ratios.upper[k],
                p=ratios.p[k],
                n=len(people),
                method=f"{method} model of all relapses, follow-up as offset, not adjusted",
            )
            for k, arm in enumerate(present)
        ]
    return rows


def _design(found: FollowUp) -> tuple[pd.DataFrame, list[str]]:
    """Arms and covariates as numbers; categories as 0 and 1, the first one left out."""
    people = found.people
    arms = {arm: (people[ARM] == arm).astype(float) for arm in found.arms[1:]}
    names = [column for column in people if column not in _OWN and people[column].nunique() > 1]
    made = pd.get_dummies(people[names], drop_first=True, dtype=float) if names else pd.DataFrame()
    # An arm without anybody says nothing, and a column of noughts has no ratio.
    kept = {arm: column for arm, column in arms.items() if column.any()}
    return pd.concat([pd.DataFrame(kept, index=people.index), made], axis=1), names


def _not_compared(
    statistic: str, error: ModelError, asked: Asked, method: str | None = None
) -> Result:
    """Why a ratio is not there: an honest gap."""
    level = statistic if method is None else f"{statistic}, {method}"
    return asked.row("not_compared", 0, week=asked.week, level=level, method=f"{error.why}")
