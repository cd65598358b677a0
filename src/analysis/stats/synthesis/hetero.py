"""Between-study variance, and how much of what is seen it explains: tau2, Q, I2, H2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..arguments import refuse_no_choice
from .between import highest, solve_q
from .weighted import Weighted, orthonormal, weighted, weights_of

# How each estimator is called in words.
METHODS = {
    "fixed": "common effect",
    "dl": "DerSimonian-Laird",
    "pm": "Paule-Mandel",
    "pmm": "median-unbiased Paule-Mandel",
    "reml": "REML",
    "ml": "ML",
    "hs": "Hunter-Schmidt",
    "hsk": "Hunter-Schmidt, corrected",
    "he": "Hedges",
    "sj": "Sidik-Jonkman",
    "eb": "empirical Bayes",
}


@dataclass(frozen=True)
class Heterogeneity:
    """How effects differ between studies; one value a data set (leading dimensions).

    tau2, se: between-study variance and its standard error (nan for `fixed`), effect squared.
    q, q_df, q_p: Cochran's Q (of what moderators leave), its degrees of freedom and p value.
    i2: share of the variance of estimates that lies between studies, 0 to 1. h2: total over
    sampling variance. typical: the typical sampling variance, (k - p) / tr P.
    """

    method: str
    tau2: np.ndarray
    se: np.ndarray
    q: np.ndarray
    q_df: np.ndarray
    q_p: np.ndarray
    i2: np.ndarray
    h2: np.ndarray
    typical: np.ndarray


def check_method(method: str) -> str:
    """The method, if there is such a one.

    Raises:
        UsageError: an unknown name.
    """
    refuse_no_choice(method, "method", METHODS, "estimator of tau2 called")
    return method


def heterogeneity(
    y: np.ndarray, v: np.ndarray, X: np.ndarray | None = None, *, method: str = "reml"
) -> Heterogeneity:
    """How much effects differ between studies beyond chance.

    Args:
        y: effects, ... x k (leading dimensions: data sets).
        v: sampling variances, ... x k; infinite where a data set lacks the study.
        X: moderators with the intercept, k x p or ... x k x p; default the intercept alone.
        method: a key of METHODS.

    Returns:
        tau2, Q, I2, H2, one a data set.

    Raises:
        UsageError: an unknown method.
        ModelError: no convergence.

    Source: Viechtbauer (2005) J Educ Behav Stat 30:261; Veroniki et al. (2016) Res Synth Methods
    7:55; Higgins & Thompson (2002) Stat Med 21:1539.
    Agrees with: validation/metafor/README.md
    """
    check_method(method)
    y, v, X = as_arrays(y, v, X)
    Q, _ = orthonormal(X)
    fixed = weighted(y, weights_of(v), Q)
    df = np.isfinite(v).sum(axis=-1) - X.shape[-1]
    tau2, se = _estimated(method, y, v, Q, fixed, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = df / fixed.trace
        if method == "fixed":
            i2 = np.where(fixed.q > 0, np.maximum(0.0, (fixed.q - df) / fixed.q), 0.0)
            h2 = fixed.q / df
        else:
            i2, h2 = tau2 / (typical + tau2), tau2 / typical + 1
        q_p = np.where(df > 0, stats.chi2.sf(fixed.q, df), 1.0)
    return Heterogeneity(method, tau2, se, fixed.q, df, q_p, i2, h2, typical)


def as_arrays(
    y: np.ndarray, v: np.ndarray, X: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of matching shapes; without moderators a column of ones."""
    y, v = np.asarray(y, dtype=float), np.asarray(v, dtype=float)
    X = np.ones((y.shape[-1], 1)) if X is None else np.asarray(X, dtype=float)
    y, v = np.broadcast_arrays(y, v)
    return y, v, X


def _estimated(
    method: str, y: np.ndarray, v: np.ndarray, X: np.ndarray, fixed: Weighted, df: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """tau2 and its standard error. Where no degree of freedom is left there is no tau2 to see."""
    if method == "fixed":
        return np.zeros(y.shape[:-1]), np.full(y.shape[:-1], np.nan)
    if (df <= 0).all():
        return np.zeros(y.shape[:-1]), np.full(y.shape[:-1], np.nan)
    if (df <= 0).any():
        enough = df > 0
        tau2, se = np.zeros(y.shape[:-1]), np.full(y.shape[:-1], np.nan)
        part = X if X.ndim == 2 else X[enough]
        some = weighted(y[enough], weights_of(v[enough]), part)
        tau2[enough], se[enough] = _estimated(method, y[enough], v[enough], part, some, df[enough])
        return tau2, se
    return ESTIMATORS[method](y, v, X, fixed, df)


def _variance(parts: tuple[np.ndarray, np.ndarray, np.ndarray], tau2: np.ndarray) -> np.ndarray:
    """Variance of y'Ay with A v = ..., from tr(AVAV), tr(AVA) and tr(AA)."""
    return 2 * parts[0] + 4 * tau2 * parts[1] + 2 * tau2**2 * parts[2]


def _hunter_schmidt(y, v, X, fixed, df, corrected=False):
    k = np.isfinite(v).sum(axis=-1)
    more = k / df if corrected else 1.0
    total = fixed.weights.sum(axis=-1)
    tau2 = np.maximum(0.0, (more * fixed.q - k) / total)
    return tau2, more * np.sqrt(_variance((df, fixed.trace, fixed.trace_pp_exactly), tau2)) / total


def _hunter_schmidt_corrected(y, v, X, fixed, df):
    return _hunter_schmidt(y, v, X, fixed, df, corrected=True)


def _dersimonian_laird(y, v, X, fixed, df):
    tau2 = np.maximum(0.0, (fixed.q - df) / fixed.trace)
    parts = (df, fixed.trace, fixed.trace_pp_exactly)
    return tau2, np.sqrt(_variance(parts, tau2)) / fixed.trace


def _hedges(y, v, X, fixed, df):
    present = np.isfinite(v)
    plain = weighted(y, present.astype(float), X)
    PV = _with_variances(plain, v)[1]
    traced = np.trace(PV, axis1=-2, axis2=-1)
    tau2 = np.maximum(0.0, (plain.q - traced) / df)
    twice = (PV * np.swapaxes(PV, -1, -2)).sum(axis=(-1, -2))
    return tau2, np.sqrt(_variance((twice, traced, df), tau2)) / df


def _sidik_jonkman(y, v, X, fixed, df):
    present = np.isfinite(v)
    k = present.sum(axis=-1)
    centred = np.where(present, y - (y * present).sum(axis=-1, keepdims=True) / k[..., None], 0.0)
    first = (centred**2).sum(axis=-1) / k
    # All effects equal: nothing between, and nothing to divide by.
    safe = np.where(first > 0, first, 1.0)
    fit = weighted(y, weights_of(v, safe), X)
    tau2 = np.where(first > 0, first * fit.q / df, 0.0)
    P, PV = _with_variances(fit, v)
    parts = (
        (PV * np.swapaxes(PV, -1, -2)).sum(axis=(-1, -2)),
        (PV * P).sum(axis=(-1, -2)),
        (P * P).sum(axis=(-1, -2)),
    )
    return tau2, first / df * np.sqrt(_variance(parts, tau2))


def _with_variances(fit: Weighted, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    P = fit.projection()
    return P, P * np.where(np.isfinite(v), v, 0.0)[..., None, :]


def _maximum_likelihood(y, v, X, fixed, df):
    tau2 = highest(y, v, X, reml=False)
    return tau2, np.sqrt(2 / (weights_of(v, tau2) ** 2).sum(axis=-1))


def _restricted(y, v, X, fixed, df):
    tau2 = highest(y, v, X, reml=True)
    return tau2, np.sqrt(2 / weighted(y, weights_of(v, tau2), X).trace_pp_exactly)


def _paule_mandel(y, v, X, fixed, df, target=None):
    tau2 = solve_q(y, v, X, df if target is None else target)
    k = np.isfinite(v).sum(axis=-1)
    return tau2, np.sqrt(2 * k**2 / df) / weights_of(v, tau2).sum(axis=-1)


def _paule_mandel_median(y, v, X, fixed, df):
    return _paule_mandel(y, v, X, fixed, df, stats.chi2.ppf(0.5, df))


Estimator = Callable[..., tuple[np.ndarray, np.ndarray]]
# Empirical Bayes solves the equation of Paule and Mandel (Morris 1983 J Am Stat Assoc 78:47).
ESTIMATORS: dict[str, Estimator] = {
    "dl": _dersimonian_laird,
    "pm": _paule_mandel,
    "pmm": _paule_mandel_median,
    "reml": _restricted,
    "ml": _maximum_likelihood,
    "hs": _hunter_schmidt,
    "hsk": _hunter_schmidt_corrected,
    "he": _hedges,
    "sj": _sidik_jonkman,
    "eb": _paule_mandel,
}
