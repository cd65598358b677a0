"""Joint tests: are several contrasts all zero? F with small-sample degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats
from scipy.linalg import solve_triangular

from analysis.errors import ModelError, UsageError

# How near to two denominator degrees of freedom a scaled F is rounding alone.
_CLOSE = 1e-3


def joint_row(f: float, num_df: int, den_df: float) -> pd.DataFrame:
    """num_df, den_df, f, p in one row.

    Source: Snedecor's F with the degrees of freedom given.
    Agrees with: validation/mmrm/README.md
    """
    p = stats.f.sf(f, num_df, den_df)
    return pd.DataFrame({"num_df": [num_df], "den_df": [den_df], "f": [f], "p": [p]})


def refuse_dependent(L: np.ndarray) -> None:
    """Each contrast must say something that the others do not.

    Raises:
        UsageError: a contrast that is zero or a sum of others.
    """
    if np.linalg.matrix_rank(L) < len(L):
        raise UsageError(
            "The contrasts of a joint test repeat each other.",
            where=f"{len(L)} contrasts",
            do="Leave out those that are zero or sums of the others.",
        )


def wald(L: np.ndarray, beta: np.ndarray, covariance: np.ndarray) -> float:
    """(Lb)' inv(L V L') (Lb) / q."""
    estimate = L @ beta
    return float(estimate @ np.linalg.solve(L @ covariance @ L.T, estimate) / len(L))


def independent_parts(L: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """The contrasts turned so that their estimates are uncorrelated (eigenvectors of L V L')."""
    return np.linalg.eigh(L @ covariance @ L.T)[1].T @ L


def pooled_degrees(df: np.ndarray) -> float:
    """Degrees of freedom of the mean of independent squared t statistics.

    The mean of the squares has the expectation of an F with these degrees of freedom; with two or
    fewer in any part it has none, and two are taken.

    Source: Fai & Cornelius (1996) J Stat Comput Simul 54:363.
    Agrees with: validation/mmrm/README.md
    """
    if np.ptp(df) <= 1e-8 * df[0]:
        return float(df.mean())
    if (df <= 2).any():
        return 2.0
    expected = (df / (df - 2)).sum()
    return float(2 * expected / (expected - len(df)))


def satterthwaite_f(
    L: np.ndarray,
    beta: np.ndarray,
    covariance: np.ndarray,
    degrees: Callable[[np.ndarray], np.ndarray],
) -> tuple[float, float]:
    """F and its denominator degrees of freedom from those of single contrasts.

    Args:
        L: q x p, independent rows.
        beta: the p coefficients.
        covariance: p x p.
        degrees: from contrasts to the degrees of freedom of each.
    """
    parts = independent_parts(L, covariance)
    return wald(L, beta, covariance), pooled_degrees(degrees(parts))


def kenward_roger_f(
    L: np.ndarray,
    beta: np.ndarray,
    phi: np.ndarray,
    adjusted: np.ndarray,
    P: np.ndarray,
    theta_covariance: np.ndarray,
) -> tuple[float, float]:
    """Scaled F and its denominator degrees of freedom, matched to two moments.

    Args:
        L: q x p, independent rows.
        beta: the p coefficients.
        phi: p x p, inv(X'WX).
        adjusted: p x p, the bias-corrected covariance of the coefficients.
        P: k x p x p, derivatives of X'WX by the covariance parameters.
        theta_covariance: k x k, of the covariance parameters.

    Raises:
        ModelError: an F whose two moments do not exist, as with very few participants.

    Source: Kenward & Roger (1997) Biometrics 53:983, sections 3 and 4.
    Agrees with: validation/mmrm/README.md
    """
    q = len(L)
    root = np.linalg.cholesky(L @ phi @ L.T)
    turned = solve_triangular(root, L @ phi, lower=True)
    M = turned @ P @ turned.T
    traces = np.trace(M, axis1=1, axis2=2)
    a1 = traces @ theta_covariance @ traces
    flat = M.reshape(len(M), -1)
    a2 = float(np.sum(theta_covariance * (flat @ flat.T)))
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / base, (q - g) / base, (q + 2 - g) / base
    expected = 1 / (1 - a2 / q)
    variance = (2 / q) * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    den_df = 4 + (q + 2) / (q * variance / (2 * expected**2) - 1)
    _refuse_unmatched(a2 / q, den_df)
    scale = den_df / (expected * (den_df - 2))
    return float(scale * wald(L, beta, adjusted)), float(den_df)


def _refuse_unmatched(share: float, den_df: float) -> None:
    """An F has a mean above two denominator degrees of freedom only; at two it is rounding."""
    if share < 1 - _CLOSE and den_df > 2 * (1 + _CLOSE):
        return
    raise ModelError(
        "There are too few participants for this joint test.",
        where="the scaled F of Kenward and Roger",
        why="Its two moments do not exist with about two denominator degrees of freedom or fewer.",
        do="Test single contrasts, or ask for df='satterthwaite'.",
    )
