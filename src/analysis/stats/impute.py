"""Imputation under stated assumptions: the public face."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError

from analysis.errors import UsageError

from .delta import Amounts, Delta, read_delta
from .draw import METHODS, fresh_seed
from .impute_grid import Names, lay_out
from .impute_result import Imputation, run
from .impute_run import Settings

# Draws without which the number that an error needs cannot be told.
PILOT = 100
DEFAULT_N = 1000


def impute(
    formula: str,
    data: pd.DataFrame,
    *,
    subject: str,
    visit: str,
    arm: str,
    reference: object | Mapping[object, object],
    strategy: str | Callable | Mapping[object, object] = "mar",
    events: pd.DataFrame | None = None,
    delta: Delta | Amounts | None = None,
    method: str = "condmean-jackknife",
    n: int | None = None,
    mc_error: float | None = None,
    seed: int | None = None,
    analysis: str = "ancova",
    comparator: object = None,
    covariance: str = "us",
    sigma_by_arm: bool = False,
    reml: bool = True,
    level: float = 0.95,
    interval: str = "normal",
    burn_in: int = 50,
    workers: int = 1,
) -> Imputation:
    """How arms differ on average, when each absent value is what a stated assumption says.

    Four steps: draw the parameters of the outcomes' distribution from a repeated-measures model of
    the outcomes seen; impute every planned value that is absent, given what was seen of the same
    participant and the strategy; analyse each completed data set; pool.

    Args:
        formula: of the repeated-measures model, `outcome ~ terms`, such as
            `change ~ baseline * visit + arm * visit`. Text columns must be categoricals.
        data: one row a participant and visit; outcomes that are absent, or that the question
            excludes, are missing. Visits without a row are added, with the covariates of the
            participant's other rows.
        subject: the column that names the participant.
        visit: the column that names the visit: numbers or a categorical.
        arm: the column of the arm, a categorical.
        reference: the arm that reference-based strategies refer to, or a mapping of arm to its
            reference.
        strategy: what is assumed from the event on: `mar`, `j2r`, `cr`, `cir`, `lmcf`; a function
            (see `analysis.stats.strategy`); a mapping by the events' `reason` (by arm where no
            events are given); or a column (of the events, or of the table) with a name each.
        events: one row a participant who had an event: the subject column, the visit column (the
            first visit touched) and possibly `reason`. Without it the event is not to come back
            after the last outcome. Values missing before the event are missing at random. Outcomes
            seen after it stay in the analysis, and inform the model under `mar` only.
        delta: what is added to imputed values: a number, a mapping by arm, a table, or a
            `analysis.stats.delta.Delta`.
        method: `condmean-jackknife` (no chance in it), `condmean-bootstrap`, `bootstrap`
            (approximate Bayes) or `bayes` (Gibbs).
        n: how many draws; default 1,000. Not with the jackknife.
        mc_error: instead of n: the Monte Carlo error wanted, in the outcome's unit.
        seed: a whole number; the same seed gives the same numbers, whatever `workers` is.
        analysis: `ancova` (the formula without the visit, visit by visit), or a formula for it.
        comparator: the arm that is subtracted; default: the reference, where it is one arm.
        covariance: structure of Sigma.
        sigma_by_arm: whether each arm has a Sigma of its own.
        reml: restricted maximum likelihood, or (False) maximum likelihood.
        level: of the intervals.
        interval: `normal`, or with `condmean-bootstrap` also `percentile`.
        burn_in: steps of each chain of `bayes`.
        workers: threads.

    Returns:
        `.estimates`, `.ls_means`, `.filled`, `.using(...)`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: data that cannot carry the model or the analysis.

    Source: Carpenter, Roger & Kenward (2013) J Biopharm Stat 23:1352; Wolbers et al. (2022) Pharm
    Stat 21:1246; docs/methods/missing_data.md.
    Agrees with: validation/rbmi/README.md
    """
    names = Names(formula, formula.split("~")[0].strip(), subject, visit, arm)
    _check(names, method, n, mc_error, analysis)
    planned = lay_out(
        names, data, reference=reference, strategy=strategy, events=events, by_arm=sigma_by_arm
    )
    settings = Settings(
        method=method,
        n=(n or DEFAULT_N) if mc_error is None else PILOT,
        seed=None if method == "condmean-jackknife" else fresh_seed(seed),
        formula=None if analysis == "ancova" else analysis,
        comparator=_comparator(comparator, reference, list(planned.people.arm.categories)),
        level=level,
        interval=interval,
        burn_in=burn_in,
        workers=workers,
        mc_error=mc_error,
    )
    return run(planned, settings, covariance, reml, read_delta(delta))


def _check(names: Names, method: str, n: int | None, mc_error: float | None, analysis: str) -> None:
    if method not in METHODS:
        raise UsageError(
            f"There is no method {method!r}.",
            where="method",
            do="Use one of: " + ", ".join(f"{k} ({v})" for k, v in METHODS.items()) + ".",
        )
    if analysis != "ancova" and "~" not in analysis:
        raise UsageError(
            f"There is no analysis {analysis!r}.",
            where="analysis",
            do="Use 'ancova', or a formula for it: outcome ~ arm + covariates.",
        )
    if method == "condmean-jackknife" and (n is not None or mc_error is not None):
        raise UsageError(
            "The jackknife leaves each participant out once: there is no number to choose.",
            where="n, mc_error",
            do="Leave them out, or choose another method.",
        )
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 2):
        raise UsageError("n must be a whole number, two or more.", where=f"n={n!r}")
    if mc_error is not None and (n is not None or not mc_error > 0):
        raise UsageError(
            "mc_error is a positive number, and stands instead of n.", where="n, mc_error"
        )
    if names.arm not in _variables(names.formula):
        raise UsageError(
            f"The formula does not name the arm {names.arm}.",
            where="formula",
            why="Arms would be imputed as if they were one.",
            do=f"Add it, for example {names.arm} * {names.visit}.",
        )


def _variables(formula: str) -> set[str]:
    try:
        return {str(name) for name in Formula(formula).required_variables}
    except (FormulaicError, SyntaxError) as error:
        raise UsageError(
            f"The formula cannot be read: {formula}",
            why=str(error).splitlines()[0] if str(error) else "",
            do="Write it as outcome ~ terms, for example y ~ x + a * b.",
        ) from None


def _comparator(comparator: object, reference: object, arms: list[object]) -> int:
    """The place of the arm that is subtracted."""
    if comparator is None and isinstance(reference, Mapping):
        found = set(reference.values())
        comparator = found.pop() if len(found) == 1 else None
    elif comparator is None:
        comparator = reference
    if comparator not in arms:
        raise UsageError(
            "It is not clear which arm is subtracted."
            if comparator is None
            else f"There is no arm {comparator!r}.",
            where="comparator",
            do=f"Name one of: {', '.join(map(str, arms))}.",
        )
    return arms.index(comparator)
