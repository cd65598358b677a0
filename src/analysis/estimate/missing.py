"""Does the answer depend on what is assumed about absent scores? Assumptions side by side."""

from __future__ import annotations

from typing import NamedTuple

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.first_answer import first_answer_rows
from analysis.estimate.imputing import Imputations, Imputed, impute_under
from analysis.estimate.model import Estimates, covariate_columns, fit
from analysis.estimate.thresholds import threshold_rows
from analysis.estimate.xray import xray_rows
from analysis.result.record import Result
from analysis.terms import ARM, SMALL_GROUP

# The planned model without imputation, beside the assumptions.
BESIDE = "mmrm"


def estimate_missing(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The same comparison under each assumption of the plan, and what each absent score was.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `missing`.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        At the week asked about, with the assumption as level and the MMRM as level `mmrm`:
        `difference` (arm minus comparator) and `ls_mean`, or `change` where there is no comparator;
        n counts everyone completed, n_observed those with a score. For every assumption
        `monte_carlo_error` (of the estimate) and `monte_carlo_error_se` (of its standard error) by
        arm, `filled_mean` (mean filled value by arm, of `SMALL_GROUP` people or more) and
        `imputations`. `first_answer`, the main question's answer, with how its model differs as
        level. `threshold`, `threshold_base`, `interval_level`; and all of `xray_rows`.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: an assumption about what never happens, or a strategy that cannot be followed.
        ModelError: the model cannot be fitted to these data.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    chosen, imputations = complete(trial, asked)
    beside = fit(BESIDE, chosen, asked, (asked.week,))
    rows = _beside(beside, chosen, asked)
    for imputed in imputations.under.values():
        rows += _assumed(imputed, asked)
    return [
        *rows,
        *first_answer_rows(trial, asked, BESIDE, beside),
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *threshold_rows(chosen, asked),
        *xray_rows(trial, chosen, imputations, asked),
    ]


def complete(trial: Trial, asked: Asked) -> tuple[AnalysisSet, Imputations]:
    """The values that answer the estimand of a question, completed under its assumptions.

    Raises:
        PlanError: the question names no imputation, or one that cannot be followed.
        ModelError: nobody has a score that counts at the week asked about, or too few have.
    """
    planned = asked.question.imputation
    if planned is None:
        raise PlanError(
            f"The question {asked.name!r} says nothing about absent scores.",
            where=f"questions.{asked.name}.imputation",
            why="what they are taken to be decides the answer",
            do="Add imputation with its assumptions.",
        )
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    return chosen, impute_under(chosen, asked, planned)


def _beside(estimates: Estimates, chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """The model of all weeks, which takes absent scores as missing at random without filling."""
    compared = asked.estimand.treatments.comparator
    rows = []
    for table, other in ((estimates.means, None), (estimates.differences, compared)):
        if table is estimates.differences and compared is None:
            continue
        for line in table.itertuples():
            arm = getattr(line, ARM)
            rows.append(
                _row(
                    asked,
                    line,
                    arm,
                    other,
                    level=BESIDE,
                    n=chosen.people(_both(arm, other)),
                    n_observed=chosen.seen(_both(arm, other), asked.week),
                    method=estimates.method,
                    weighting=asked.question.options.weights,
                    verified=estimates.verified,
                )
            )
    return rows


def _assumed(imputed: Imputed, asked: Asked) -> list[Result]:
    """What one assumption gives at the week asked about, and how far chance moved it."""
    made, compared = imputed.made, asked.estimand.treatments.comparator
    told = {"level": imputed.name, "method": imputed.method, "verified": imputed.verified}
    kinds = [(made.ls_means, None)] + ([] if compared is None else [(made.estimates, compared)])
    rows = [
        asked.row("imputations", imputed.n_sets, level=imputed.name, method=made.draws.words),
        *_filled(imputed, asked),
    ]
    for table, other in kinds:
        for line in table[table["visit"] == asked.week].itertuples():
            counts = imputed.counts(_both(line.arm, other), asked.week)
            place = told | counts
            rows.append(_row(asked, line, line.arm, other, weighting="proportional", **place))
            if other is not None or compared is None:
                rows += _chance(asked, line, other, place)
    return rows


def _chance(asked: Asked, line: NamedTuple, other: str | None, place: dict) -> list[Result]:
    where = {"week": asked.week, "arm": line.arm, "comparator": other} | place
    return [
        asked.row("monte_carlo_error", line.mc_error, **where),
        asked.row("monte_carlo_error_se", line.mc_error_se, **where),
    ]


def _filled(imputed: Imputed, asked: Asked) -> list[Result]:
    """The mean of the filled values of each arm; a mean of few would tell of one of them."""
    filled = imputed.made.filled
    here = filled[filled["visit"] == asked.week]
    return [
        asked.row(
            "filled_mean",
            values.mean(),
            week=asked.week,
            arm=str(arm),
            level=imputed.name,
            n=len(values),
            method="mean of what absent scores are assumed to be, by the fit to the data",
        )
        for arm, values in here.groupby(ARM, observed=True)["value"]
        if len(values) >= SMALL_GROUP
    ]


def _row(asked: Asked, line: NamedTuple, arm: str, other: str | None, **rest: object) -> Result:
    compared = asked.estimand.treatments.comparator
    alone = "change" if compared is None else "ls_mean"
    return asked.row(
        alone if other is None else "difference",
        line.estimate,
        week=asked.week,
        arm=arm,
        comparator=other,
        se=line.se,
        df=line.df,
        lower=line.lower,
        upper=line.upper,
        p=None if other is None else line.p,
        **rest,
    )


def _both(arm: str, other: str | None) -> tuple[str, ...]:
    return (arm,) if other is None else (arm, other)
