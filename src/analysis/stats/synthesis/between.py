"""Between-study variance by likelihood (ML, REML) and by solving Q(tau2) for a target."""

from __future__ import annotations

import numpy as np

from analysis.errors import ModelError

from .weighted import Weighted, weighted, weights_of

# A grid finds the highest peak before Newton climbs it: the profile may have more than one.
GRID = 24
STEPS = 100
# A step smaller than this share of tau2 plus the smallest variance is rounding.
SETTLED = 1e-13


def log_likelihood(fit: Weighted, tau2: np.ndarray, v: np.ndarray, *, reml: bool) -> np.ndarray:
    """Log likelihood of each data set, with all constants.

    Args:
        fit: with weights 1 / (v + tau2) and orthonormal X.
        tau2: between-study variance, one a data set.
        v: sampling variances; infinite where a study is absent.
        reml: restricted (the constant of X'X is in, as metafor has it), or full.
    """
    present = np.isfinite(v)
    total = np.where(present, v + np.asarray(tau2)[..., None], 1.0)
    free = present.sum(axis=-1) - (fit.X.shape[-1] if reml else 0)
    made = free * np.log(2 * np.pi) + np.log(total).sum(axis=-1) + fit.q
    if reml:
        made = made - np.linalg.slogdet(fit.inverse)[1]
    return -made / 2


def highest(y: np.ndarray, v: np.ndarray, X: np.ndarray, *, reml: bool) -> np.ndarray:
    """The tau2 of highest (restricted) likelihood of each data set, never below zero.

    Args:
        y: effects, ... x k.
        v: sampling variances, ... x k; infinite where a study is absent.
        X: moderators with orthonormal columns, k x p or ... x k x p.
        reml: restricted maximum likelihood, or full.

    Raises:
        ModelError: no convergence.

    Source: Viechtbauer (2005) J Educ Behav Stat 30:261, equations 11 to 20.
    Agrees with: validation/metafor/README.md
    """
    lower, start, upper = _peak(y, v, X, reml)
    tau2 = start
    smallest = v.min(axis=-1)
    for _ in range(STEPS):
        fit = weighted(y, weights_of(v, tau2), X)
        slope, curve = _slope(fit, reml)
        lower, upper = np.where(slope > 0, tau2, lower), np.where(slope > 0, upper, tau2)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = tau2 + slope / curve
        good = (curve > 0) & (newton > lower) & (newton < upper)
        following = np.where(good, newton, (lower + upper) / 2)
        moved = np.abs(following - tau2)
        tau2 = following
        if (moved <= SETTLED * (tau2 + smallest)).all():
            return tau2
    raise ModelError(
        f"The between-study variance did not settle in {STEPS} steps.",
        why="A value in between would look like an estimate.",
        do="Check the effects and variances, or use another method, for example 'pm'.",
    )


def _peak(
    y: np.ndarray, v: np.ndarray, X: np.ndarray, reml: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best point of a grid from zero to where the slope is surely negative, and its sides."""
    top = _bound(y, v, X)
    points = top * (np.arange(GRID + 1) / GRID).reshape(-1, *[1] * top.ndim) ** 3
    heights = np.stack(
        [log_likelihood(weighted(y, weights_of(v, t), X), t, v, reml=reml) for t in points]
    )
    best = heights.argmax(axis=0)

    def at(index: np.ndarray) -> np.ndarray:
        return np.take_along_axis(points, np.clip(index, 0, GRID)[None], axis=0)[0]

    slope, _ = _slope(weighted(y, weights_of(v, np.zeros_like(top)), X), reml)
    falls = (best == 0) & (slope <= 0)
    upper = np.where(falls, 0.0, at(best + 1))
    return at(best - 1), at(best), upper


def _bound(y: np.ndarray, v: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Above this the slope is negative: y'PPy <= RSS / tau2^2 and tr P >= (k - p) / (vmax + tau2),
    with RSS the unweighted residual sum of squares.
    """
    present = np.isfinite(v)
    fit = weighted(y, present.astype(float), X)
    a = fit.q / (present.sum(axis=-1) - X.shape[-1])
    return a + np.sqrt(a * np.where(present, v, 0.0).max(axis=-1))


def _slope(fit: Weighted, reml: bool) -> tuple[np.ndarray, np.ndarray]:
    """Slope of the log likelihood in tau2, and minus its curvature, both doubled."""
    if reml:
        return fit.y_pp_y - fit.trace, 2 * fit.y_ppp_y - fit.trace_pp
    w = fit.weights
    return fit.y_pp_y - w.sum(axis=-1), 2 * fit.y_ppp_y - (w**2).sum(axis=-1)


def solve_q(y: np.ndarray, v: np.ndarray, X: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The tau2 at which Q(tau2) = y'Py equals a target; zero where Q(0) is already below it.

    1 / Q is increasing and concave in tau2, so Newton from zero climbs to the root without
    passing it.

    Source: Paule & Mandel (1982) J Res Natl Bur Stand 87:377; DerSimonian & Kacker (2007)
    Contemp Clin Trials 28:105; Viechtbauer (2007) Stat Med 26:37.
    Agrees with: validation/metafor/README.md
    """
    tau2 = np.zeros(np.broadcast_shapes(y.shape[:-1], v.shape[:-1], np.shape(target)))
    smallest = v.min(axis=-1)
    for _ in range(STEPS):
        fit = weighted(y, weights_of(v, tau2), X)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = (fit.q / target - 1) * fit.q / fit.y_pp_y
        # No residual at all: nothing to solve.
        step = np.where(fit.y_pp_y > 0, np.maximum(step, 0.0), 0.0)
        tau2 = tau2 + step
        if (step <= SETTLED * (tau2 + smallest)).all():
            return tau2
    raise ModelError(
        f"Q(tau2) did not reach its target in {STEPS} steps.",
        why="A value in between would look like an estimate.",
        do="Check the effects and variances for values on another scale.",
    )
