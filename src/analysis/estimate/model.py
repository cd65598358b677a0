"""The model of a question: its formula, its fit by each method, and what it was checked against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import PlanError, UsageError
from analysis.estimate.adequacy import constant_covariates, refuse_thin_cells
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.together import Compare, in_one_model, week_by_week
from analysis.plan.schema_questions import Options
from analysis.stats.ancova import ancova
from analysis.stats.fit import LinearFit
from analysis.stats.mmrm import mmrm
from analysis.terms import ARM, PARTICIPANT, VISIT, WEEK

# What `validation/mmrm` compares with R figure by figure: structure, degrees of freedom, REML.
_COMPARED = ("us", "ar1", "ar1h", "cs", "csh", "toep", "toeph", "ad", "adh")
VALIDATED = {
    *((structure, "satterthwaite", reml) for structure in _COMPARED for reml in (True, False)),
    *((structure, "kenward-roger", True) for structure in _COMPARED),
    ("us", "kenward-roger-linear", True),
    ("us", "between-within", True),
}
NOT_COVARIATES = {ARM, VISIT}
# Methods of one model of all weeks, which holds everyone with a score at any of them.
EVERY_WEEK = frozenset({"mmrm"})


@dataclass(frozen=True)
class Estimates:
    """What one method says.

    Attributes:
        means: a row an arm and visit: ``arm``, ``visit``, ``estimate``, ``se``, ``df``, ``lower``,
            ``upper``.
        differences: a row an arm but the comparator, and visit: the same with ``p``.
        residuals: standardised, one a value used; variance one if the model holds.
        sd: residual standard deviation by visit, in the unit of the measure.
        correlation: visits x visits; empty where the method has none.
            Visits are named by their week.
        iterations: steps until the estimates settled; None where they are solved for directly.
        every_week: whether one model holds the scores of every week, so that people who missed a
            week are in its analysis all the same.
        method: the method in words.
        verified: folder that shows agreement with a reference, or None.
        compare: from arms and weeks, the comparator, an adjustment and a level to these
            differences as one family: ``arm``, ``visit``, the same columns and ``p_adjusted``.
    """

    means: pd.DataFrame
    differences: pd.DataFrame
    residuals: pd.Series
    sd: pd.Series
    correlation: pd.DataFrame
    iterations: int | None
    every_week: bool
    method: str
    verified: str | None
    compare: Compare


def covariate_columns(options: Options) -> tuple[str, ...]:
    """The columns that the planned terms need; a term such as ``baseline:visit`` needs one."""
    parts = [part for term in options.covariates for part in term.split(":")]
    return tuple(dict.fromkeys(part for part in parts if part not in NOT_COVARIATES))


def formula(response: str, options: Options, *, visits: bool, arms: bool = True) -> str:
    """The formula: response on the planned covariates and arm, by visit where there are visits.

    A factor with one level, such as the arm of a study of one arm, adds no column: with or without
    the arm the model is the same there, but only with it are there means by arm.
    """
    terms = [t for t in options.covariates if visits or VISIT not in t.split(":")]
    written = [":".join(_quoted(part) for part in term.split(":")) for term in terms]
    factors = " * ".join([ARM] * arms + [VISIT] * visits)
    return f"{response} ~ {' + '.join([*written, *([factors] if factors else [])]) or '1'}"


def usable(chosen: AnalysisSet, asked: Asked) -> tuple[Options, tuple[str, ...]]:
    """The planned options without the covariates that do not vary, and those covariates."""
    options = asked.question.options
    constant = constant_covariates(chosen, covariate_columns(options))
    kept = tuple(t for t in options.covariates if not set(t.split(":")) & set(constant))
    return replace(options, covariates=kept), constant


def _method(fitted: LinearFit, chosen: AnalysisSet, asked: Asked, *, visits: bool) -> str:
    """The method and its formula as a reader knows it: without the arm where there is only one.

    What the plan names and the data do not hold is said: covariates that are the same for everyone,
    and planned weeks at which nobody has a score.
    """
    options, constant = usable(chosen, asked)
    arms = len(chosen.arms) > 1
    words = f"{fitted.method}: {formula(chosen.response, options, visits=visits, arms=arms)}"
    if constant:
        words += f"; not adjusted for, being the same for everyone: {', '.join(constant)}"
    if visits and chosen.weeks != asked.plan.weeks:
        words += f"; weeks used: {', '.join(map(str, chosen.weeks))}"
    return words


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def fit_mmrm(chosen: AnalysisSet, asked: Asked, weeks: tuple[int, ...]) -> Estimates:
    """One model of all kept visits; `weeks` are the weeks reported.

    Raises:
        PlanError: an option that cannot be understood.
        ModelError: data that cannot carry the model, or no convergence.
    """
    refuse_thin_cells(chosen, asked, chosen.weeks)
    options, _ = usable(chosen, asked)
    words = formula(chosen.response, options, visits=True)
    fit = mmrm(
        words,
        chosen.rows,
        subject=PARTICIPANT,
        visit=VISIT,
        covariance=options.covariance,
        reml=options.reml,
        df=options.df,
    )
    means, differences = _tables(fit, options, by=VISIT)
    return Estimates(
        means=means[means[VISIT].isin(weeks)],
        differences=differences[differences[VISIT].isin(weeks)],
        residuals=fit.residuals(kind="normalised"),
        sd=pd.Series(np.sqrt(np.diag(fit.covariance)), index=fit.covariance.index),
        correlation=fit.correlation,
        iterations=fit.iterations,
        every_week="mmrm" in EVERY_WEEK,
        method=_method(fit, chosen, asked, visits=True),
        verified="validation/mmrm"
        if (options.covariance, options.df, options.reml) in VALIDATED
        else None,
        compare=in_one_model(fit, options.weights),
    )


def fit_ancova(chosen: AnalysisSet, asked: Asked, weeks: tuple[int, ...]) -> Estimates:
    """One model a week, of the people seen at that week."""
    refuse_thin_cells(chosen, asked, weeks)
    options, _ = usable(chosen, asked)
    words = formula(chosen.response, options, visits=False)
    fits = {week: ancova(words, chosen.rows[chosen.rows[WEEK] == week]) for week in weeks}
    tables = {week: _tables(fit, options, by=None) for week, fit in fits.items()}
    return Estimates(
        means=pd.concat([means.assign(visit=week) for week, (means, _) in tables.items()]),
        differences=pd.concat([each.assign(visit=week) for week, (_, each) in tables.items()]),
        residuals=pd.concat([fit.residuals / fit.residual_sd for fit in fits.values()]),
        sd=pd.Series({week: fit.residual_sd for week, fit in fits.items()}),
        correlation=pd.DataFrame(),
        iterations=None,
        every_week="ancova" in EVERY_WEEK,
        method=_method(next(iter(fits.values())), chosen, asked, visits=False),
        verified=None,
        compare=week_by_week(fits, options.weights),
    )


def _tables(
    fit: LinearFit, options: Options, *, by: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    how = {"weights": options.weights, "level": options.level}
    return fit.ls_means(ARM, by=by, **how), fit.contrasts(ARM, by=by, **how)


def fit_unadjusted(chosen: AnalysisSet, asked: Asked, weeks: tuple[int, ...]) -> Estimates:
    """As `fit_ancova`, of the same people, without the planned covariates."""
    bare = replace(asked.question, options=replace(asked.question.options, covariates=()))
    plan = replace(asked.plan, questions={**asked.plan.questions, asked.name: bare})
    return fit_ancova(chosen, replace(asked, plan=plan), weeks)


Fitter = Callable[[AnalysisSet, Asked, tuple[int, ...]], Estimates]
METHODS: dict[str, Fitter] = {
    "mmrm": fit_mmrm,
    "ancova": fit_ancova,
    "unadjusted": fit_unadjusted,
}


def fit(method: str, chosen: AnalysisSet, asked: Asked, weeks: tuple[int, ...]) -> Estimates:
    """The estimates of one planned method at these weeks.

    Raises:
        PlanError: an option of the plan that the method cannot understand.
        ModelError: data that cannot carry the model, or no convergence.
    """
    try:
        return METHODS[method](chosen, asked, weeks)
    except UsageError as error:
        # What stats cannot understand came from the plan, so the plan is the place to mend it.
        raise PlanError(
            error.what,
            where=f"questions.{asked.name}.options ({error.where})",
            why=error.why,
            do=error.do,
        ) from None
