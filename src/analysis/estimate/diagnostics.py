"""Whether the model can be trusted: its residuals and its correlations between visits."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from analysis.estimate.asked import Asked
from analysis.estimate.model import Estimates
from analysis.result.record import Result

# In residual standard deviations; one in some 16,000 values lies beyond it if the model holds.
OUTLYING = 4.0


def diagnostic_rows(estimates: Estimates, asked: Asked) -> list[Result]:
    """Spread, skewness and the largest of the residuals, and how visits hang together.

    `diagnostic_residual_sd` is in the unit of the measure, at the week asked about. The others are
    of standardised residuals: freed of their correlation, with variance one if the model holds. The
    largest is given without telling whose it is. `diagnostic_iterations` is how many steps the
    model took to settle. The residuals of pseudo-participants are those of rows that were made up,
    so nothing is told of their shape.
    """
    residuals = estimates.residuals
    values = {} if asked.plan.study.pseudo_participants else _shape(residuals)
    if estimates.iterations is not None:
        values["diagnostic_iterations"] = estimates.iterations
    place = {"method": estimates.method, "n_observed": len(residuals)}
    sd = estimates.sd[asked.week]
    rows = [asked.row("diagnostic_residual_sd", sd, week=asked.week, **place)]
    rows += [asked.row(statistic, value, **place) for statistic, value in values.items()]
    return rows + _correlations(estimates, asked)


def _shape(residuals: pd.Series) -> dict[str, float]:
    return {
        "diagnostic_residual_skewness": stats.skew(residuals.to_numpy(), bias=False),
        "diagnostic_largest_residual": residuals.abs().max(),
        "diagnostic_outliers": (residuals.abs() > OUTLYING).sum(),
    }


def _correlations(estimates: Estimates, asked: Asked) -> list[Result]:
    matrix = estimates.correlation
    weeks = [int(week) for week in matrix.index]
    return [
        asked.row(
            "correlation",
            matrix.iloc[j, k],
            week=weeks[j],
            level=f"week {weeks[k]}",
            method=estimates.method,
        )
        for j in range(len(weeks))
        for k in range(j + 1, len(weeks))
    ]
