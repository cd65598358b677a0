"""A formula's two sides: which columns they name, and what they make of rows."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from formulaic import Formula, ModelMatrix, ModelSpec
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor
from formulaic.transforms import TRANSFORMS
from formulaic.utils.variables import Variable, get_required_variables

from analysis.errors import ModelError, UsageError

# R's writing of random effects, (1 | who), and of a covariance, us(week | who).
BAR = re.compile(r"\([^()]*\|[^()]*\)")
# Rows on which a term is worked out a second time, without the others.
ALONE = 200
# What formulaic raises, and what Python raises inside a function of the formula.
FAILURES = (FormulaicError, ArithmeticError, AttributeError, LookupError, NameError)
FAILURES = (*FAILURES, NotImplementedError, TypeError, ValueError)


def parse_formula(formula: str) -> Formula:
    """The formula with its two sides.

    Raises:
        UsageError: it is no text, cannot be read, or has no single outcome.
    """
    if not isinstance(formula, str):
        raise UsageError(
            f"The formula must be text, not {type(formula).__name__}.",
            where="formula",
            do="Write it as outcome ~ terms, for example 'y ~ x + a * b'.",
        )
    if BAR.search(formula) and "{" not in formula:
        raise UsageError(
            f"The formula names a covariance or random effects: {formula}",
            where="formula",
            why="Here the formula is of the mean alone.",
            do="Name them beside it: subject='who', visit='week', covariance='us' (random effects: "
            "covariance='ri' or 'ri+rs').",
        )
    try:
        parsed = Formula(formula)
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise UsageError(
            f"The formula cannot be read: {formula}",
            why=first_line(error),
            do="Write it as outcome ~ terms, for example y ~ x + a * b.",
        ) from None
    if not (hasattr(parsed, "lhs") and hasattr(parsed, "rhs")) or len(parsed.lhs) != 1:
        raise UsageError(
            f"The formula needs one outcome on its left side: {formula}",
            do="Write it as outcome ~ terms, for example y ~ x + a * b.",
        )
    return parsed


def sides(parsed: Formula) -> tuple[list[str], list[str]]:
    """The columns left and right of the ~, also those inside functions such as bs(x, df=3)."""
    return columns_of(parsed.lhs), columns_of(parsed.rhs)


def columns_of(side: Formula) -> list[str]:
    """The columns that the terms of one side name, sorted."""
    found = {str(name) for term in side for factor in term.factors for name in _named(factor)}
    return sorted(found)


def _named(factor: Factor) -> set[str]:
    if factor.eval_method.value == "lookup":
        return {factor.expr}
    if factor.eval_method.value != "python":
        return set()
    # formulaic itself overlooks the columns inside its stateful functions (bs, poly, scale, ...).
    found = {*get_required_variables(factor.expr), *factor.token.required_variables}
    return {str(name.root) for name in found if not _is_function(name)}


def _is_function(name: Variable) -> bool:
    only_called = name.roles == {Variable.Role.CALLABLE} and "." not in name
    return only_called or name.root in TRANSFORMS


def first_line(error: Exception) -> str:
    """The first line of what an error says, without quoted values, or its kind."""
    lines = str(error).splitlines()
    made = lines[0] if lines else type(error).__name__
    # "could not convert string to float: '...'" would tell a value of some row.
    return made.split(": '")[0] if "convert" in made else made


def work_out(parsed: Formula, table: pd.DataFrame) -> ModelMatrix:
    """Both sides on the rows that a model uses.

    Raises:
        UsageError: a function that fails, is unknown, or needs other rows than its own.
    """
    try:
        made = parsed.get_model_matrix(table, na_action="ignore", context={})
    except FAILURES as error:
        raise UsageError(
            "The formula cannot be worked out on these columns.",
            why=first_line(error),
            do="Check the names of functions in the formula and the types of its columns.",
        ) from None
    for matrix in (made.lhs, made.rhs):
        _refuse_other_rows(matrix.model_spec, matrix.to_numpy(dtype=float), table)
    return made


def _refuse_other_rows(spec: ModelSpec, X: np.ndarray, table: pd.DataFrame) -> None:
    """A term of a row must be the same when most other rows are away: new people come alone."""
    functions = [
        factor.expr
        for term in spec.formula
        for factor in term.factors
        if factor.eval_method.value == "python"
    ]
    if not functions or len(table) < 2:
        return
    # Backwards and with gaps, and two rows by themselves: what leans on the mean, the largest, the
    # order or the neighbour cannot be the same in all.
    n = len(table)
    parts = (np.arange(n)[::-2][:ALONE], np.array([n // 3]), np.array([2 * n // 3]))
    if not all(_same_alone(spec, X, table, rows) for rows in parts):
        raise UsageError(
            f"A term of the formula depends on other rows than its own: {', '.join(functions)}.",
            where="formula",
            why="For new people, at LS means and in parts of the data it would mean something "
            "else than in the fit.",
            do="Use center(x), scale(x), poly(x, 2) or bs(x, df=3), which remember the rows of the "
            "fit, or make the column before fitting.",
        )


def _same_alone(spec: ModelSpec, X: np.ndarray, table: pd.DataFrame, rows: np.ndarray) -> bool:
    try:
        alone = spec.get_model_matrix(table.iloc[rows], na_action="ignore", context={})
    except FAILURES:
        return False
    return np.allclose(alone.to_numpy(dtype=float), X[rows], rtol=1e-8, equal_nan=True)


def on_rows(spec: ModelSpec, table: pd.DataFrame) -> np.ndarray:
    """The design of other rows, with all that the formula learned from the rows of the fit.

    Args:
        spec: of the fit.
        table: factors with the levels of the fit, all else as numbers.

    Returns:
        Rows x coefficients.

    Raises:
        ModelError: a value at which a term of the formula cannot be worked out.
    """
    try:
        X = spec.get_model_matrix(table, na_action="ignore", context={}).to_numpy(dtype=float)
    except FAILURES as error:
        raise _beyond(first_line(error)) from None
    if not np.isfinite(X).all():
        raise _beyond("A term is not finite there.")
    return X


def _beyond(why: str) -> ModelError:
    return ModelError(
        "The formula cannot be worked out at some of these values.",
        where="covariates",
        why=why,
        do="Stay within the values of the fit (splines end at its smallest and largest), or where "
        "logarithms and roots exist.",
    )
