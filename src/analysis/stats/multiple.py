"""Several contrasts at once: adjusted p values and intervals that hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.stats import qmc
from statsmodels.stats.multitest import multipletests

from .arguments import refuse_no_choice

ADJUSTMENTS = ("none", "holm", "hochberg", "simultaneous", "in order")
# Directions on the sphere: 2^19 points of a scrambled Sobol sequence with a fixed seed, so that the
# same fit always gives the same digits; sorted and joined in groups of 128 neighbours.
LOG_POINTS = 19
GROUP = 128
SEED = 20


def adjusted(
    table: pd.DataFrame, covariance: np.ndarray, how: str, *, level: float = 0.95
) -> pd.DataFrame:
    """A table of contrasts with a column `p_adjusted`, all of its rows one family.

    Args:
        table: rows with estimate, se, df, lower, upper, t, p.
        covariance: of the estimates, rows x rows.
        how: `none` (the table as it is); `holm`; `hochberg` (valid where the statistics are not
            negatively dependent); `in order`: each row counts only if all rows before it do; or
            `simultaneous`: multivariate t, which also widens lower and upper.
        level: of the simultaneous intervals, for all of them together.

    Raises:
        UsageError: an unknown adjustment.

    Source: Holm (1979) Scand J Stat 6:65; Hochberg (1988) Biometrika 75:800; Maurer, Hothorn &
        Lehmacher (1995) for a fixed order; Hothorn, Bretz & Westfall (2008) Biom J 50:346.
    Agrees with: validation/multiplicity/README.md
    """
    refuse_no_choice(how, "adjust", ADJUSTMENTS)
    if how == "none":
        return table
    p = table["p"].to_numpy()
    if how == "in order":
        return table.assign(p_adjusted=in_order(p))
    if how in ("holm", "hochberg"):
        method = {"holm": "holm", "hochberg": "simes-hochberg"}[how]
        return table.assign(p_adjusted=multipletests(p, method=method)[1])
    return _simultaneous(table, covariance, level)


def in_order(p: np.ndarray) -> np.ndarray:
    """p values of a fixed sequence: none is smaller than those before it.

    Source: Maurer, Hothorn & Lehmacher (1995), in Vollmar (ed) Biometrie in der
        chemisch-pharmazeutischen Industrie 6:3.
    Agrees with: validation/multiplicity/README.md
    """
    return np.maximum.accumulate(np.asarray(p, dtype=float))


def serial(families: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Adjusted p values of families that are tested in order, each if all before it stand.

    Args:
        families: adjusted p values within each family, in the plan's order.

    Returns:
        The same, none smaller than the largest of the families before: a comparison counts only if
        every one of an earlier family does.

    Source: Westfall & Krishen (2001) J Stat Plan Inference 99:25, serial gatekeepers.
    Agrees with: validation/multiplicity/README.md
    """
    made, gate = [], 0.0
    for p in families:
        made.append(np.maximum(np.asarray(p, dtype=float), gate))
        gate = max(gate, float(made[-1].max()))
    return made


def _simultaneous(table: pd.DataFrame, covariance: np.ndarray, level: float) -> pd.DataFrame:
    estimate, se, df, t = (table[c].to_numpy() for c in ("estimate", "se", "df", "t"))
    reach = _reach(covariance / np.outer(se, se))
    half = np.array([_critical(level, reach, nu) for nu in df]) * se
    p = np.array([_outside(abs(x), reach, nu) for x, nu in zip(t, df, strict=True)])
    # The probability is never below that of the row alone, whatever rounding says.
    p = np.maximum(p, table["p"].to_numpy())
    return table.assign(lower=estimate - half, upper=estimate + half, p_adjusted=p)


def critical_value(correlation: np.ndarray, df: float, level: float = 0.95) -> float:
    """The c with P(|T_1| <= c, ..., |T_q| <= c) = level for a multivariate t.

    Args:
        correlation: q x q, possibly singular (all pairs of arms, say).
        df: degrees of freedom, shared by all; infinite for the normal.
        level: the probability.

    Source: Genz & Bretz (2009) Computation of multivariate normal and t probabilities, section 4.
    Agrees with: validation/multiplicity/README.md
    """
    return _critical(level, _reach(np.asarray(correlation, dtype=float)), df)


def _critical(level: float, reach: tuple[np.ndarray, int], df: float) -> float:
    alone = float(stats.t.ppf((1 + level) / 2, df))
    high = 2 * alone
    while 1 - _outside(high, reach, df) < level:
        high *= 2
    return float(brentq(lambda c: 1 - _outside(c, reach, df) - level, alone / 2, high, xtol=1e-10))


def _reach(correlation: np.ndarray) -> tuple[np.ndarray, int]:
    """The largest |T_j| of one unit of radius in each direction, and how many dimensions there are.

    T = (r / s) A u with A A' the correlation, u uniform on the sphere, r^2 chi-squared and s^2
    chi-squared over its degrees of freedom. (r / s)^2 over the dimensions has an F distribution, so
    both integrals over r and s are exact and only directions are sampled.
    """
    A = _root(correlation)
    k = A.shape[1]
    if k == 1:
        return np.abs(A).max(keepdims=True)[0], 1
    normal = qmc.MultivariateNormalQMC(np.zeros(k), rng=np.random.default_rng(SEED))
    u = normal.random(2**LOG_POINTS)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    radius = np.sort(np.abs(u @ A.T).max(axis=1))
    return radius.reshape(-1, GROUP).mean(axis=1), k


def _root(correlation: np.ndarray) -> np.ndarray:
    """A with A A' the correlation, by Cholesky in the given order; rows that earlier ones explain
    add no column. (Eigenvectors of equal eigenvalues would differ from machine to machine.)
    """
    left, columns = correlation.copy(), []
    for j in range(len(left)):
        if left[j, j] > 1e-10:
            column = left[:, j] / np.sqrt(left[j, j])
            column[:j] = 0.0
            left = left - np.outer(column, column)
            columns.append(column)
    return np.column_stack(columns)


def _outside(c: float, reach: tuple[np.ndarray, int], df: float) -> float:
    """P(some |T_j| > c)."""
    radius, k = reach
    squares = (c / radius) ** 2
    if np.isinf(df):
        return float(stats.chi2.sf(squares, k).mean())
    return float(stats.f.sf(squares / k, k, df).mean())
