"""One pass over the data: sums of cross-products by missingness pattern, all that the model needs.

With z = [X, y] (q columns), a pattern r (the visits a participant attended) and two of its visits
j <= k, a row of the table holds C[j, k] + C[k, j] (C[j, j] on the diagonal), where
C[j, k] = sum over participants of z_j z_k'. Every use of C is symmetric, so the upper triangle is
kept and no more. The table is a sum over participants: parts of a data set can be added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .patterns import Arrangement, arrange


@lru_cache(maxsize=64)
def upper_triangle(q: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the upper triangle of a q x q matrix, in the order of the table."""
    return np.triu_indices(q)


@dataclass(frozen=True)
class CrossProducts:
    """The sums by pattern.

    patterns: R x M, whether a visit was attended. counts: participants a pattern (weights count).
    pattern, j, k: the place of each row of the table. table: rows x q (q + 1) / 2.
    log_weights: the sum of log weights of the observations, for the likelihood.
    """

    patterns: np.ndarray
    counts: np.ndarray
    pattern: np.ndarray
    j: np.ndarray
    k: np.ndarray
    table: np.ndarray
    q: int
    log_weights: float = 0.0

    @property
    def n_visits(self) -> int:
        """How many visits the covariance has."""
        return self.patterns.shape[1]

    @property
    def n_observations(self) -> float:
        """How many outcomes were summed."""
        return float(self.counts @ self.patterns.sum(axis=1))

    @property
    def pairs(self) -> np.ndarray:
        """Participants seen at both visits, M x M."""
        seen = self.patterns.astype(float)
        return np.einsum("r,rj,rk->jk", self.counts, seen, seen)

    def contract(self, weights: np.ndarray) -> np.ndarray:
        """Sum over r, j, k of weights[..., r, j, k] C_r[j, k]; weights symmetric, result q x q."""
        flat = weights[..., self.pattern, self.j, self.k] @ self.table
        made = np.empty((*flat.shape[:-1], self.q, self.q))
        rows, columns = upper_triangle(self.q)
        made[..., rows, columns] = flat
        made[..., columns, rows] = flat
        return made

    def spread(self, matrix: np.ndarray) -> np.ndarray:
        """tr(matrix C_r[j, k]) for each pattern and pair of visits, R x M x M; matrix symmetric."""
        rows, columns = upper_triangle(self.q)
        packed = matrix[rows, columns] * np.where(rows == columns, 1.0, 2.0)
        values = (self.table @ packed) * np.where(self.j == self.k, 1.0, 0.5)
        made = np.zeros((len(self.counts), self.n_visits, self.n_visits))
        made[self.pattern, self.j, self.k] = values
        made[self.pattern, self.k, self.j] = values
        return made

    def __add__(self, other: CrossProducts) -> CrossProducts:
        """The sums of both parts; a pattern seen in both is one pattern."""
        stacked = np.concatenate([self.patterns, other.patterns])
        patterns, where = np.unique(stacked, axis=0, return_inverse=True)
        where = where.reshape(-1)
        counts = np.bincount(where, np.concatenate([self.counts, other.counts]))
        pattern, j, k, first = _places(patterns)
        table = np.zeros((len(pattern), self.q * (self.q + 1) // 2))
        shift = len(self.counts)
        for part, offset in ((self, 0), (other, shift)):
            at = first[where[part.pattern + offset], part.j, part.k]
            table[at] += part.table
        return CrossProducts(
            patterns, counts, pattern, j, k, table, self.q, self.log_weights + other.log_weights
        )


def _places(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The rows of the table: pattern, j, k, and the row of a given pattern, j, k."""
    upper = np.triu(np.ones((patterns.shape[1],) * 2, dtype=bool))
    kept = patterns[:, :, None] & patterns[:, None, :] & upper
    pattern, j, k = np.nonzero(kept)
    first = np.full(kept.shape, -1)
    first[pattern, j, k] = np.arange(len(pattern))
    return pattern, j, k, first


def crossproducts(
    Z: np.ndarray,
    subject: np.ndarray,
    visit: np.ndarray,
    n_visits: int,
    *,
    weights: np.ndarray | None = None,
) -> CrossProducts:
    """Sum the cross-products of the columns of Z by missingness pattern.

    Args:
        Z: rows x q, the design columns and last the outcome.
        subject: the participant of each row, any integers.
        visit: the visit of each row, 0 to n_visits - 1.
        n_visits: how many visits the covariance has.
        weights: one positive number a row; the variance of a row is divided by it.

    Returns:
        The sums; adding those of two sets of participants gives those of both.

    Source: docs/methods/mmrm.md, One pass over the data.
    Agrees with: validation/mmrm/reference.json
    """
    return sum_by_pattern(Z, arrange(subject, visit, n_visits), weights=weights)


def sum_by_pattern(
    Z: np.ndarray,
    arrangement: Arrangement,
    *,
    weights: np.ndarray | None = None,
    copies: np.ndarray | None = None,
) -> CrossProducts:
    """As `crossproducts`, for rows that are arranged already.

    Args:
        Z: rows x q, the design columns and last the outcome.
        arrangement: the rows by pattern.
        weights: one positive number a row; the variance of a row is divided by it.
        copies: how often each participant counts, in the order of their codes: 0 leaves one out,
            a bootstrap sample has whole numbers. A participant who counts twice is two.

    Returns:
        The sums.

    Source: docs/methods/mmrm.md, One pass over the data.
    Agrees with: validation/mmrm/reference.json
    """
    if copies is not None:
        arrangement = arrangement.of(copies > 0)
        return _repeated(Z, arrangement, weights, copies)
    log_weights = 0.0
    if weights is not None:
        Z = Z * np.sqrt(weights)[:, None]
        log_weights = sum(float(np.log(weights[rows]).sum()) for rows in arrangement.rows)
    q = Z.shape[1]
    used = _used_columns(Z, arrangement)
    pattern, j, k, _ = _places(arrangement.patterns)
    table = np.empty((len(pattern), q * (q + 1) // 2))
    start = 0
    for seen, rows in zip(arrangement.patterns, arrangement.rows, strict=True):
        made = _one_pattern(Z, rows, [used[m] for m in np.flatnonzero(seen)])
        table[start : start + len(made)] = made
        start += len(made)
    return CrossProducts(
        arrangement.patterns, arrangement.counts, pattern, j, k, table, q, log_weights
    )


def _repeated(
    Z: np.ndarray, arrangement: Arrangement, weights: np.ndarray | None, copies: np.ndarray
) -> CrossProducts:
    """Sums in which each participant counts as often as asked."""
    often = copies[arrangement.subject]
    plain = np.ones(len(Z)) if weights is None else weights
    rows = [place.reshape(-1) for place in arrangement.rows]
    made = sum_by_pattern(Z * np.sqrt(often * plain)[:, None], arrangement)
    counts = np.array([copies[members].sum() for members in arrangement.members])
    logs = sum(float(often[place] @ np.log(plain[place])) for place in rows)
    return replace(made, counts=counts, log_weights=logs)


def _used_columns(Z: np.ndarray, arrangement: Arrangement) -> list[np.ndarray]:
    """For each visit the columns that are not zero in all of its rows."""
    m = arrangement.n_visits
    counts = [np.bincount(arrangement.visit[column != 0], minlength=m) for column in Z.T]
    return [np.flatnonzero(at_visit) for at_visit in np.array(counts).T]


def _one_pattern(Z: np.ndarray, rows: np.ndarray, used: list[np.ndarray]) -> np.ndarray:
    """One matrix product for a pattern; columns that are zero at a visit are left out of it."""
    q, s = Z.shape[1], rows.shape[1]
    stacked = np.concatenate([Z[rows[:, [m]], used[m]] for m in range(s)], axis=1)
    at = np.concatenate([m * q + used[m] for m in range(s)])
    whole = np.zeros((s * q, s * q))
    whole[np.ix_(at, at)] = stacked.T @ stacked
    j, k = np.triu_indices(s)
    blocks = whole.reshape(s, q, s, q)[j, :, k, :]
    apart = j != k
    blocks[apart] += blocks[apart].transpose(0, 2, 1)
    rows, columns = upper_triangle(q)
    return blocks[:, rows, columns]
