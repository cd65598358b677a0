"""What each study does to the result: without it, up to it, and how far it stands off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import ModelError

from .pooled import Pooled, pooled


@dataclass(frozen=True)
class Influence:
    """One value a study.

    rstudent: residual from the fit without the study, in its standard errors. dffits: move of the
    study's fitted value. cook: move of all coefficients. cov_ratio: the covariance's determinant
    without the study over with it. tau2, q: without the study. hat: leverage. dfbetas: move of each
    coefficient, k x p. marked: beyond the usual marks (Viechtbauer and Cheung).
    """

    rstudent: np.ndarray
    dffits: np.ndarray
    cook: np.ndarray
    cov_ratio: np.ndarray
    tau2: np.ndarray
    q: np.ndarray
    hat: np.ndarray
    dfbetas: np.ndarray
    marked: np.ndarray


@dataclass(frozen=True)
class Shrunken:
    """One value a study: raw and standardised residual, and the best guess of its own true effect.

    residual, residual_se: effect minus fitted and its standard error. effect, effect_se: empirical
    Bayes estimate of the study's true effect.
    """

    residual: np.ndarray
    residual_se: np.ndarray
    effect: np.ndarray
    effect_se: np.ndarray


def leave_one_out(y: np.ndarray, v: np.ndarray, X: np.ndarray, made: Pooled) -> Pooled:
    """The same analysis without each study in turn: one data set a study left out.

    Args:
        y: effects.
        v: sampling variances.
        X: moderators with the intercept.
        made: what `pooled` made of them (method, test and level are taken from it).

    Raises:
        ModelError: a study without which the moderators cannot be told apart.

    Source: Viechtbauer & Cheung (2010) Res Synth Methods 1:112.
    Agrees with: validation/metafor/README.md
    """
    k, p = X.shape
    without = np.tile(v, (k, 1))
    np.fill_diagonal(without, np.inf)
    kept = np.where(np.eye(k, dtype=bool)[..., None], 0.0, X)
    needed = np.flatnonzero(np.linalg.matrix_rank(kept / np.linalg.norm(X, axis=0)) < p)
    if len(needed):
        raise ModelError(
            "Some studies cannot be left out: without them the moderators cannot be told apart.",
            where=f"rows {', '.join(map(str, needed))}, counted from zero",
            do="Look at these studies as they are, or use fewer moderators.",
        )
    return pooled(
        np.tile(y, (k, 1)), without, X, method=made.hetero.method, test=made.test, level=made.level
    )


def cumulative(y: np.ndarray, v: np.ndarray, made: Pooled, order: np.ndarray) -> Pooled:
    """The pooled effect as studies came in: one data set a study added.

    Args:
        y: effects.
        v: sampling variances.
        made: what `pooled` made of them.
        order: positions of the studies, first come first.

    Source: Lau et al. (1992) N Engl J Med 327:248.
    Agrees with: validation/metafor/README.md
    """
    k = len(y)
    so_far = np.where(np.tri(k, dtype=bool), v[order], np.inf)
    return pooled(
        np.tile(y[order], (k, 1)),
        so_far,
        method=made.hetero.method,
        test=made.test,
        level=made.level,
    )


def influence(y: np.ndarray, v: np.ndarray, X: np.ndarray, made: Pooled) -> Influence:
    """How much each study moves the result.

    Args:
        y: effects.
        v: sampling variances.
        X: moderators with the intercept.
        made: what `pooled` made of them.

    Raises:
        ModelError: as in `leave_one_out`; two studies, or as few for the moderators.

    Source: Viechtbauer & Cheung (2010) Res Synth Methods 1:112.
    Agrees with: validation/metafor/README.md
    """
    k, p = X.shape
    if k <= p + 1:
        raise ModelError(
            f"With {k} studies and {p} coefficient{'s' if p > 1 else ''} influence means nothing.",
            why="Without any one of them no study is left to tell how well the others fit.",
            do="Show the studies side by side.",
        )
    left = leave_one_out(y, v, X, made)
    moved = made.beta - left.beta
    predicted = (X * left.beta).sum(axis=-1)
    of_prediction = np.einsum("kp,kpq,kq->k", X, left.covariance, X)
    hat = _leverages(v, X, made)
    total = v + left.hetero.tau2
    dffits = ((X @ made.beta) - predicted) / np.sqrt(left.scale * hat * total)
    weights = 1 / (v + left.hetero.tau2[:, None])
    inverse = np.linalg.inv(np.einsum("ik,kp,kq->ipq", weights, X, X))
    spread = left.scale[:, None] * np.diagonal(inverse, axis1=-2, axis2=-1)
    dfbetas = moved / np.sqrt(spread)
    cook = np.einsum("kp,pq,kq->k", moved, np.linalg.inv(made.covariance), moved)
    marked = (
        (np.abs(dffits) > 3 * np.sqrt(p / (k - p)))
        | (stats.chi2.cdf(cook, p) > 0.5)
        | (hat > 3 * p / k)
        | (np.abs(dfbetas) > 1).any(axis=1)
    )
    return Influence(
        rstudent=(y - predicted) / np.sqrt(total + of_prediction),
        dffits=dffits,
        cook=cook,
        cov_ratio=np.linalg.det(left.covariance) / np.linalg.det(made.covariance),
        tau2=left.hetero.tau2,
        q=left.hetero.q,
        hat=hat,
        dfbetas=dfbetas,
        marked=marked,
    )


def shrunken(y: np.ndarray, v: np.ndarray, X: np.ndarray, made: Pooled) -> Shrunken:
    """Residuals, and each study's effect drawn towards what the others say.

    Args:
        y: effects.
        v: sampling variances.
        X: moderators with the intercept.
        made: what `pooled` made of them.

    Source: Raudenbush & Bryk (1985) J Educ Stat 10:75.
    Agrees with: validation/metafor/README.md
    """
    tau2 = float(made.hetero.tau2)
    fitted = X @ made.beta
    of_fit = np.einsum("kp,pq,kq->k", X, made.covariance, X)
    unscaled = of_fit / float(made.scale)
    share = tau2 / (tau2 + v)
    return Shrunken(
        residual=y - fitted,
        residual_se=np.sqrt(np.maximum(v + tau2 - unscaled, 0.0)),
        effect=share * y + (1 - share) * fitted,
        effect_se=np.sqrt(share * v + (1 - share) ** 2 * of_fit),
    )


def _leverages(v: np.ndarray, X: np.ndarray, made: Pooled) -> np.ndarray:
    inverse = made.covariance / float(made.scale)
    return np.einsum("kp,pq,kq->k", X, inverse, X) / (v + float(made.hetero.tau2))
