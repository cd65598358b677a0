"""Trim and fill: how many studies a lopsided funnel may lack, and the effect with them added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from analysis.errors import ModelError

from ..arguments import refuse_no_choice
from .asymmetry import refuse_few
from .pooled import Pooled, pooled

ESTIMATORS = ("l0", "r0", "q0")
SIDES = ("left", "right")
ROUNDS = 100


@dataclass(frozen=True)
class TrimFill:
    """added: studies added, with se where there is one, and p that none is lacking (`r0` only).

    side: where studies lack. y, v: effects and variances, the added ones last. filled: which are
    added. pooled: the analysis with them.
    """

    added: int
    se: float
    p: float
    side: str
    y: np.ndarray
    v: np.ndarray
    filled: np.ndarray
    pooled: Pooled


def trim_and_fill(
    y: np.ndarray,
    v: np.ndarray,
    *,
    estimator: str = "l0",
    side: str | None = None,
    method: str = "reml",
    test: str = "z",
    level: float = 0.95,
) -> TrimFill:
    """The pooled effect, were the funnel lopsided because studies on one side are lacking.

    A sensitivity analysis: a funnel may be lopsided for other reasons, heterogeneity first.

    Args:
        y: effects.
        v: sampling variances.
        estimator: of the number lacking: `l0` (linear), `r0` (the longest run), `q0` (quadratic).
        side: where studies lack; default where the regression on the standard error points.
        method: of tau2, as in `pooled`.
        test: as in `pooled`.
        level: of the interval.

    Raises:
        UsageError: an unknown estimator or side.
        ModelError: fewer than three studies, or a number that does not settle.

    Source: Duval & Tweedie (2000) J Am Stat Assoc 95:89; Duval & Tweedie (2000) Biometrics 56:455.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(estimator, "estimator", ESTIMATORS, "estimator")
    if side is not None:
        refuse_no_choice(side, "side", SIDES, "side")
    refuse_few(y)
    side = side or _suggested(y, v, method)
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * y, kind="stable")
    mirrored, variances = sign * y[order], v[order]
    k, lacking, before, se, p = len(y), 0, -1, np.nan, np.nan
    centre = 0.0
    for _ in range(ROUNDS):
        if lacking == before:
            break
        before = lacking
        kept = k - lacking
        fit = pooled(mirrored[:kept], variances[:kept], method=method, test="z")
        centre = float(fit.beta[0])
        lacking, se, p = _lacking(mirrored - centre, k, estimator)
    else:
        raise ModelError(
            f"The number of studies lacking did not settle in {ROUNDS} rounds.",
            do="Use another estimator of it: 'l0', 'r0' or 'q0'.",
        )
    # The studies that stand furthest off are mirrored at the centre of the others.
    whole = np.concatenate([y, sign * (2 * centre - mirrored[k - lacking :])])
    spread = np.concatenate([v, variances[k - lacking :]])
    made = pooled(whole, spread, method=method, test=test, level=level)
    return TrimFill(lacking, se, p, side, whole, spread, np.arange(len(whole)) >= k, made)


def _lacking(centred: np.ndarray, k: int, estimator: str) -> tuple[int, float, float]:
    """The number lacking, its standard error, and (r0) the probability of as many by chance."""
    ranks = np.sign(centred) * rankdata(np.abs(centred), method="ordinal")
    if estimator == "r0":
        negative = -ranks[ranks < 0]
        found = max(0, round(k - (negative.max() if len(negative) else 0) - 1))
        return found, float(np.sqrt(2 * found + 2)), float(0.5 ** (found + 1))
    total = float(ranks[ranks > 0].sum())
    if estimator == "l0":
        raw = (4 * total - k * (k + 1)) / (2 * k - 1)
        found = max(0, round(raw))
        return found, 4 * np.sqrt(_rank_variance(k, raw)) / (2 * k - 1), np.nan
    raw = k - 0.5 - np.sqrt(max(0.0, 2 * k**2 - 4 * total + 0.25))
    found = max(0, round(raw))
    spread = np.sqrt((k - 0.5) ** 2 - raw * (2 * k - raw - 1))
    return found, 2 * np.sqrt(_rank_variance(k, raw)) / spread, np.nan


def _rank_variance(k: int, m: float) -> float:
    """Of the sum of positive ranks where m studies lack."""
    plain = k * (k + 1) * (2 * k + 1)
    lacking = 10 * m**3 + 27 * m**2 + 17 * m - 18 * k * m**2 - 18 * k * m + 6 * k**2 * m
    # Where fewer than none would lack, the formula may have no variance.
    value = (plain + lacking) / 24
    return value if value >= 0 else np.nan


def _suggested(y: np.ndarray, v: np.ndarray, method: str) -> str:
    X = np.column_stack([np.ones(len(y)), np.sqrt(v)])
    return "right" if pooled(y, v, X, method=method, test="z").beta[1] < 0 else "left"
