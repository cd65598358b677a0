"""How much less pain: the change by arm and week, and the difference from the comparator."""

from __future__ import annotations

from typing import NamedTuple

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.diagnostics import diagnostic_rows
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.families import family_rows
from analysis.estimate.model import Estimates, covariate_columns, fit
from analysis.estimate.observed import left_out_rows, missing_rows, observed_rows
from analysis.estimate.thresholds import threshold_rows
from analysis.result.record import Result
from analysis.terms import ARM, VISIT


def estimate_change(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How much the measure changed in each arm, and how much more than in the comparator.

    The first planned method is the main one and tells every week that has values; its rows have no
    level. Each further method tells the week asked about; its rows carry the method as level.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `change`.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        Rows in the unit of the measure: `ls_mean` (by arm and week) and `difference` (arm minus
        comparator), or `change` (by arm and week) where there is no comparator;
        `difference_adjusted` where the plan has families of comparisons; `observed_mean`,
        `observed_sd`, `observed_baseline_mean`, `missing_percent`, `left_out`, `threshold`,
        `threshold_base`, `interval_level` (percent, at the week asked about), `diagnostic_*`,
        `correlation`. Of a difference, n and n_observed count both arms. Of pseudo-participants
        nothing is told that describes single rows: no `missing_percent`, no shape of residuals.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built, or contradicts itself.
        ModelError: the model cannot be fitted to these data.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    _refuse_contradictions(asked)
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    main, *others = asked.question.methods
    estimates = fit(main, chosen, asked, chosen.weeks)
    rows = _estimate_rows(estimates, chosen, asked, level=None)
    rows += family_rows(estimates, asked)
    for method in others:
        rows += _estimate_rows(
            fit(method, chosen, asked, (asked.week,)), chosen, asked, level=method
        )
    return [
        *rows,
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *threshold_rows(chosen, asked),
        *observed_rows(chosen, asked),
        *missing_rows(chosen, asked),
        *left_out_rows(chosen, asked),
        *diagnostic_rows(estimates, asked),
    ]


def _refuse_contradictions(asked: Asked) -> None:
    compared = asked.estimand.treatments.comparator is not None
    where = f"questions.{asked.name}"
    if not asked.question.methods:
        raise PlanError(
            f"The question {asked.name!r} names no method.",
            where=f"{where}.methods",
            why="nothing says how the estimand is estimated",
            do="Add methods: [mmrm, ancova].",
        )
    if compared != (asked.estimand.summary == "difference in means"):
        raise PlanError(
            f"The summary {asked.estimand.summary!r} does not fit the treatments.",
            where=f"estimands.{asked.question.estimand}.summary",
            why="a difference needs a comparator, and a mean change has none",
            do="Name a comparator for a difference in means; none (null) for a mean change.",
        )
    if not compared and asked.estimand.variable.kind == "value":
        raise PlanError(
            "A mean change needs the change from baseline.",
            where=f"estimands.{asked.question.estimand}.variable.kind",
            why="the mean of the scores themselves is not a change",
            do="Use kind: change from baseline.",
        )


def _estimate_rows(
    estimates: Estimates, chosen: AnalysisSet, asked: Asked, *, level: str | None
) -> list[Result]:
    compared = asked.estimand.treatments.comparator
    rows = [
        _row(line, "change" if compared is None else "ls_mean", estimates, chosen, asked, level)
        for line in estimates.means.itertuples()
    ]
    if compared is None:
        return rows
    return rows + [
        _row(line, "difference", estimates, chosen, asked, level, compared)
        for line in estimates.differences.itertuples()
    ]


def _row(
    line: NamedTuple,
    statistic: str,
    estimates: Estimates,
    chosen: AnalysisSet,
    asked: Asked,
    level: str | None,
    compared: str | None = None,
) -> Result:
    arm, week = getattr(line, ARM), int(getattr(line, VISIT))
    arms = (arm, compared) if compared else (arm,)
    seen = chosen.seen(arms, week)
    return asked.row(
        statistic,
        line.estimate,
        week=week,
        arm=arm,
        comparator=compared,
        level=level,
        se=line.se,
        df=line.df,
        lower=line.lower,
        upper=line.upper,
        p=getattr(line, "p", None),
        n=chosen.people(arms) if estimates.every_week else seen,
        n_observed=seen,
        method=estimates.method,
        weighting=asked.question.options.weights,
        verified=estimates.verified,
    )
