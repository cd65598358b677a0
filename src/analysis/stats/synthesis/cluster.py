"""Variances that hold when effects of one cluster depend on each other in unknown ways."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import ModelError

from ..arguments import refuse_no_choice

KINDS = {
    "cr0": "cluster-robust",
    "cr1": "cluster-robust, m / (m - 1)",
    "cr1p": "cluster-robust, m / (m - p)",
    "cr2": "cluster-robust, bias-reduced, Satterthwaite",
}


@dataclass(frozen=True)
class Robust:
    """covariance: p x p; df: of each coefficient; clusters: how many there are."""

    kind: str
    covariance: np.ndarray
    df: np.ndarray
    clusters: int


def cluster_robust(
    X: np.ndarray,
    M: np.ndarray,
    residuals: np.ndarray,
    cluster: Sequence[Hashable],
    *,
    kind: str = "cr2",
) -> Robust:
    """The covariance of generalised least squares coefficients, from residuals by cluster.

    Args:
        X: design, k x p.
        M: the working covariance of the effects (weights are its inverse), k x k.
        residuals: effects minus fitted.
        cluster: of each effect; M must be zero between clusters.
        kind: `cr0`; `cr1` times m / (m - 1); `cr1p` times m / (m - p), as metafor's robust() has it
            (both t with m - p); `cr2` bias-reduced with Satterthwaite's degrees of freedom, as
            clubSandwich has it.

    Raises:
        UsageError: an unknown kind.
        ModelError: too few clusters, or a working covariance between clusters.

    Source: Hedges, Tipton & Johnson (2010) Res Synth Methods 1:39; Bell & McCaffrey (2002) Surv
    Methodol 28:169; Pustejovsky & Tipton (2018) J Bus Econ Stat 36:672.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(kind, "kind", KINDS, "robust variance")
    groups = _groups(cluster, M)
    m, (_, p) = len(groups), X.shape
    if m <= p:
        raise ModelError(
            f"{m} clusters cannot carry {p} coefficients.",
            why="The variance is learnt from how clusters differ.",
            do="Use fewer moderators, or a model-based variance.",
        )
    WX = np.linalg.solve(M, X)
    bread = np.linalg.inv(X.T @ WX)
    adjust = [_adjustment(M, X, bread, g) if kind == "cr2" else np.eye(len(g)) for g in groups]
    scores = np.array([WX[g].T @ A @ residuals[g] for g, A in zip(groups, adjust, strict=True)])
    factor = {"cr1": m / (m - 1), "cr1p": m / (m - p)}.get(kind, 1.0)
    covariance = factor * bread @ (scores.T @ scores) @ bread
    df = np.full(p, float(m - p))
    if kind == "cr2":
        hat = X @ bread @ WX.T
        rows = [_residual_rows(hat, g) for g in groups]
        df = np.array([_satterthwaite(c, groups, adjust, rows, M, WX, bread) for c in np.eye(p)])
    return Robust(kind, covariance, df, m)


def _groups(cluster: Sequence[Hashable], M: np.ndarray) -> list[np.ndarray]:
    names = list(cluster)
    index = {name: i for i, name in enumerate(dict.fromkeys(names))}
    codes = np.array([index[name] for name in names])
    between = codes[:, None] != codes[None, :]
    if np.abs(np.where(between, M, 0.0)).max(initial=0.0) > 0:
        raise ModelError(
            "Effects of different clusters are correlated in the model.",
            where="cluster",
            why="Residuals of one cluster would then stand for those of others.",
            do="Cluster by the outermost level of the model.",
        )
    return [np.flatnonzero(codes == i) for i in range(len(index))]


def _adjustment(M: np.ndarray, X: np.ndarray, bread: np.ndarray, g: np.ndarray) -> np.ndarray:
    """A with A (M - X bread X') A' = M in the cluster, symmetric in the metric of M."""
    D = np.linalg.cholesky(M[np.ix_(g, g)]).T
    left = D @ (M[np.ix_(g, g)] - X[g] @ bread @ X[g].T) @ D.T
    values, vectors = np.linalg.eigh(left)
    kept = values > 1e-10 * values.max()
    root = vectors[:, kept] / np.sqrt(values[kept]) @ vectors[:, kept].T
    return D.T @ root @ D


def _residual_rows(hat: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The rows of I - hat of one cluster."""
    rows = -hat[g]
    rows[:, g] += np.eye(len(g))
    return rows


def _satterthwaite(
    c: np.ndarray,
    groups: list[np.ndarray],
    adjust: list[np.ndarray],
    residual: list[np.ndarray],
    M: np.ndarray,
    WX: np.ndarray,
    bread: np.ndarray,
) -> float:
    """2 E^2 / var of the variance estimate, were M the truth."""
    parts = zip(groups, adjust, residual, strict=True)
    T = np.array([rows.T @ (A.T @ (WX[g] @ (bread @ c))) for g, A, rows in parts])
    S = T @ M @ T.T
    return float(np.trace(S) ** 2 / (S**2).sum())
