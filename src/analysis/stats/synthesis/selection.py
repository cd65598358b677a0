"""Selection models: the pooled effect, were studies published by their p values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import minimize
from statsmodels.tools.numdiff import approx_fprime, approx_hess3

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_choice
from .asymmetry import refuse_few
from .pooled import inferred, pooled
from .selection_weights import (
    SCENARIOS,
    SHAPES,
    STEPS,
    refuse_empty,
    smooth_share,
    step_of,
    step_shares,
)

ALTERNATIVES = ("greater", "less")
ROUNDS = 50


@dataclass(frozen=True)
class Selected:
    """The effect corrected for selection.

    estimate, se, lower, upper, p: pooled effect (normal). tau2. delta, delta_se: the weight of each
    interval of p values (the first is 1), or the parameters of the shape; se nan where fixed. lrt,
    df, lrt_p: likelihood ratio test against no selection (nan where delta is fixed).
    """

    estimate: float
    se: float
    lower: float
    upper: float
    p: float
    tau2: float
    delta: np.ndarray
    delta_se: np.ndarray
    lrt: float
    df: int
    lrt_p: float
    log_likelihood: float


def selection_model(
    y: np.ndarray,
    v: np.ndarray,
    *,
    shape: str = "step",
    steps: Sequence[float] = (0.025,),
    alternative: str = "greater",
    delta: Sequence[float] | None = None,
    level: float = 0.95,
) -> Selected:
    """The pooled effect by maximum likelihood, allowing for studies that were not published.

    Args:
        y: effects.
        v: sampling variances.
        shape: `step` (a weight for each interval of p values), or a key of `SHAPES`.
        steps: upper ends of the intervals of one-sided p values; 1 is added.
        alternative: the side that is easier to publish: `greater` or `less` than zero.
        delta: weights to hold fixed (one an interval, or the shape's parameters): a sensitivity
            analysis that asks nothing of the data.
        level: of the interval.

    Raises:
        UsageError: an unknown shape, side, or the wrong number of weights.
        ModelError: too few studies, an interval without studies, or no convergence.

    Source: Vevea & Hedges (1995) Psychometrika 60:419; Vevea & Woods (2005) Psychol Methods 10:428;
    Citkowicz & Vevea (2017) Psychol Methods 22:28 (beta); Preston et al. (2004) Adv Data Anal
    Classif (half-normal, exponential, logistic).
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(shape, "shape", ("step", *SHAPES), "shape")
    refuse_no_choice(alternative, "alternative", ALTERNATIVES, "alternative")
    refuse_few(y)
    side = 1.0 if alternative == "greater" else -1.0
    y, v = side * np.asarray(y, dtype=float), np.asarray(v, dtype=float)
    height, neutral = _likelihood(shape, y, v, steps, fixed=delta is not None)
    held = None if delta is None else _held(delta, shape, neutral)
    plain = pooled(y, v, method="ml", test="z")
    tau2 = float(plain.hetero.tau2)
    first = np.array([float(plain.beta[0]), np.sqrt(tau2)])
    free = neutral[1:] if shape == "step" else neutral
    start = first if held is not None else np.concatenate([first, free])

    def minus(x: np.ndarray) -> float:
        weights = held if held is not None else _whole(x[2:], shape)
        if (weights < 0).any() or not np.isfinite(x).all():
            return np.inf
        return -height(float(x[0]), float(x[1]) ** 2, weights)

    best, spread = _maximise(minus, start)
    return _record(
        best, spread, -minus(best), side, shape, held, float(plain.log_likelihood), level
    )


def sensitivity(
    y: np.ndarray, v: np.ndarray, *, alternative: str = "greater", level: float = 0.95
) -> dict[str, Selected]:
    """The pooled effect under four fixed suppositions about what is published.

    Args:
        y: effects.
        v: sampling variances.
        alternative: the side that is easier to publish.
        level: of the intervals.

    Returns:
        `moderate`, `severe` and the same on both sides, to the corrected effect.

    Source: Vevea & Woods (2005) Psychol Methods 10:428, table 1.
    Agrees with: validation/metafor/README.md
    """
    fixed = {"steps": STEPS, "alternative": alternative, "level": level}
    return {name: selection_model(y, v, delta=w, **fixed) for name, w in SCENARIOS.items()}


Height = Callable[[float, float, np.ndarray], float]


def _likelihood(
    shape: str, y: np.ndarray, v: np.ndarray, steps: Sequence[float], *, fixed: bool
) -> tuple[Height, np.ndarray]:
    """The log likelihood of centre, tau2 and delta, and delta without selection."""
    s = np.sqrt(v)
    p = stats.norm.sf(y / s)
    if shape == "step":
        ends = np.unique(np.append(np.asarray(steps, dtype=float), 1.0))
        if (ends <= 0).any() or (ends > 1).any():
            raise UsageError("Steps are p values between 0 and 1.", where="steps")
        where = step_of(p, ends)
        if not fixed:
            refuse_empty(where, ends)

        def of_steps(centre: float, tau2: float, delta: np.ndarray) -> float:
            total = v + tau2
            share = step_shares(np.full_like(y, centre), total, s, ends) @ delta
            return _sum(y, centre, total, delta[where], share)

        return of_steps, np.ones(len(ends))
    weight = SHAPES[shape].weight

    def of_shape(centre: float, tau2: float, delta: np.ndarray) -> float:
        total = v + tau2
        share = smooth_share(np.full_like(y, centre), total, s, weight, delta)
        return _sum(y, centre, total, weight(p, delta), share)

    return of_shape, np.array(SHAPES[shape].neutral)


def _sum(
    y: np.ndarray, centre: float, total: np.ndarray, weight: np.ndarray, share: np.ndarray
) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = stats.norm.logpdf(y, centre, np.sqrt(total)) + np.log(weight) - np.log(share)
    return float(parts.sum()) if np.isfinite(parts).all() else -np.inf


def _maximise(
    minus: Callable[[np.ndarray], float], start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The maximum and the covariance there: downhill first, then Newton until nothing moves."""
    found = minimize(minus, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-6})
    x = found.x
    for _ in range(ROUNDS):
        gradient = approx_fprime(x, minus, centered=True)
        hessian = approx_hess3(x, minus)
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        allowed = minus(x) + 1e-12
        while not minus(x - step) <= allowed and np.abs(step).max() > 1e-9:
            step = step / 2
        x = x - step
        if np.abs(step).max() <= 1e-8 * (1 + np.abs(x).max()):
            with np.errstate(invalid="ignore"):
                return x, _inverse(hessian)
    raise ModelError(
        "The selection model did not settle.",
        why="Few studies often carry no such model, and a value in between would look like one.",
        do="Use fewer steps, or the fixed scenarios of `sensitivity`.",
    )


def _inverse(hessian: np.ndarray) -> np.ndarray:
    # tau on its border has no slope and no curvature: the others are then as if it were known.
    flat = np.abs(np.diag(hessian)) < 1e-8
    made = np.full_like(hessian, np.nan)
    made[np.ix_(~flat, ~flat)] = np.linalg.inv(hessian[np.ix_(~flat, ~flat)])
    return made


def _record(
    best: np.ndarray,
    spread: np.ndarray,
    height: float,
    side: float,
    shape: str,
    held: np.ndarray | None,
    plain: float,
    level: float,
) -> Selected:
    se = np.sqrt(np.diag(spread))
    estimate = np.array(side * best[0])
    _, p, lower, upper = inferred(estimate, np.array(se[0]), np.array(np.inf), level)
    delta = held if held is not None else _whole(best[2:], shape)
    errors = np.full(len(delta), np.nan)
    df, lrt, lrt_p = 0, np.nan, np.nan
    if held is None:
        errors[len(delta) - len(best) + 2 :] = se[2:]
        df, lrt = len(best) - 2, max(0.0, 2 * (height - plain))
        lrt_p = float(stats.chi2.sf(lrt, df))
    numbers = (float(x) for x in (estimate, se[0], lower, upper, p, best[1] ** 2))
    return Selected(*numbers, delta, errors, lrt, df, lrt_p, height)


def _whole(free: np.ndarray, shape: str) -> np.ndarray:
    return np.concatenate([[1.0], free]) if shape == "step" else free


def _held(delta: Sequence[float], shape: str, neutral: np.ndarray) -> np.ndarray:
    held = np.asarray(delta, dtype=float)
    if held.shape != neutral.shape or (held < 0).any():
        raise UsageError(
            f"The shape {shape!r} needs {len(neutral)} weights, none below zero.", where="delta"
        )
    return held
