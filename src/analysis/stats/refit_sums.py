"""Sums of cross-products for many samples of the same participants, each with its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .crossproducts import upper_triangle
from .patterns import Arrangement

# Numbers in the products of one chunk of participants: about 32 MB.
CHUNK = 4_000_000


@dataclass(frozen=True)
class Sums:
    """Cross-products of D samples for one group: as `CrossProducts`, with a first axis D in counts
    (D x R) and table (D x rows x q (q + 1) / 2)."""

    patterns: np.ndarray
    pattern: np.ndarray
    j: np.ndarray
    k: np.ndarray
    q: int
    counts: np.ndarray
    table: np.ndarray

    def of(self, chosen: np.ndarray) -> Sums:
        """The same for some samples."""
        return replace(self, counts=self.counts[chosen], table=self.table[chosen])

    def contract(self, W: np.ndarray) -> np.ndarray:
        """Sum over r, j, k of W[d, ..., r, j, k] C_dr[j, k]: D x ... x q x q."""
        flat = W[..., self.pattern, self.j, self.k]
        shape = flat.shape[:-1]
        flat = flat.reshape(len(W), -1, flat.shape[-1]) @ self.table
        made = np.empty((*shape, self.q, self.q))
        rows, columns = upper_triangle(self.q)
        made[..., rows, columns] = made[..., columns, rows] = flat.reshape(*shape, -1)
        return made

    def spread(self, matrix: np.ndarray) -> np.ndarray:
        """tr(matrix_d C_dr[j, k]), D x R x M x M."""
        rows, columns = upper_triangle(self.q)
        packed = matrix[:, rows, columns] * np.where(rows == columns, 1.0, 2.0)
        values = (self.table @ packed[:, :, None])[..., 0] * np.where(self.j == self.k, 1.0, 0.5)
        m = self.patterns.shape[1]
        made = np.zeros((len(matrix), len(self.patterns), m, m))
        made[:, self.pattern, self.j, self.k] = values
        made[:, self.pattern, self.k, self.j] = values
        return made


def weigh(Z: np.ndarray, arrangement: Arrangement, weights: np.ndarray) -> Sums:
    """The sums of each sample.

    Args:
        Z: rows x q, the design columns and last the outcome.
        arrangement: who has which row at which visit.
        weights: D x participants, how often each one is in the sample.
    """
    q = Z.shape[1]
    rows, columns = upper_triangle(q)
    tables, counts, places = [], [], []
    for r, (seen, at, members) in enumerate(
        zip(arrangement.patterns, arrangement.rows, arrangement.members, strict=True)
    ):
        visits = np.flatnonzero(seen)
        a, b = np.triu_indices(len(visits))
        table = np.zeros((len(weights), len(a) * len(rows)))
        size = max(1, CHUNK // table.shape[1])
        for start in range(0, len(members), size):
            z = Z[at[start : start + size]]
            products = z[:, a][:, :, rows] * z[:, b][:, :, columns]
            apart = a != b
            products[:, apart] += z[:, b[apart]][:, :, rows] * z[:, a[apart]][:, :, columns]
            table += weights[:, members[start : start + size]] @ products.reshape(len(z), -1)
        tables.append(table.reshape(len(weights), len(a), len(rows)))
        counts.append(weights[:, members].sum(axis=1))
        places.append(np.stack([np.full(len(a), r), visits[a], visits[b]]))
    pattern, j, k = np.concatenate(places, axis=1)
    return Sums(
        arrangement.patterns,
        pattern,
        j,
        k,
        q,
        np.stack(counts, axis=1).astype(float),
        np.concatenate(tables, axis=1),
    )
