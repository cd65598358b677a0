"""From the arms of studies to all their contrasts, one row a contrast."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from analysis.errors import UsageError

from ..design import refuse_unknown_columns
from .counts import TABLES, two_by_two
from .effect import Effect, hedges_correction
from .means import mean_difference, ratio_of_means

OF_MEANS = {"md": mean_difference, "smd": mean_difference, "rom": ratio_of_means}


def contrasts_of_arms(
    data: pd.DataFrame,
    *,
    study: str,
    treatment: str,
    measure: str,
    n: str,
    mean: str | None = None,
    sd: str | None = None,
    events: str | None = None,
) -> pd.DataFrame:
    """All contrasts of all studies, ready for `network`.

    Args:
        data: one row an arm.
        study: the column that names the study.
        treatment: the column of the treatment.
        measure: `md`, `smd`, `rom` from means; `rr`, `or`, `rd` and others from counts. The
            standardised difference takes the spread of all arms of its study together, so that
            its contrasts add up.
        n: the column of people.
        mean: the column of means.
        sd: the column of standard deviations.
        events: the column of people with the event.

    Returns:
        study, treatment, comparator (the earlier arm in the table), effect, variance, measure, n
        (people in both groups).

    Raises:
        UsageError: an unknown measure or columns that do not go with it.
        ModelError: figures from which no effect can be worked out.

    Source: as for each measure.
    """
    wanted = _columns_of(measure, mean, sd, events)
    columns = [study, treatment, n, *wanted]
    refuse_unknown_columns(data, columns)
    rows = []
    for name, arms in data.groupby(study, sort=False):
        for first, second in combinations(arms.to_dict("records"), 2):
            rows.append((name, second, first))
    one, two = (pd.DataFrame([row[i] for row in rows]) for i in (1, 2))
    if measure in OF_MEANS:
        made = OF_MEANS[measure](one[mean], one[sd], one[n], two[mean], two[sd], two[n])
        if measure == "smd":
            made = _standardised(made, one[n], two[n], data.groupby(study), rows, sd, n)
    else:
        made = two_by_two(measure, one[events], one[n], two[events], two[n])
    return pd.DataFrame(
        {
            "study": [row[0] for row in rows],
            "treatment": one[treatment],
            "comparator": two[treatment],
            "effect": made.effect,
            "variance": made.variance,
            "measure": measure,
            "n": one[n].to_numpy() + two[n].to_numpy(),
        }
    )


def _standardised(
    made: Effect,
    n1: pd.Series,
    n2: pd.Series,
    studies: DataFrameGroupBy,
    rows: list,
    sd: str,
    n: str,
) -> Effect:
    """Differences in the pooled standard deviation of all arms of their study."""
    people, arms = studies[n].sum(), studies[n].size()
    squares = studies.apply(lambda own: ((own[n] - 1) * own[sd] ** 2).sum())
    at = [row[0] for row in rows]
    total, df = people[at].to_numpy(), (people - arms)[at].to_numpy()
    g = hedges_correction(df) * made.effect / np.sqrt(squares[at].to_numpy() / df)
    variance = 1 / n1.to_numpy() + 1 / n2.to_numpy() + g**2 / (2 * total)
    return Effect("smd", g, variance)


def _columns_of(measure: str, mean: str | None, sd: str | None, events: str | None) -> list[str]:
    wanted = [mean, sd] if measure in OF_MEANS else [events]
    if measure not in (*OF_MEANS, *TABLES) or None in wanted:
        raise UsageError(
            f"The measure {measure!r} is unknown, or its columns are not named.",
            where="measure, mean, sd, events",
            do=f"Means and SDs: {', '.join(OF_MEANS)}; events: {', '.join(TABLES)}.",
        )
    return [name for name in wanted if name is not None]
