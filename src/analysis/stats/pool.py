"""Fourth verb: pool. One estimate with its interval from many, and how far chance moved it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UsageError

from .analyse import Analysed
from .arguments import refuse_no_level

INTERVALS = ("normal", "percentile")
# Estimates that differ by less than this share of a standard error do not differ.
SAME = 1e-10


@dataclass(frozen=True)
class Pooled:
    """One row a quantity.

    table: the labels, estimate, se, df, lower, upper, p, mc_error (standard deviation of the
    estimate over repetitions with other seeds) and mc_error_se (the same of the standard error).
    """

    table: pd.DataFrame


def pool(
    analysed: Analysed, method: str, *, level: float = 0.95, interval: str = "normal"
) -> Pooled:
    """Pool the analyses of all data sets.

    Args:
        analysed: the analyses; with conditional means the data themselves come first.
        method: how the data sets were made (`analysis.stats.draw.METHODS`).
        level: of the intervals.
        interval: with `condmean-bootstrap`: `normal`, or `percentile` of the bootstrap estimates.

    Raises:
        UsageError: a level outside 0 to 1, an unknown interval, one data set only.

    Source: Rubin (1987) Multiple Imputation for Nonresponse in Surveys; Barnard & Rubin (1999)
    Biometrika 86:948; Efron & Tibshirani (1993) An Introduction to the Bootstrap.
    Agrees with: validation/rbmi/README.md
    """
    refuse_no_level(level)
    if interval not in INTERVALS or (interval != "normal" and method != "condmean-bootstrap"):
        raise UsageError(
            f"There is no {interval!r} interval with method {method!r}.",
            where="interval",
            do="Use 'normal'; 'percentile' goes with method='condmean-bootstrap'.",
        )
    if len(analysed.estimates) < (2 if analysed.variances is not None else 3):
        raise UsageError("Pooling needs at least two data sets.", where="n")
    if analysed.variances is not None:
        columns = _rubin(analysed)
    elif method == "condmean-jackknife":
        columns = _jackknife(analysed.estimates)
    else:
        columns = _bootstrap(analysed.estimates)
    estimate, se, df, error, error_se = columns
    half = stats.t.ppf((1 + level) / 2, df) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate) / se, df)
    lower, upper = estimate - half, estimate + half
    if interval == "percentile":
        lower, upper, p = _percentiles(analysed.estimates[1:], level)
    return Pooled(
        analysed.labels.assign(
            estimate=estimate,
            se=se,
            df=df,
            lower=lower,
            upper=upper,
            p=p,
            mc_error=error,
            mc_error_se=error_se,
        )
    )


Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _rubin(analysed: Analysed) -> Columns:
    """Rubin's rules with Barnard and Rubin's degrees of freedom; errors by leaving one set out."""
    x, u, m = analysed.estimates, analysed.variances, len(analysed.estimates)
    estimate, within = x.mean(axis=0), u.mean(axis=0)
    # Where nothing was absent every data set says the same; what differs is rounding.
    same = np.ptp(x, axis=0) <= SAME * np.sqrt(within)
    centred = np.where(same, 0.0, x - estimate)
    squares = (centred**2).sum(axis=0)
    between = squares / (m - 1)
    total = within + (1 + 1 / m) * between
    complete = analysed.df if analysed.df.ndim == 1 else analysed.df.mean(axis=0)
    share = (1 + 1 / m) * between / total
    # 1 / df adds what the imputations and what the analysis leave unknown.
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    if m < 3:
        return estimate, np.sqrt(total), df, np.sqrt(between / m), np.full(len(df), np.nan)
    left_squares = squares - centred**2 * m / (m - 1)
    left_within = (m * within - u) / (m - 1)
    left = np.sqrt(left_within + m / (m - 1) * left_squares / (m - 2))
    spread = ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    error_se = np.sqrt((m - 1) / m * spread)
    return estimate, np.sqrt(total), df, np.sqrt(between / m), np.where(same, 0.0, error_se)


def _jackknife(x: np.ndarray) -> Columns:
    """The estimate of the data, and the jackknife's standard error; nothing is left to chance."""
    left, n = x[1:], len(x) - 1
    se = np.sqrt((n - 1) / n * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    zero = np.zeros(x.shape[1])
    return x[0], se, np.full(x.shape[1], np.inf), zero, zero


def _bootstrap(x: np.ndarray) -> Columns:
    """The estimate of the data, and the standard deviation over bootstrap samples."""
    left, n = x[1:], len(x) - 1
    se = left.std(axis=0, ddof=1)
    # var(s^2) = s^4 (kurtosis - (n - 3) / (n - 1)) / n, and se = s.
    centred = left - left.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        kurtosis = (centred**4).mean(axis=0) / (centred**2).mean(axis=0) ** 2
        error_se = se / 2 * np.sqrt(np.maximum(kurtosis - (n - 3) / (n - 1), 0.0) / n)
    return x[0], se, np.full(x.shape[1], np.inf), np.zeros(x.shape[1]), error_se


def _percentiles(x: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Percentiles of the bootstrap estimates, and twice the smaller share beyond zero."""
    tail = (1 - level) / 2
    lower, upper = np.quantile(x, [tail, 1 - tail], axis=0, method="weibull")
    below, above = (x <= 0).sum(axis=0), (x >= 0).sum(axis=0)
    p = np.minimum(1.0, 2 * (np.minimum(below, above) + 1) / (len(x) + 1))
    return lower, upper, p


def needed(pooled: Pooled, n: int, wanted: float) -> int:
    """How many data sets bring the largest Monte Carlo error down to the wanted one.

    The error of estimates counts; where these have none, that of their standard errors. It falls
    with the root of the number.
    """
    table = pooled.table
    largest = float(table["mc_error"].max()) or float(table["mc_error_se"].max())
    return max(n, int(np.ceil(n * (largest / wanted) ** 2)))
