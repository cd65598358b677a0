"""Shares of responders in many imputed data sets as one: pooled where they are about normal."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from .analyse import Analysed
from .binary import Share
from .pool import SAME, pool

COLUMNS = ("estimate", "se", "df", "lower", "upper", "p", "mc_error")


def pool_estimates(
    estimates: np.ndarray, variances: np.ndarray, df: float, *, level: float
) -> pd.DataFrame:
    """One row a quantity: Rubin's rules with Barnard and Rubin's degrees of freedom.

    One data set alone, in which nothing was imputed, keeps its own estimate and standard error.

    Args:
        estimates: D x J, on a scale where they are about normal.
        variances: D x J.
        df: degrees of freedom of the analysis of one data set.
        level: of the intervals.

    Returns:
        The columns of `COLUMNS`; mc_error is the standard deviation over other seeds.

    Source: Rubin (1987) Multiple Imputation for Nonresponse in Surveys; Barnard & Rubin (1999)
    Biometrika 86:948.
    Agrees with: validation/rbmi/README.md
    """
    freedom = np.full(estimates.shape[1], float(df))
    if len(estimates) > 1:
        labels = pd.DataFrame(index=range(estimates.shape[1]))
        made = pool(Analysed(labels, estimates, variances, freedom), "bootstrap", level=level)
        return made.table[list(COLUMNS)]
    estimate, se = estimates[0], np.sqrt(variances[0])
    half = t.ppf((1 + level) / 2, freedom) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t.sf(np.abs(estimate) / se, freedom)
    values = (estimate, se, freedom, estimate - half, estimate + half, p, np.zeros_like(se))
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def imputed_share(shares: np.ndarray, n: int, *, level: float) -> Share:
    """The share in imputed data sets, worth as many people as the imputations leave.

    Where every data set says the same, it is the share of the people themselves.

    Args:
        shares: D x J shares of J groups or quantities.
        n: people, or J of them.
        level: of the interval that is to be made.

    Source: Lott & Reiter (2020) Am Stat 74:109.
    """
    m = len(shares)
    mean = shares.mean(axis=0)
    within = (shares * (1 - shares)).mean(axis=0) / n
    between = shares.var(axis=0, ddof=1) if m > 1 else np.zeros_like(mean)
    same = between <= SAME * np.maximum(within, 1 / np.asarray(n, float) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        added = np.where(same, 0.0, (1 + 1 / m) * between / within)
        df = (m - 1) * (1 + 1 / added) ** 2
    # Kept apart, because t with infinite degrees of freedom loses digits in the tail.
    tail = (1 + level) / 2
    critical = np.where(same, norm.ppf(tail), t.ppf(tail, np.where(same, 1e9, df)))
    return Share(mean, n / (1 + added), critical)
