"""Residuals of a repeated-measures model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import solve_triangular

from .patterns import Arrangement


def normalised(
    residual: np.ndarray, arrangements: Sequence[Arrangement], sigmas: Sequence[np.ndarray]
) -> np.ndarray:
    """Residuals freed of their correlation: inv(L) r with Sigma = L L', visit by visit in order.

    Args:
        residual: one marginal residual a row (times the root of its weight, if weighted).
        arrangements: rows by pattern, for each Sigma.
        sigmas: one Sigma a group, M x M.

    Returns:
        Independent with variance one if the model holds.

    """
    made = np.empty_like(residual)
    for arrangement, sigma in zip(arrangements, sigmas, strict=True):
        for seen, rows in zip(arrangement.patterns, arrangement.rows, strict=True):
            root = np.linalg.cholesky(sigma[np.ix_(seen, seen)])
            made[rows] = solve_triangular(root, residual[rows].T, lower=True).T
    return made
