"""Shares of responders as if everybody had been in each arm: standardised for covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from .logistic import fit_logistic

SCALES = ("share", "difference", "ratio", "odds ratio")


@dataclass(frozen=True)
class Standardised:
    """Standardised shares of D data sets and A arms.

    share: D x A, the mean of what the model predicts for everybody in that arm. covariance:
    D x A x A, by the delta method. separated: D, data sets whose model has no estimate; their
    numbers mean nothing. df: people less coefficients.
    """

    share: np.ndarray
    covariance: np.ndarray
    separated: np.ndarray
    df: int


def standardise(responds: np.ndarray, X: np.ndarray, at: np.ndarray) -> Standardised:
    """The share that would respond, had everybody been in each arm, given their covariates.

    The variance is that of the coefficients carried over to the shares (delta method); covariates
    count as given, so that it says how sure the comparison is for people like these.

    Args:
        responds: D x N truth values.
        X: N x k, the design of the logistic model.
        at: A x N x k, the design with everybody in arm a.

    Raises:
        ModelError: no more people than columns.

    Source: Ge, Durham, Meyer, Xie & Thomas (2011) Drug Inf J 45:481.
    """
    fitted = fit_logistic(responds, X)
    p = expit(np.einsum("dk,ank->dan", fitted.beta, at))
    n = len(X)
    slopes = np.einsum("dan,ank->dak", p * (1 - p), at) / n
    covariance = slopes @ fitted.covariance @ np.swapaxes(slopes, 1, 2)
    return Standardised(p.mean(axis=2), covariance, fitted.separated, n - X.shape[1])


def on_scale(made: Standardised, scale: str, comparator: int) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and variances on the scale where they are about normal, D x A each.

    Args:
        made: the standardised shares.
        scale: `share` (logit), `difference`, `ratio` (log) or `odds ratio` (log); all but the
            first compare with the comparator, whose own column is 0.
        comparator: its place among the arms.
    """
    slope, value = {
        "share": (_odds_slope, logit),
        "odds ratio": (_odds_slope, logit),
        "difference": (np.ones_like, lambda x: x),
        "ratio": (lambda x: 1 / x, np.log),
    }[scale]
    g = slope(made.share)
    scaled = g[:, :, None] * made.covariance * g[:, None, :]
    own = np.einsum("daa->da", scaled)
    if scale == "share":
        return value(made.share), own
    c = comparator
    estimate = value(made.share) - value(made.share[:, [c]])
    return estimate, own + own[:, [c]] - 2 * scaled[:, :, c]


def from_scale(value: np.ndarray, scale: str) -> np.ndarray:
    """Back from the scale of `on_scale`: a share, a difference, a ratio or an odds ratio."""
    if scale == "share":
        return expit(value)
    return value if scale == "difference" else np.exp(value)


def _odds_slope(share: np.ndarray) -> np.ndarray:
    return 1 / (share * (1 - share))
