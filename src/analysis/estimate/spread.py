"""A mean of people with its interval, as a result row; without one where it would name somebody."""

from __future__ import annotations

import pandas as pd
from scipy.stats import t

from analysis.estimate.asked import Asked
from analysis.result.record import Result


def mean_row(
    asked: Asked,
    statistic: str,
    values: pd.Series,
    method: str,
    *,
    sure: float = 0.95,
    **place: object,
) -> Result:
    """The mean of one value a person with its t interval; no interval of fewer than two people.

    Args:
        asked: the question as asked.
        statistic: what the mean is of.
        values: one a person, without gaps.
        method: in words.
        sure: level of the interval.
        place: what the row is about.
    """
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    if n < 2:
        return asked.row(statistic, mean, method=method, **place)
    se = float(values.std(ddof=1)) / n**0.5
    half = float(t.isf((1 - sure) / 2, n - 1)) * se
    return asked.row(
        statistic,
        mean,
        se=se,
        df=n - 1,
        lower=mean - half,
        upper=mean + half,
        method=method,
        **place,
    )
