"""The gains of every arm and visit with their bootstrap, under one assumption on missing scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import PlanError, UsageError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.model import covariate_columns, formula
from analysis.stats.analyse import DIFFERENCE
from analysis.stats.impute import impute
from analysis.stats.impute_result import Imputation
from analysis.terms import ARM, CHANGE, PARTICIPANT, VISIT

ASSUMPTIONS = {
    "mar": "missing scores are like those of others of the arm with the same scores so far",
    "j2r": "after leaving, people go on like the comparator at once (jump to reference)",
    "cr": "people who leave were like the comparator from the start (copy reference)",
    "cir": "after leaving, people change as the comparator does (copy increments in reference)",
}
# Data sets in which the course of single people is filled in.
SETS = 20


@dataclass(frozen=True)
class Gains:
    """Gains: how much better than at the start, positive is better.

    Attributes:
        labels: a row a quantity: ``arm``, ``visit`` (week), ``kind`` (`difference` or `ls_mean`).
        estimates: a number a quantity.
        samples: bootstrap samples x quantities.
        people: people in the analysis by arm.
        words: the method.
    """

    labels: pd.DataFrame
    estimates: np.ndarray
    samples: np.ndarray
    people: pd.Series
    words: str

    def of(self, arm: str, weeks: list[int], *, difference: bool) -> tuple[np.ndarray, np.ndarray]:
        """Estimates (weeks) and samples (samples x weeks) of an arm or of its difference."""
        kind = self.labels["kind"] == DIFFERENCE
        mine = self.labels[(self.labels[ARM].astype(str) == arm) & (kind == difference)]
        place = pd.Series(mine.index, index=mine[VISIT].astype(int))[weeks].to_numpy()
        return self.estimates[place], self.samples[:, place]


def bootstrap_gains(chosen: AnalysisSet, asked: Asked) -> Gains:
    """Means of all visits, missing scores filled by conditional means, by bootstrap of people.

    Raises:
        PlanError: an assumption or option that cannot be understood.
        ModelError: the model cannot be fitted to these data.

    Source: Wolbers et al. (2022) Pharm Stat 21:1246 (conditional means with the bootstrap).
    """
    n = asked.question.durability.samples
    found = _impute(chosen, asked, method="condmean-bootstrap", n=n)
    sign = -1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else 1.0
    people = chosen.rows.drop_duplicates(PARTICIPANT)[ARM].value_counts()
    return Gains(
        found.analysed.labels,
        sign * found.analysed.estimates[0],
        sign * found.analysed.estimates[1:],
        people,
        f"{found.method}; {ASSUMPTIONS[asked.question.durability.assumption]}",
    )


def completed_gains(chosen: AnalysisSet, asked: Asked) -> list[pd.DataFrame]:
    """Data sets with every score filled in: participants x weeks of gains, and `arm`.

    Raises:
        PlanError: an assumption or option that cannot be understood.
        ModelError: the model cannot be fitted to these data.
    """
    found = _impute(chosen, asked, method="bayes", n=SETS)
    sign = -1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else 1.0
    made = []
    for draw in range(SETS):
        whole = found.completed(draw)
        wide = sign * whole.pivot(index=PARTICIPANT, columns=VISIT, values=CHANGE)
        wide.columns = [int(week) for week in wide.columns]
        arms = whole.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)[ARM]
        made.append(wide.assign(arm=arms))
    return made


def _impute(chosen: AnalysisSet, asked: Asked, *, method: str, n: int) -> Imputation:
    options = asked.question.options
    columns = covariate_columns(options)
    rows = chosen.rows[[PARTICIPANT, ARM, VISIT, CHANGE, *columns]].copy()
    rows[VISIT] = rows[VISIT].astype(int)
    arms = [str(arm) for arm in chosen.arms]
    assumption = asked.question.durability.assumption
    if assumption != "mar" and len(arms) < 2:
        raise PlanError(
            f"The assumption {assumption!r} needs a comparator to refer to.",
            where=f"questions.{asked.name}.durability.assumption",
            why="a study of one arm has nobody whose course could stand for those who left",
            do="Write assumption: mar.",
        )
    try:
        return impute(
            formula(CHANGE, options, visits=True),
            rows,
            subject=PARTICIPANT,
            visit=VISIT,
            arm=ARM,
            reference=arms[0],
            strategy=assumption,
            method=method,
            n=n,
            seed=asked.plan.seed,
            covariance=options.covariance,
        )
    except UsageError as error:
        raise PlanError(
            error.what, where=f"questions.{asked.name}", why=error.why, do=error.do
        ) from None
