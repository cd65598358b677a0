"""LS means and differences as rows of one long table: one statistic a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

# Columns of the long table that a fit can fill, after those that say who and when.
NUMBERS = ["value", "se", "df", "lower", "upper", "p", "n", "n_observed", "method", "weighting"]


def long_rows(
    means: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    factor: str,
    by: Sequence[str],
    n: int,
    n_observed: Mapping[tuple, int] | None,
    method: str,
    weighting: str,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """The two tables of a fit under each other.

    Args:
        means: from `ls_means`.
        differences: from `contrasts`.
        factor: the column of the levels.
        by: columns that split the tables.
        n: participants in the fit.
        n_observed: those with an outcome, by the `by` columns; None where a row is not a person.
        method: in words.
        weighting: how LS means average other factors, in a word.
        names: column of the fit to its name in the long table.

    Returns:
        statistic (`ls_mean` or `difference`), the factor, comparator (the level subtracted), the
        `by` columns, value, se, df, lower, upper, p, n, n_observed, method, weighting.
    """
    made = pd.concat(
        [
            means.assign(statistic="ls_mean", comparator=None, p=float("nan")),
            differences.assign(statistic="difference", comparator=differences["reference"]),
        ],
        ignore_index=True,
    ).rename(columns={"estimate": "value"})
    made = made.assign(n=n, n_observed=None, method=method, weighting=weighting)
    if n_observed is not None:
        keys = made[list(by)].itertuples(index=False, name=None)
        made["n_observed"] = [n_observed[key] for key in keys]
    made["n_observed"] = made["n_observed"].astype("Int64")
    order = ["statistic", factor, "comparator", *by, *NUMBERS]
    return made[order].rename(columns=dict(names))
