"""Several effects of one study: random effects at nested levels, correlated sampling errors."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from analysis.errors import ModelError

from .components import Components, fit_components


@dataclass(frozen=True)
class Levels:
    """A fit with random effects at nested levels.

    fit: coefficients and variances, outermost level first. names: of the levels. groups: how many
    each level has. i2: share of the variance of estimates at each level, 0 to 1. q: Cochran's Q
    with q_df degrees of freedom, of the sampling covariance alone.
    """

    fit: Components
    names: tuple[str, ...]
    groups: tuple[int, ...]
    i2: np.ndarray
    q: float
    q_df: int


def nested_codes(columns: Sequence[Sequence[Hashable]]) -> list[np.ndarray]:
    """Numbers for the groups of each level, a level's names counted within the outer ones."""
    keys: list[tuple] = [() for _ in columns[0]]
    made = []
    for column in columns:
        keys = [(*key, value) for key, value in zip(keys, column, strict=True)]
        index = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        made.append(np.array([index[key] for key in keys]))
    return made


def constant_correlation(
    v: np.ndarray, cluster: Sequence[Hashable], correlation: float
) -> np.ndarray:
    """Sampling covariance of effects of one cluster that all correlate alike.

    Args:
        v: sampling variances.
        cluster: of each effect: the people that they share.
        correlation: between sampling errors within a cluster, -1 to 1.

    Source: Hedges, Tipton & Johnson (2010) Res Synth Methods 1:39, section 5.
    Agrees with: validation/metafor/README.md
    """
    (codes,) = nested_codes([cluster])
    same = codes[:, None] == codes[None, :]
    root = np.sqrt(v)
    V = np.where(same, correlation, 0.0) * np.outer(root, root)
    np.fill_diagonal(V, v)
    return V


def multilevel(
    y: np.ndarray,
    V: np.ndarray,
    X: np.ndarray,
    names: Sequence[str],
    codes: Sequence[np.ndarray],
    *,
    reml: bool = True,
) -> Levels:
    """Effects within studies within ... with a variance at each level.

    Args:
        y: effects, k.
        V: sampling covariance, k x k.
        X: design, k x p.
        names: of the levels, outermost first.
        codes: the group of each effect at each level (from `nested_codes`).
        reml: restricted, or full maximum likelihood.

    Raises:
        ModelError: two levels with the same groups, or no convergence.

    Source: Konstantopoulos (2011) Res Synth Methods 2:61; Nakagawa & Santos (2012) Evol Ecol
    26:1253 for the shares.
    Agrees with: validation/metafor/README.md
    """
    groups = tuple(int(c.max()) + 1 for c in codes)
    same = [
        f"{names[i]} and {names[i + 1]}"
        for i in range(len(groups) - 1)
        if groups[i] == groups[i + 1]
    ]
    if same or groups[0] == 1:
        what = same or [f"{names[0]} (one group only)"]
        raise ModelError(
            f"These levels cannot be told apart: {'; '.join(what)}.",
            where=f"groups: {', '.join(map(str, groups))}",
            why="Their variances would be split by chance.",
            do="Leave one of the levels out.",
        )
    parts = [(c[:, None] == c[None, :]).astype(float) for c in codes]
    fit = fit_components(y, V, X, parts, reml=reml)
    inverse = np.linalg.inv(V)
    WX = inverse @ X
    P = inverse - WX @ np.linalg.solve(X.T @ WX, WX.T)
    df = len(y) - X.shape[1]
    total = float(fit.theta.sum()) + df / float(np.trace(P))
    return Levels(fit, tuple(names), groups, fit.theta / total, float(y @ P @ y), df)


def component_interval(
    y: np.ndarray,
    V: np.ndarray,
    X: np.ndarray,
    parts: Sequence[np.ndarray],
    fit: Components,
    which: int,
    *,
    reml: bool,
    drop: float,
) -> tuple[float, float]:
    """The values of one variance whose profile log likelihood lies within `drop` of the highest.

    Args:
        y: effects.
        V: sampling covariance.
        X: design.
        parts: covariance that a unit of each component brings.
        fit: what `fit_components` made of them.
        which: position of the component.
        reml: restricted, or full maximum likelihood.
        drop: half a chi-squared percentile with one degree of freedom.

    Source: Hardy & Thompson (1996) Stat Med 15:619.
    """
    others = [G for i, G in enumerate(parts) if i != which]

    def above(theta: float) -> float:
        held = fit_components(y, V + theta * parts[which], X, others, reml=reml)
        return held.log_likelihood - (fit.log_likelihood - drop)

    best = float(fit.theta[which])
    low = 0.0
    if best > 0 and above(0.0) < 0:
        low = brentq(above, 0.0, best, xtol=1e-10 * best, rtol=1e-10)
    top = max(best, float(np.diag(V).mean()), float(np.diag(fit.M).mean())) * 2
    while above(top) > 0:
        top *= 2
    return low, float(brentq(above, best, top, xtol=1e-12, rtol=1e-10))
