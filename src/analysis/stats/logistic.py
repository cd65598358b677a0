"""Logistic regression of many data sets that share their people: all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.errors import ModelError

# Newton's steps; ten are enough wherever the maximum exists.
STEPS = 30
# The largest change of a linear predictor in the last step of a search that has ended.
SETTLED = 1e-8
# No step moves a linear predictor by more, so that a first step cannot overshoot.
LONGEST = 4.0


@dataclass(frozen=True)
class Logistic:
    """Fits to D data sets.

    beta: D x k. covariance: D x k x k, the inverse of the information. separated: D, whether the
    likelihood has no maximum, because some combination of columns tells who responds.
    """

    beta: np.ndarray
    covariance: np.ndarray
    separated: np.ndarray


def fit_logistic(responds: np.ndarray, X: np.ndarray) -> Logistic:
    """Fit the same columns to every data set, by Newton's method.

    A well-kept library fits one data set at a time; thousands of imputed ones would each be a step
    of a loop. Tests hold this to statsmodels' fit.

    Args:
        responds: D x N truth values.
        X: N x k, the design; its columns must be independent.

    Raises:
        ModelError: no more people than columns.

    Source: McCullagh & Nelder (1989) Generalized Linear Models, section 4.4.
    """
    n, k = X.shape
    if n <= k:
        raise ModelError(
            f"{n} people cannot carry {k} coefficients.",
            why="Every response would be fitted exactly.",
            do="Use fewer covariates.",
        )
    # Orthogonal columns are the same model, without trouble from their sizes.
    Q, R = np.linalg.qr(X)
    Q, R = Q * np.sqrt(n), R / np.sqrt(n)
    y = np.asarray(responds, dtype=float)
    products = (Q[:, :, None] * Q[:, None, :]).reshape(n, k * k)
    gamma, moved = np.zeros((len(y), k)), np.full(len(y), np.inf)
    for _ in range(STEPS):
        p = expit(gamma @ Q.T)
        step = np.linalg.solve(_information(p, products, k), ((y - p) @ Q)[..., None])[..., 0]
        moved = np.abs(step @ Q.T).max(axis=1)
        gamma = gamma + step * np.minimum(1.0, LONGEST / np.maximum(moved, LONGEST))[:, None]
        if (moved < SETTLED).all():
            break
    p = expit(gamma @ Q.T)
    back = np.linalg.inv(R)
    covariance = back @ np.linalg.inv(_information(p, products, k)) @ back.T
    return Logistic(gamma @ back.T, covariance, ~(moved < SETTLED))


def _information(p: np.ndarray, products: np.ndarray, k: int) -> np.ndarray:
    # Where responses are told apart weights vanish; the floor keeps the matrix whole until the
    # search is given up.
    weights = np.maximum(p * (1 - p), 1e-12)
    return (weights @ products).reshape(-1, k, k)
