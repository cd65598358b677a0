"""Pseudo-participants: people whose means, SDs and correlations are the published ones.

An analysis that depends on the data only through these moments (a paired t test, an analysis of
covariance, a mixed model of complete data) gives on pseudo-participants what it would have given on
the real ones. Anything else about them, a count of responders for example, is not evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import DataError

# An eigenvalue below zero by less than this is rounding, by more an impossible matrix.
ROUNDING = 1e-10


def from_summary(
    means: Sequence[float],
    sds: Sequence[float],
    correlation: np.ndarray | Sequence[Sequence[float]] | float,
    n: int,
    *,
    seed: int,
    decimals: int | None = None,
) -> pd.DataFrame:
    """People whose sample means, SDs and correlations equal published ones exactly.

    Args:
        means: k means, in the unit of the measure.
        sds: k standard deviations (of people, divisor n - 1), above 0.
        correlation: k by k matrix, or one correlation for every pair.
        n: people; more than k.
        seed: decides the values of single people, never the moments.
        decimals: digits after the point to round to; the moments then hold to about the last digit.

    Returns:
        n rows and k columns, numbered from 0, in the unit of the means.

    Raises:
        DataError: moments that no people can have; all problems at once.

    Source: Papadimitropoulou et al. 2020, Research Synthesis Methods 11:780.
    """
    means, sds = np.asarray(means, dtype=float), np.asarray(sds, dtype=float)
    matrix = np.asarray(correlation, dtype=float)
    if matrix.ndim == 0:
        matrix = np.full((len(means), len(means)), float(matrix))
        np.fill_diagonal(matrix, 1.0)
    _check(means, sds, matrix, n)
    independent = _standard_people(n, len(means), seed)
    values = means + (independent @ _root(matrix)) * sds
    return pd.DataFrame(values if decimals is None else np.round(values, decimals))


def seed_within(
    means: Sequence[float],
    sds: Sequence[float],
    correlation: np.ndarray | Sequence[Sequence[float]] | float,
    n: int,
    *,
    bounds: tuple[float, float],
    first: int,
    tries: int = 2000,
) -> int:
    """The first seed whose pseudo-participants all score within the instrument's range.

    The moments are the same for every seed; only the shape of the distribution is chosen, so that
    no person has a score that the instrument cannot give.

    Args:
        means: k means, in the unit of the measure.
        sds: k standard deviations, above 0.
        correlation: k by k matrix, or one correlation for every pair.
        n: people; more than k.
        bounds: lowest and highest score of the instrument.
        first: seed to try first; the next ones follow by 1.
        tries: seeds to try.

    Raises:
        DataError: moments that no people can have, or none of the seeds serves.
    """
    for seed in range(first, first + tries):
        values = from_summary(means, sds, correlation, n, seed=seed).to_numpy()
        if values.min() >= bounds[0] and values.max() <= bounds[1]:
            return seed
    raise DataError(
        f"None of {tries} seeds gives people who all score from {bounds[0]:g} to {bounds[1]:g}.",
        where="the published means and standard deviations",
        why="the scores were so near an end of the scale that they cannot have been normal",
        do="check the figures; analyse the published summary itself if they are right",
    )


def correlation_from_change(sd_before: float, sd_after: float, sd_change: float) -> float:
    """The correlation of two scores of the same people, from the SD of their change.

    Args:
        sd_before: standard deviation of people before, above 0.
        sd_after: the same after, in the same unit.
        sd_change: the same of the people's changes.

    Raises:
        DataError: no correlation from -1 to 1 gives this SD of the change.

    Source: Higgins et al., Cochrane Handbook version 6, section 6.5.2.8.
    """
    if min(sd_before, sd_after) <= 0 or sd_change < 0:
        raise _impossible(["a standard deviation is 0 or less"])
    value = (sd_before**2 + sd_after**2 - sd_change**2) / (2 * sd_before * sd_after)
    if abs(value) > 1 + ROUNDING:
        raise _impossible([f"the SD of the change implies a correlation of {value:.3f}"])
    return float(np.clip(value, -1, 1))


def sd_of_change(lower: float, upper: float, n: int, level: float = 0.95) -> float:
    """The SD of people's changes from a published interval of their mean change (paired t).

    Args:
        lower: lower end of the interval.
        upper: upper end of the interval.
        n: people; at least 2.
        level: confidence level of the interval.

    Raises:
        DataError: the ends are in the wrong order, or the level or n is impossible.

    Source: Higgins et al., Cochrane Handbook version 6, section 6.5.2.2.
    """
    return sd_from_interval(lower, upper, n, level)


def sd_from_interval(lower: float, upper: float, n: int, level: float = 0.95) -> float:
    """The SD of people from the t interval of their mean; all as in `sd_of_change`."""
    wrong = []
    if not lower < upper:
        wrong.append("the lower end of the interval is not below the upper")
    if n < 2:
        wrong.append(f"{n} people have no standard deviation")
    if not 0 < level < 1:
        wrong.append("the level of the interval is not between 0 and 1")
    if wrong:
        raise _impossible(wrong)
    quantile = stats.t.ppf((1 + level) / 2, n - 1)
    return float((upper - lower) / 2 * np.sqrt(n) / quantile)


def _standard_people(n: int, k: int, seed: int) -> np.ndarray:
    """n by k values with sample means 0, SDs 1 and correlations 0, up to rounding."""
    draws = np.random.Generator(np.random.PCG64(seed)).standard_normal((n, k))
    for _ in range(2):  # the second pass removes the rounding of the first
        draws -= draws.mean(axis=0)
        q, r = np.linalg.qr(draws)
        draws = q * np.sign(np.diag(r)) * np.sqrt(n - 1)
    return draws


def _root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root; it exists also where a correlation is 1."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _check(means: np.ndarray, sds: np.ndarray, matrix: np.ndarray, n: int) -> None:
    k = len(means)
    if sds.shape != (k,) or matrix.shape != (k, k):
        raise _impossible(
            [f"{k} means need {k} standard deviations and a {k} by {k} correlation matrix"]
        )
    if not all(np.isfinite(part).all() for part in (means, sds, matrix)):
        raise _impossible(["a figure is missing or not finite"])
    wrong = []
    if n <= k:
        wrong.append(f"{n} people cannot carry {k} free moments; at least {k + 1} are needed")
    if (sds <= 0).any():
        wrong.append("a standard deviation is 0 or less")
    if (np.abs(matrix) > 1).any():
        wrong.append("a correlation is outside -1 to 1")
    if not np.allclose(matrix, matrix.T, rtol=0, atol=ROUNDING):
        wrong.append("the correlation matrix is not symmetric")
    elif not np.allclose(np.diag(matrix), 1, rtol=0, atol=ROUNDING):
        wrong.append("the correlation matrix has a diagonal that is not 1")
    elif np.linalg.eigvalsh(matrix).min() < -ROUNDING:
        wrong.append("the correlation matrix is not positive semi-definite")
    if wrong:
        raise _impossible(wrong)


def _impossible(problems: list[str]) -> DataError:
    return DataError(
        "The published figures cannot belong to one group of people: " + "; ".join(problems) + ".",
        where="the published summary",
        why="pseudo-participants with these moments do not exist",
        do="check the figures against their source, and what they are an SD or an interval of",
    )
