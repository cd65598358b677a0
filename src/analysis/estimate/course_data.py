"""The scores of the whole course, the start among them, on the planned or on the actual time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.model import covariate_columns
from analysis.estimate.unseen_arms import seen_arms
from analysis.plan.schema import Plan
from analysis.result.record import Result
from analysis.terms import ARM, BASELINE, DAY, DAYS_A_WEEK, MEASURE, PARTICIPANT, VALUE, WEEK

TIME = "time"


@dataclass(frozen=True)
class CourseData:
    """The scores of one estimand over time.

    Attributes:
        rows: a row a score: ``participant``, ``arm`` (comparator first), ``week`` (planned; 0 is
            the start), ``time`` (weeks since the start on the clock of the plan), ``value`` and the
            covariates.
        chosen: the values that answer the estimand.
        covariates: those that vary; the start is no covariate here but an outcome.
        end: the week in which the longest programme ends.
        lacking: a row for each arm of which nobody has a score after the start, or after the
            programme's end where others have.
    """

    rows: pd.DataFrame
    chosen: AnalysisSet
    covariates: tuple[str, ...]
    end: int
    lacking: tuple[Result, ...] = ()

    @property
    def last(self) -> int:
        """The last week with a score."""
        return max(self.chosen.weeks)

    @property
    def compared(self) -> tuple[str, ...]:
        """The arms that are compared with the first one."""
        return self.chosen.arms[1:]


def course_data(trial: Trial, asked: Asked) -> CourseData:
    """The scores that answer the estimand of a question about the course.

    Raises:
        PlanError: no arm has a programme, so nothing ends.
        ModelError: nobody has a score that counts at the week asked about, or nobody of the
            comparator was followed.
    """
    end = programme_end(trial.plan, asked)
    terms = covariate_columns(asked.question.options)
    covariates = tuple(column for column in terms if column != BASELINE)
    chosen = select(trial, asked, (BASELINE, *covariates))
    refuse_nothing(chosen, asked)
    chosen, lacking = seen_arms(chosen, asked, end)
    days = trial.visits.loc[trial.visits[MEASURE] == asked.measure, [PARTICIPANT, WEEK, DAY]]
    later = chosen.rows.dropna(subset=VALUE).merge(days, on=[PARTICIPANT, WEEK], how="left")
    start = chosen.rows.drop_duplicates(PARTICIPANT)
    start = start.assign(**{WEEK: 0, DAY: 0.0, VALUE: start[BASELINE]})
    kept = [PARTICIPANT, ARM, WEEK, DAY, VALUE, *covariates]
    rows = pd.concat([start[kept], later[kept]], ignore_index=True)
    actual = asked.course.clock == "actual days"
    planned = rows[WEEK].astype(float)
    rows[TIME] = (rows[DAY] / DAYS_A_WEEK).fillna(planned) if actual else planned
    rows[TIME] = np.maximum(rows[TIME], 0.0)
    varies = tuple(column for column in covariates if rows[column].nunique() > 1)
    rows = rows.sort_values([PARTICIPANT, WEEK], ignore_index=True)
    return CourseData(rows, chosen, varies, end, tuple(lacking))


def programme_end(plan: Plan, asked: Asked) -> int:
    """The week in which the longest programme ends.

    Raises:
        PlanError: no arm has a programme.
    """
    weeks = [arm.programme.weeks for arm in plan.arms.values() if arm.programme]
    if weeks:
        return max(weeks)
    raise PlanError(
        f"The question {asked.name!r} looks at the time after the programme, and no arm has one.",
        where="arms.<arm>.programme.weeks",
        why="what was gained at its end, and kept after it, needs to know when it ended",
        do="Describe the programme of an arm, or leave the question out.",
    )
