"""Do small studies say something else? Funnel limits, regression tests and the rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_choice
from .pooled import inferred, pooled
from .weighted import weighted

PREDICTORS = ("se", "variance", "n", "1/n", "root-n", "1/root-n")
FORMS = ("meta-regression", "weighted-regression")
FEWEST = 3


@dataclass(frozen=True)
class Regression:
    """slope of the effect on the predictor with se, statistic, df, p; the intercept with its limits
    is the effect where the predictor is zero: with `se` that of an infinitely large study.
    """

    form: str
    predictor: str
    slope: float
    se: float
    statistic: float
    df: float
    p: float
    intercept: float
    lower: float
    upper: float


@dataclass(frozen=True)
class RankTest:
    """Kendall's tau between standardised effects and variances, with its two-sided p value."""

    tau: float
    p: float


def funnel_limits(
    centre: float, se: np.ndarray, *, levels: tuple[float, ...] = (0.9, 0.95, 0.99)
) -> dict[float, tuple[np.ndarray, np.ndarray]]:
    """Where a study of this standard error would lie by chance, for each level.

    Args:
        centre: the pooled effect; zero for contours of significance.
        se: standard errors, a grid of them for a figure.
        levels: shares of studies inside.

    Returns:
        Level to lower and upper limits.

    Source: Peters et al. (2008) J Clin Epidemiol 61:991; Sterne & Egger (2001) J Clin Epidemiol
    54:1046.
    """
    se = np.asarray(se, dtype=float)
    half = {level: stats.norm.ppf((1 + level) / 2) * se for level in levels}
    return {level: (centre - x, centre + x) for level, x in half.items()}


def egger(
    y: np.ndarray,
    v: np.ndarray,
    *,
    form: str = "meta-regression",
    predictor: str = "se",
    n: np.ndarray | None = None,
    method: str = "reml",
    level: float = 0.95,
) -> Regression:
    """Whether effects change with the size of studies.

    Args:
        y: effects.
        v: sampling variances.
        form: `weighted-regression`: Egger's own, weights 1 / v and the residual variance estimated,
            t; or `meta-regression`: the predictor as a moderator beside tau2, normal.
        predictor: `se`, `variance`, or of the people studied: `n`, `1/n`, `root-n`, `1/root-n`.
        n: people of each study, where the predictor needs them.
        method: of tau2, for the meta-regression.
        level: of the intercept's interval.

    Raises:
        UsageError: an unknown form or predictor, or people that are not given.
        ModelError: fewer than three studies, or studies that are all of one size.

    Source: Egger et al. (1997) BMJ 315:629; Sterne & Egger (2005) in Rothstein et al. (eds)
    Publication Bias in Meta-Analysis, chapter 6.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(form, "form", FORMS, "form")
    refuse_few(y)
    x = _predictor(predictor, v, n)
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise ModelError(
            f"All studies have the same {predictor}, so nothing can change with it.",
            do="Look at the effects themselves.",
        )
    X = np.column_stack([np.ones(len(y)), x])
    if form == "weighted-regression":
        fit = weighted(y, 1 / v, X)
        df = float(len(y) - 2)
        beta, covariance = fit.beta, fit.inverse * float(fit.q) / df
    else:
        made = pooled(y, v, X, method=method, test="z")
        beta, covariance, df = made.beta, made.covariance, np.inf
    se = np.sqrt(np.diag(covariance))
    statistic, p, lower, upper = inferred(beta, se, np.array(df), level)
    slope = (float(beta[1]), float(se[1]), float(statistic[1]), df, float(p[1]))
    return Regression(form, predictor, *slope, float(beta[0]), float(lower[0]), float(upper[0]))


def rank_test(y: np.ndarray, v: np.ndarray) -> RankTest:
    """Whether effects and their variances are ranked alike.

    Args:
        y: effects.
        v: sampling variances.

    Returns:
        Kendall's tau; the p value is exact without ties, else normal.

    Raises:
        ModelError: fewer than three studies.

    Source: Begg & Mazumdar (1994) Biometrics 50:1088.
    Agrees with: validation/metafor/README.md
    """
    refuse_few(y)
    fit = weighted(y, 1 / v, np.ones((len(y), 1)))
    left = v - float(fit.inverse[0, 0])
    standardised = fit.residuals / np.sqrt(left)
    ties = len(set(v)) < len(v) or len(set(standardised)) < len(y)
    found = stats.kendalltau(standardised, v, method="asymptotic" if ties else "exact")
    return RankTest(float(found.statistic), float(found.pvalue))


def _predictor(name: str, v: np.ndarray, n: np.ndarray | None) -> np.ndarray:
    refuse_no_choice(name, "predictor", PREDICTORS, "predictor")
    if name in ("se", "variance"):
        return np.sqrt(v) if name == "se" else v
    if n is None:
        raise UsageError(
            f"The predictor {name!r} needs the people of each study.",
            where="n",
            do="Name the column of people.",
        )
    n = np.asarray(n, dtype=float)
    return {"n": n, "1/n": 1 / n, "root-n": np.sqrt(n), "1/root-n": 1 / np.sqrt(n)}[name]


def refuse_few(y: np.ndarray) -> None:
    """Three studies at least.

    Raises:
        ModelError: there are fewer.
    """
    if len(y) < FEWEST:
        raise ModelError(
            f"{len(y)} studies cannot show whether small studies differ.",
            why="Even ten are few for such a test.",
            do="Leave the test out, and say that it could not be done.",
        )
