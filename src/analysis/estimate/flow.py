"""Who was in the trial, and what is missing: the CONSORT flow as result rows."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimand import AnalysisSet, select
from analysis.estimate.model import EVERY_WEEK, covariate_columns
from analysis.plan.main import main_measure, main_question
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
        given; rows with a measure and week count values, the others people. `analysed` counts those
        who enter the main method of the main question, selected as that question selects them, and
        `not analysed` those of its population who do not. Rows `missing_percent`
        by week and arm: the share of people without a value of the measure of the main question.
        Of pseudo-participants nothing is told of follow-up.

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: the main question asks for what is not built, or for columns not in the data.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    plan = trial.plan
    used = {plan.estimands[q.estimand].population for q in plan.questions.values() if q.estimand}
    counts = trial.flow[trial.flow["population"].isna() | trial.flow["population"].isin(used)]
    if plan.study.pseudo_participants:
        counts = counts[~counts["step"].isin(_FOLLOW_UP)]
    rows = [_count(asked, line) for line in counts.itertuples()] + _analysed(trial, asked)
    return rows if plan.study.pseudo_participants else rows + _missing(trial, asked)


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


def _analysed(trial: Trial, asked: Asked) -> list[Result]:
    """Who enters the main model and who does not, by the selection of the main question itself."""
    name = main_question(trial.plan)
    if name is None or not trial.plan.questions[name].methods:
        return []
    main = understand(trial.plan, name, chapter=asked.chapter)
    chosen = select(trial, main, covariate_columns(main.question.options))
    every_week = main.question.methods[0] in EVERY_WEEK
    rows = []
    for arm in chosen.arms:
        inside = chosen.people((arm,)) if every_week else chosen.seen((arm,), main.week)
        reasons = _reasons(chosen, arm, inside, main.week)
        place = {"arm": arm, "method": f"counted as the question {name!r} selects"}
        if reasons:
            rows.append(asked.row("count", sum(reasons.values()), level="not analysed", **place))
        for why, n in reasons.items():
            rows.append(asked.row("count", n, level=f"not analysed: {why}", **place))
        rows.append(asked.row("count", inside, level="analysed", **place))
    return rows


def _reasons(chosen: AnalysisSet, arm: str, inside: int, week: int) -> dict[str, int]:
    """Why people of the population do not enter, commonest first."""
    reasons = chosen.left_out.loc[chosen.left_out[ARM] == arm, "reason"].value_counts().to_dict()
    unseen = chosen.people((arm,)) - inside
    return reasons | ({f"no score at week {week}": unseen} if unseen else {})


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
