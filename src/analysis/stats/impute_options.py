"""The rarer choices of an imputation, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real

from analysis.errors import UsageError

from .arguments import refuse_no_frame, refuse_no_level, refuse_no_name
from .draw import METHODS, fresh_seed
from .formula import parse_formula, sides
from .impute_grid import Names
from .impute_run import Settings

# Draws without which the number that an error needs cannot be told.
PILOT = 100
DEFAULT_N = 1000


@dataclass(frozen=True)
class Options:
    """What `impute` takes besides, each by its name.

    comparator: the arm that is subtracted; default the reference, where it is one arm. covariance:
    structure of Sigma (`us`). sigma_by_arm: whether each arm has a Sigma of its own (no). reml:
    restricted maximum likelihood (yes), or maximum likelihood. level: of the intervals (0.95).
    interval: `normal`, or with `condmean-bootstrap` also `percentile`. mc_error: instead of n, the
    Monte Carlo error wanted, in the outcome's unit. burn_in: steps of each chain of `bayes` (50).
    workers: threads (1); the numbers do not depend on them.
    """

    comparator: object = None
    covariance: str = "us"
    sigma_by_arm: bool = False
    reml: bool = True
    level: float = 0.95
    interval: str = "normal"
    mc_error: float | None = None
    burn_in: int = 50
    workers: int = 1


def read_options(given: Mapping[str, object]) -> Options:
    """The options by name.

    Raises:
        UsageError: an unknown name.
    """
    known = [field.name for field in fields(Options)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise UsageError(
            f"impute has no argument {', '.join(unknown)}.",
            do=f"Besides those of its signature there are: {', '.join(known)}.",
        )
    return Options(**given)


def refuse_slips(formula: object, data: object, names: Mapping[str, object]) -> None:
    """A formula as text, a table with rows, and columns named as text.

    Raises:
        UsageError: anything else.
    """
    refuse_no_frame(data)
    if data.empty:
        raise UsageError(
            "The table has no rows.",
            where="data",
            do="Look at how it was read or filtered: one row a participant and visit is needed.",
        )
    for where, value in names.items():
        refuse_no_name(value, where)
    if not isinstance(formula, str):
        raise UsageError(
            f"The formula is text, not something of type {type(formula).__name__}.",
            where="formula",
            do="Write it as outcome ~ terms, for example y ~ baseline * visit + arm * visit.",
        )


def check(names: Names, method: str, n: int | None, analysis: str, options: Options) -> None:
    """What can be told wrong without the data.

    Raises:
        UsageError: a method, number or analysis that cannot be understood; a formula without arm.
    """
    if method not in METHODS:
        raise UsageError(
            f"There is no method {method!r}.",
            where="method",
            do="Use one of: " + ", ".join(f"{k} ({v})" for k, v in METHODS.items()) + ".",
        )
    refuse_no_level(options.level)
    known = isinstance(analysis, str) and (analysis in ("ancova", "mmrm") or "~" in analysis)
    if not known:
        raise UsageError(
            f"There is no analysis {analysis!r}.",
            where="analysis",
            do="Use 'ancova', 'mmrm', or a formula for an ANCOVA: outcome ~ arm + covariates.",
        )
    _check_number(method, n, options.mc_error)
    if names.arm not in _variables(names.formula):
        raise UsageError(
            f"The formula does not name the arm {names.arm}.",
            where="formula",
            why="Arms would be imputed as if they were one.",
            do=f"Add it, for example {names.arm} * {names.visit}.",
        )


def _check_number(method: str, n: int | None, mc_error: float | None) -> None:
    if method == "condmean-jackknife" and (n is not None or mc_error is not None):
        raise UsageError(
            "The jackknife leaves each participant out once: there is no number to choose.",
            where="n, mc_error",
            do="Leave them out, or choose another method.",
        )
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 2):
        raise UsageError("n must be a whole number, two or more.", where=f"n={n!r}")
    number = isinstance(mc_error, Real) and not isinstance(mc_error, bool)
    if mc_error is not None and (n is not None or not number or not mc_error > 0):
        raise UsageError(
            "mc_error is a positive number, and stands instead of n.", where="n, mc_error"
        )


def _variables(formula: str) -> set[str]:
    left, right = sides(parse_formula(formula))
    return {*left, *right}


def settle(
    method: str, n: int | None, seed: int | None, analysis: str, comparator: int, options: Options
) -> Settings:
    """Everything that the four steps need to know."""
    return Settings(
        method=method,
        n=(n or DEFAULT_N) if options.mc_error is None else PILOT,
        seed=None if method == "condmean-jackknife" else fresh_seed(seed),
        analysis=analysis,
        comparator=comparator,
        level=options.level,
        interval=options.interval,
        burn_in=options.burn_in,
        workers=options.workers,
        mc_error=options.mc_error,
    )


def place_of_comparator(comparator: object, reference: object, arms: list[object]) -> int:
    """The place of the arm that is subtracted.

    Raises:
        UsageError: it is not clear which, or it is no arm.
    """
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
