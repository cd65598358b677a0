"""Whether the model can be trusted, in plain words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import (
    CORRELATION_DECIMALS,
    SE_DECIMALS,
    count,
    decimals_of,
    fixed,
    is_missing,
)
from analysis.show.select import absent, maybe, one_key, some, where
from analysis.show.sentences.phrase import paragraph
from analysis.show.unknown import ASSUMPTIONS
from analysis.show.words import begin, measure_label, with_unit
from analysis.terms import Labels

# A skewness beyond 1 is usually called high (Bulmer 1979, Principles of Statistics, chapter 4);
# beyond a half, moderate.
_HIGH, _MODERATE = 1.0, 0.5


def diagnostics(rows: pd.DataFrame, labels: Labels) -> str:
    """Symmetry of the residuals, outlying values and spread, with what they mean.

    Args:
        rows: result rows `diagnostic_*` of one question about one measure.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: skewness or the count of outlying values is not there; names its id. Of
            pseudo-participants they are not asked for: they would describe rows that were made up.
    """
    own = rows[rows["statistic"].str.startswith("diagnostic_").fillna(False)]
    main = some(where(own, level=None), "<question>.diagnostic_residual_skewness.<measure>")
    question, measure = one_key(main, "question"), one_key(main, "measure")
    closing = [_spread(main, labels, measure), _converged(main)]
    if labels.pseudo_participants:
        return paragraph([begin(labels, ASSUMPTIONS), *closing])
    return paragraph([*_residuals(main, labels, f"{question}.diagnostic_", measure), *closing])


def _residuals(main: pd.DataFrame, labels: Labels, prefix: str, measure: str) -> list[str]:
    """The verdict on the residuals, and what to do where they do not look well."""
    skewness = _row(main, "residual_skewness", f"{prefix}residual_skewness.{measure}")
    outliers = _row(main, "outliers", f"{prefix}outliers.{measure}")
    fine = abs(skewness.value) < _HIGH and outliers.value == 0
    start = (
        "The model's assumptions look reasonable"
        if fine
        else "The model's assumptions deserve a second look"
    )
    said = f"{_symmetry(skewness)}, and {_outlying(outliers)}{_largest(main)}"
    advice = "" if fine else "Compare the answer with that of the second method"
    return [f"{begin(labels, start)}: {said}", advice]


def _row(rows: pd.DataFrame, name: str, row_id: str) -> Any:
    found = maybe(rows, statistic=f"diagnostic_{name}")
    if found is None or is_missing(found.value):
        raise absent(row_id)
    return found


def _symmetry(row: Any) -> str:
    shown = f"(skewness {link(row, fixed(row.value, CORRELATION_DECIMALS))})"
    size = abs(row.value)
    if size < _MODERATE:
        return f"what the model leaves unexplained is spread about evenly to both sides {shown}"
    side = "higher" if row.value > 0 else "lower"
    how = "far" if size >= _HIGH else "somewhat"
    return f"what the model leaves unexplained reaches {how} further to {side} scores {shown}"


def _outlying(row: Any) -> str:
    seen = "" if is_missing(row.n_observed) else f" of {link(row, count(row.n_observed))} values"
    verb = "lies" if row.value == 1 else "lie"
    return f"{link(row, count(row.value))}{seen} {verb} very far from what it expects"


def _largest(rows: pd.DataFrame) -> str:
    row = maybe(rows, statistic="diagnostic_largest_residual")
    if row is None or is_missing(row.value):
        return ""
    shown = link(row, fixed(row.value, CORRELATION_DECIMALS))
    return f" (the farthest by {shown} standard deviations)"


def _spread(rows: pd.DataFrame, labels: Labels, measure: str) -> str:
    row = maybe(rows, statistic="diagnostic_residual_sd")
    if row is None or is_missing(row.value):
        return ""
    words = measure_label(labels, measure)
    decimals = SE_DECIMALS if decimals_of(words) > 1 else decimals_of(words)
    shown = with_unit(link(row, fixed(row.value, decimals)), prose(words.unit))
    when = "" if is_missing(row.week) else f" at week {link(row, str(row.week))}"
    return f"Single people's scores vary about the model with a standard deviation of {shown}{when}"


def _converged(rows: pd.DataFrame) -> str:
    row = maybe(rows, statistic="diagnostic_iterations")
    if row is None or is_missing(row.value):
        return ""
    return f"The model settled after {link(row, count(row.value))} rounds"
