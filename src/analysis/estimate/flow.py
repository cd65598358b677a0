"""Who was in the trial, and what is missing: the CONSORT flow as result rows."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.plan.main import main_measure
from analysis.result.record import Result
from analysis.terms import ARM, MEASURE, MISSING, STATUS, WEEK

# Pseudo-participants are complete because they were made so: who was lost is not known from them.
_FOLLOW_UP = ("observed", "missing", "lost to follow-up", "completed")


def estimate_flow(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How many people were assessed, randomised, followed and lost, and why; what is missing.

    Args:
        trial: the study; its flow was counted while its data were filtered.
        question: key of a question of the plan.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows `count` whose level is the step, or `step: reason` where a reason (or a population) is
        given; rows with a measure and week count values, the others people. Rows `missing_percent`
        by week and arm: the share of people without a value of the measure of the main question.
        Of pseudo-participants nothing is told of follow-up.

    Raises:
        UsageError: an unknown question, or a week or measure.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    if trial.plan.study.pseudo_participants:
        before = trial.flow[~trial.flow["step"].isin(_FOLLOW_UP)]
        return [_count(asked, line) for line in before.itertuples()]
    return [_count(asked, line) for line in trial.flow.itertuples()] + _missing(trial, asked)


def _count(asked: Asked, line: tuple) -> Result:
    reason = _text(line.reason) or _text(line.population)
    return asked.row(
        "count",
        line.n,
        week=None if pd.isna(line.week) else int(line.week),
        arm=_text(line.arm),
        level=f"{line.step}: {reason}" if reason else str(line.step),
        measure=_text(line.measure),
        method="counted while the data were filtered",
    )


def _missing(trial: Trial, asked: Asked) -> list[Result]:
    measure = main_measure(trial.plan)
    visits = trial.visits[trial.visits[MEASURE] == measure]
    cells = visits.groupby([WEEK, ARM], observed=True)[STATUS]
    return [
        asked.row(
            "missing_percent",
            100 * (status == MISSING).mean(),
            measure=measure,
            week=int(week),
            arm=str(arm),
            n=len(status),
            n_observed=int((status != MISSING).sum()),
            method="share of all people of the arm without a value",
        )
        for (week, arm), status in cells
    ]


def _text(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)
