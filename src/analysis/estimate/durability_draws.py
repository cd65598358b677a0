"""The gains of every arm and visit, and how sure, under one assumption on missing scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import PlanError, UsageError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.imputing import everyone_known
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
        covariance: quantities x quantities, by leaving each person out once.
        people: people completed by arm, also those never seen after the start.
        left_out: a row a person for whom nothing can be filled in: ``arm``, ``reason``.
        words: the method.
    """

    labels: pd.DataFrame
    estimates: np.ndarray
    samples: np.ndarray
    covariance: np.ndarray
    people: pd.Series
    left_out: pd.DataFrame
    words: str

    def of(
        self, arm: str, weeks: list[int], *, difference: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of an arm or its difference: estimates (weeks), samples x weeks, and their covariance."""
        kind = self.labels["kind"] == DIFFERENCE
        mine = self.labels[(self.labels[ARM].astype(str) == arm) & (kind == difference)]
        place = pd.Series(mine.index, index=mine[VISIT].astype(int))[weeks].to_numpy()
        return self.estimates[place], self.samples[:, place], self.covariance[np.ix_(place, place)]


def resampled_gains(chosen: AnalysisSet, asked: Asked) -> Gains:
    """Means of all visits, missing scores filled by conditional means, and how sure they are.

    Everyone with a baseline and the covariates is completed, also who was never seen again. The
    jackknife gives standard errors; the bootstrap gives samples for a second interval of the share
    that is kept. Ends of the bootstrap samples of a mean, or of a time until something, lie too
    near to one another with few people (validation/two_years).

    Raises:
        PlanError: an assumption or option that cannot be understood.
        ModelError: the model cannot be fitted to these data.

    Source: Wolbers et al. (2022) Pharm Stat 21:1246 (conditional means, jackknife and bootstrap).
    """
    rows, left_out = everyone_known(chosen, asked)
    n = asked.question.durability.samples
    drawn = _impute(rows, chosen, asked, method="condmean-bootstrap", n=n).analysed
    left = _impute(rows, chosen, asked, method="condmean-jackknife", n=None)
    sign = -1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else 1.0
    return Gains(
        left.analysed.labels,
        sign * left.analysed.estimates[0],
        sign * drawn.estimates[1:],
        _jackknife_covariance(left.analysed.estimates[1:]),
        rows.drop_duplicates(PARTICIPANT)[ARM].value_counts(),
        left_out,
        f"{left.method}; {ASSUMPTIONS[asked.question.durability.assumption]}",
    )


def _jackknife_covariance(left_out: np.ndarray) -> np.ndarray:
    """From the estimates without each person: people x quantities.

    Source: Efron & Tibshirani (1993) An Introduction to the Bootstrap, equation 11.5.
    """
    n = len(left_out)
    return np.cov(left_out, rowvar=False) * (n - 1) ** 2 / n


def completed_gains(chosen: AnalysisSet, asked: Asked) -> list[pd.DataFrame]:
    """Data sets with every score filled in: participants x weeks of gains, and `arm`.

    Raises:
        PlanError: an assumption or option that cannot be understood.
        ModelError: the model cannot be fitted to these data.
    """
    rows, _ = everyone_known(chosen, asked)
    found = _impute(rows, chosen, asked, method="bayes", n=SETS)
    sign = -1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else 1.0
    made = []
    for draw in range(SETS):
        whole = found.completed(draw)
        wide = sign * whole.pivot(index=PARTICIPANT, columns=VISIT, values=CHANGE)
        wide.columns = [int(week) for week in wide.columns]
        arms = whole.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)[ARM]
        made.append(wide.assign(arm=arms))
    return made


def _impute(
    rows: pd.DataFrame, chosen: AnalysisSet, asked: Asked, *, method: str, n: int | None
) -> Imputation:
    options = asked.question.options
    columns = covariate_columns(options)
    rows = rows[[PARTICIPANT, ARM, VISIT, CHANGE, *columns]].copy()
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
