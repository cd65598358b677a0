"""The pooled effect, or a regression on moderators, of many data sets at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..arguments import refuse_no_choice, refuse_no_level
from .between import log_likelihood
from .hetero import Heterogeneity, as_arrays, heterogeneity
from .weighted import Weighted, orthonormal, weighted, weights_of

# How each test is called in words.
TESTS = {
    "z": "normal",
    "t": "t",
    "hksj": "Hartung-Knapp-Sidik-Jonkman",
    "hksj-floor": "Hartung-Knapp-Sidik-Jonkman, never narrower than t",
}
PREDICTIONS = ("as-test", "k-2")


@dataclass(frozen=True)
class Pooled:
    """Coefficients with their uncertainty; leading dimensions are data sets, p coefficients.

    beta, se, statistic, p, lower, upper: ... x p. covariance: ... x p x p. df: of the t
    distribution, infinite for the normal; one a data set. scale: what Hartung and Knapp multiply
    the variance by (1 otherwise). log_likelihood: restricted for `reml`, else full, at tau2.
    """

    test: str
    level: float
    beta: np.ndarray
    covariance: np.ndarray
    se: np.ndarray
    df: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    scale: np.ndarray
    hetero: Heterogeneity
    log_likelihood: np.ndarray
    weights: np.ndarray


def pooled(
    y: np.ndarray,
    v: np.ndarray,
    X: np.ndarray | None = None,
    *,
    method: str = "reml",
    test: str = "hksj",
    level: float = 0.95,
) -> Pooled:
    """What studies say together, their sampling variances taken as known.

    Args:
        y: effects, ... x k (leading dimensions: data sets).
        v: sampling variances, ... x k; infinite where a data set lacks the study.
        X: moderators with the intercept, k x p or ... x k x p; default the intercept alone.
        method: of tau2, a key of `hetero.METHODS`.
        test: a key of TESTS: `z`, `t` (k - p degrees of freedom), `hksj` (the variance scaled by
            the weighted mean square of residuals, t), `hksj-floor` (that scale at least 1).
        level: of the intervals.

    Returns:
        Coefficients and heterogeneity. Where k = p, `t` and `hksj` say nothing: nan.

    Raises:
        UsageError: an unknown method or test.
        ModelError: no convergence.

    Source: Hartung & Knapp (2001) Stat Med 20:3875; Sidik & Jonkman (2002) Stat Med 21:3153;
    Knapp & Hartung (2003) Stat Med 22:2693; Rover, Knapp & Friede (2015) BMC Med Res Methodol
    15:99 for the floor.
    Agrees with: validation/metafor/README.md
    """
    check_test(test)
    refuse_no_level(level)
    y, v, X = as_arrays(y, v, X)
    hetero = heterogeneity(y, v, X, method=method)
    Q, R = orthonormal(X)
    fit = weighted(y, weights_of(v, hetero.tau2), Q)
    scale = _scale(test, fit.q, hetero.q_df)
    beta, covariance = _in_terms_of(R, fit, scale)
    se = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    df = np.full(hetero.q_df.shape, np.inf) if test == "z" else _positive(hetero.q_df)
    statistic, p, lower, upper = inferred(beta, se, df[..., None], level)
    return Pooled(
        test=test,
        level=level,
        beta=beta,
        covariance=covariance,
        se=se,
        df=df,
        statistic=statistic,
        p=p,
        lower=lower,
        upper=upper,
        scale=scale,
        hetero=hetero,
        log_likelihood=log_likelihood(fit, hetero.tau2, v, reml=method == "reml"),
        weights=_share(fit),
    )


def check_test(test: str) -> None:
    """A test that there is.

    Raises:
        UsageError: there is none of this name.
    """
    refuse_no_choice(test, "test", TESTS, "test called")


def inferred(
    estimate: np.ndarray, se: np.ndarray, df: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Statistic, two-sided p value and limits; an infinite df is the normal distribution."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    half = stats.t.ppf((1 + level) / 2, df) * se
    return statistic, 2 * stats.t.sf(np.abs(statistic), df), estimate - half, estimate + half


def prediction_df(made: Pooled, how: str) -> np.ndarray:
    """Degrees of freedom of the prediction interval.

    Args:
        made: the pooled estimate.
        how: `as-test`: those of the test (normal for `z`, t with k - p otherwise), as metafor has
            it; or `k-2`: one fewer than k - p, as Higgins, Thompson and Spiegelhalter proposed.

    Raises:
        UsageError: an unknown convention.
    """
    refuse_no_choice(how, "prediction", PREDICTIONS, "prediction interval")
    return made.df if how == "as-test" else _positive(made.hetero.q_df - 1)


def prediction_interval(
    made: Pooled, rows: np.ndarray | None = None, *, how: str = "as-test"
) -> tuple[np.ndarray, np.ndarray]:
    """Where the true effect of a new study is expected.

    Args:
        made: the pooled estimate.
        rows: moderators of the new studies, m x p; default one row, the first coefficient.
        how: the convention of `prediction_df`.

    Returns:
        Lower and upper limits, ... x m: estimate -+ t sqrt(se^2 + tau2).

    Source: Higgins, Thompson & Spiegelhalter (2009) J R Stat Soc A 172:137, section 4.
    Agrees with: validation/metafor/README.md
    """
    rows = np.eye(made.beta.shape[-1])[:1] if rows is None else np.atleast_2d(rows)
    centre = made.beta @ rows.T
    squares = np.einsum("mp,...pq,mq->...m", rows, made.covariance, rows)
    t = stats.t.ppf((1 + made.level) / 2, prediction_df(made, how))[..., None]
    half = t * np.sqrt(squares + made.hetero.tau2[..., None])
    return centre - half, centre + half


def _in_terms_of(R: np.ndarray, fit: Weighted, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance in terms of X = QR, from those of Q."""
    back = np.linalg.inv(R)
    beta = (back @ fit.beta[..., None])[..., 0]
    return beta, scale[..., None, None] * (back @ fit.inverse @ np.swapaxes(back, -1, -2))


def _scale(test: str, q: np.ndarray, df: np.ndarray) -> np.ndarray:
    """What multiplies the variance; nan where no degree of freedom is left to tell."""
    if not test.startswith("hksj"):
        return np.ones_like(q)
    mean_square = np.divide(q, df, out=np.full_like(q, np.nan), where=df > 0)
    return np.maximum(1.0, mean_square) if test == "hksj-floor" else mean_square


def _positive(df: np.ndarray) -> np.ndarray:
    return np.where(df > 0, df, np.nan)


def _share(fit: Weighted) -> np.ndarray:
    """Each study's share of the weight, summing to one."""
    return fit.weights / fit.weights.sum(axis=-1, keepdims=True)
