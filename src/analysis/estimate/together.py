"""Comparisons with the comparator as one family of contrasts of a fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.stats.fit import LinearFit
from analysis.terms import ARM, VISIT

# From arms and weeks, the comparator, an adjustment and a level to the adjusted table.
Compare = Callable[[list[tuple[str, int]], str, str, float], pd.DataFrame]


def in_one_model(fit: LinearFit, weights: str) -> Compare:
    """Comparisons at any weeks, from one model of all of them."""

    def compare(
        pairs: list[tuple[str, int]], comparator: str, how: str, level: float
    ) -> pd.DataFrame:
        means = fit.ls_means_rows(ARM, VISIT, weights=weights)
        rows = [means.loc[(arm, week)] - means.loc[(comparator, week)] for arm, week in pairs]
        return _adjusted(fit, rows, pairs, how, level)

    return compare


def week_by_week(fits: Mapping[int, LinearFit], weights: str) -> Compare:
    """Comparisons at one week, from the model of that week."""

    def compare(
        pairs: list[tuple[str, int]], comparator: str, how: str, level: float
    ) -> pd.DataFrame:
        (week,) = {week for _, week in pairs}
        means = fits[week].ls_means_rows(ARM, weights=weights)
        rows = [means.loc[(arm,)] - means.loc[(comparator,)] for arm, _ in pairs]
        return _adjusted(fits[week], rows, pairs, how, level)

    return compare


def _adjusted(
    fit: LinearFit, rows: list[pd.Series], pairs: list[tuple[str, int]], how: str, level: float
) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(pairs, names=[ARM, VISIT])
    weights = pd.DataFrame([row.to_numpy() for row in rows], index=index, columns=rows[0].index)
    return fit.contrast(weights, level=level, adjust=how)
