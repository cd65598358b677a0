"""The answer of the plan's main question beside the mixed model of another question.

Two questions about one estimand may be given different models by the plan. Then their figures part
before anything is assumed, and whoever reads only one of them takes the step for something else.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.data.trial import Trial
from analysis.errors import ModelError, PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import select
from analysis.estimate.model import Estimates, covariate_columns, fit
from analysis.plan.main import main_question
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Question
from analysis.result.record import Result
from analysis.terms import ARM

SAME = "the same model"
# What the plan may set in another way, as words that follow on `the plan gives it`.
_OTHER = {
    "covariance": "another covariance of the visits",
    "df": "other degrees of freedom",
    "reml": "another likelihood",
    "level": "another level of the interval",
    "weights": "other weights of the categories",
}


def first_answer_rows(
    trial: Trial, asked: Asked, method: str, estimates: Estimates
) -> list[Result]:
    """What the plan's main question answers at the week asked about, of the same estimand.

    Args:
        trial: the study.
        asked: the question that has a model of its own.
        method: key of the method of that model.
        estimates: what that model says at the week asked about.

    Returns:
        `first_answer` by arm: the difference from the comparator, or the change without one, by the
        main question's model; the level says how that differs from the model of the question
        asked, or that it is the same. Nothing where the main question is of another estimand, or
        its model cannot be fitted, which its own chapter tells.
    """
    name = main_question(asked.plan)
    if name is None or not _same_estimand(asked.plan, name, asked.name):
        return []
    main = replace(asked, name=name)
    apart = _apart(main.question, asked.question, method)
    if apart and (first := _fitted(trial, main)) is None:
        return []
    told = first if apart else estimates
    compared = asked.estimand.treatments.comparator
    table = told.means if compared is None else told.differences
    return [
        asked.row(
            "first_answer",
            line.estimate,
            week=asked.week,
            arm=str(getattr(line, ARM)),
            comparator=compared,
            level=" and ".join(apart) or SAME,
            se=line.se,
            df=line.df,
            lower=line.lower,
            upper=line.upper,
            method=told.method,
            verified=told.verified,
        )
        for line in table.itertuples()
    ]


def _same_estimand(plan: Plan, one: str, other: str) -> bool:
    pair = [plan.estimands[plan.questions[name].estimand] for name in (one, other)]
    return replace(pair[0], label="") == replace(pair[1], label="")


def _apart(main: Question, own: Question, method: str) -> list[str]:
    """In what the model of a question differs from that of the main question, in words."""
    words = [] if main.methods[:1] == (method,) else ["another method"]
    if set(main.options.covariates) != set(own.options.covariates):
        words.append("other covariates to adjust for")
    return words + [
        told
        for key, told in _OTHER.items()
        if getattr(main.options, key) != getattr(own.options, key)
    ]


def _fitted(trial: Trial, main: Asked) -> Estimates | None:
    if not main.question.methods:
        return None
    try:
        chosen = select(trial, main, covariate_columns(main.question.options))
        return fit(main.question.methods[0], chosen, main, (main.week,))
    except (ModelError, PlanError):
        return None
