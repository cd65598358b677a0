"""All pairs of a network, and how sure each treatment is to be better than another."""

from __future__ import annotations

import numpy as np
from scipy import stats


def p_scores(effects: np.ndarray, covariance: np.ndarray, *, smaller_better: bool) -> np.ndarray:
    """How sure each treatment is to be better than another one, on average: 0 to 1.

    Args:
        effects: against the reference, which comes first and is added here.
        covariance: of the effects.
        smaller_better: which side is better.

    Source: Rucker & Schwarzer (2015) BMC Med Res Methodol 15:58.
    """
    difference, se = all_pairs(effects, covariance)
    sign = -1.0 if smaller_better else 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        better = stats.norm.cdf(sign * difference / se)
    np.fill_diagonal(better, 0.0)
    return better.sum(axis=1) / (len(better) - 1)


def all_pairs(effects: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row treatment minus column treatment, and standard errors; the reference comes first."""
    whole = np.concatenate([[0.0], effects])
    wide = np.zeros((len(whole), len(whole)))
    wide[1:, 1:] = covariance
    own = np.diag(wide)
    squares = own[:, None] + own[None, :] - 2 * wide
    return whole[:, None] - whole[None, :], np.sqrt(np.maximum(squares, 0.0))
