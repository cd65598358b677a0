"""Columns freed of their means: the same model in numbers whose cross-products keep their digits.

A covariate (or an outcome) whose mean is many times its spread almost repeats the intercept; in its
squares the spread would drown. Such a column is replaced by what the columns before it leave of it:
X' = X T with T unit triangular (in the order indicators, covariates), y' = y - X' o. The mean model
and |X'WX| stay as they are (det T = 1), and T and o bring coefficients and contrasts back exactly.
A basis is settled once, from some rows; sums made in one basis can be added.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

# A column is replaced when others explain all but this share of its squares: a mean of ten times
# the spread. Up to there cross-products lose two digits of sixteen.
NEEDED = 1e-2
# Of a column's length: a coefficient below it is rounding, and zeros keep the sums sparse.
ROUNDING = 1e-10
# How much longer the rest may be when only columns that are zero elsewhere too may explain.
NARROW = 10.0
# Rows that settle the basis, and rows of a column that few of them show.
SAMPLE, RARE = 2000, 20


@dataclass(frozen=True)
class Basis:
    """T (p x p) and o (p); T None: the columns and the outcome as they are."""

    T: np.ndarray | None = None
    o: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def apply(self, Z: np.ndarray) -> np.ndarray:
        """Rows of [X, y] in this basis, written over those given."""
        if self.T is None:
            return Z
        moved = [j for j in range(len(self.T)) if np.count_nonzero(self.T[:, j]) > 1]
        made = []
        for j in moved:
            used = np.flatnonzero(self.T[:, j])
            made.append(Z[:, used] @ self.T[used, j])
        for j, column in zip(moved, made, strict=True):
            Z[:, j] = column
        if self.o.any():
            Z[:, -1] -= Z[:, :-1] @ self.o
        return Z

    def contrasts(self, L: np.ndarray) -> np.ndarray:
        """Contrasts of the coefficients as contrasts of those in this basis."""
        return L if self.T is None else L @ self.T

    def level(self, beta: np.ndarray) -> np.ndarray:
        """The coefficients of y itself on the columns of this basis."""
        return beta if self.T is None else beta + self.o

    def coefficients(self, beta: np.ndarray) -> np.ndarray:
        """The coefficients of y on X, from those of y' on X' (any leading axes)."""
        return beta if self.T is None else (beta + self.o) @ self.T.T

    def covariance(self, inner: np.ndarray) -> np.ndarray:
        """The covariance of the coefficients on X."""
        return inner if self.T is None else self.T @ inner @ self.T.T

    def squares(self, gram: np.ndarray) -> np.ndarray:
        """Sums of squares of X and y themselves, from [X', y']'[X', y'] (p + 1 numbers)."""
        if self.T is None:
            return np.diag(gram)
        back = np.eye(len(gram))
        back[:-1, :-1] = np.linalg.inv(self.T)
        back[:-1, -1] = self.o
        return np.einsum("ij,ik,kj->j", back, gram, back)


def find_basis(X: np.ndarray, y: np.ndarray) -> Basis:
    """The basis for these rows; the columns themselves where none of them needs another.

    Args:
        X: rows x p, the design columns; all rows or a sample of them.
        y: the outcomes.

    Source: Bjorck (1996) Numerical Methods for Least Squares Problems, SIAM: normal equations
        square the condition of the columns they are formed from.
    Agrees with: validation/mmrm/reference.json
    """
    sample, p = _sample(X, y), X.shape[1]
    X = sample[:, :-1]
    indicator = ((X == 0) | (X == 1)).all(axis=0)
    order = [*np.flatnonzero(indicator), *np.flatnonzero(~indicator), p]
    # Columns of the triangle lie to each other as those of the sample do.
    R = np.empty((min(sample.shape), p + 1))
    R[:, order] = np.linalg.qr(sample[:, order], mode="r")
    elsewhere = np.ones((p + 1, p + 1), dtype=bool)
    elsewhere[:p, :p] = (X != 0).T.astype(float) @ (X == 0).astype(float) > 0
    T, o, found = np.eye(p), np.zeros(p), False
    for place, j in enumerate(order):
        before = np.array(order[:place], dtype=int)
        if (j < p and indicator[j]) or not len(before):
            continue
        a = _explained(R, j, before, before[~elsewhere[before, j]])
        if a is None:
            continue
        found = True
        if j == p:
            o[before] = a
        else:
            R[:, j] -= R[:, before] @ a
            T[:, j] -= T[:, before] @ a
    return Basis(T, o) if found else Basis()


def _explained(R: np.ndarray, j: int, before: np.ndarray, narrow: np.ndarray) -> np.ndarray | None:
    """The coefficients by which columns before j explain it almost wholly, or None."""
    own = np.linalg.norm(R[:, j])
    wide, rest = _least_squares(R, j, before)
    if not rest**2 < NEEDED * own**2:
        return None
    if 0 < len(narrow) < len(before):
        few, left = _least_squares(R, j, narrow)
        if left**2 < NEEDED * own**2 and left < max(NARROW * rest, ROUNDING * own):
            return np.array([few[list(narrow).index(b)] if b in narrow else 0.0 for b in before])
    return wide


def _least_squares(R: np.ndarray, j: int, columns: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients of some columns for column j, and the length of what they leave."""
    lengths = np.linalg.norm(R[:, columns], axis=0)
    usable = lengths > 0
    scaled = R[:, columns] / np.where(usable, lengths, 1.0)
    a = np.linalg.lstsq(scaled, R[:, j], rcond=None)[0]
    a[np.abs(a) < ROUNDING * np.linalg.norm(R[:, j])] = 0.0
    rest = np.linalg.norm(R[:, j] - scaled @ a)
    return a / np.where(usable, lengths, 1.0), float(rest)


def _sample(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Some rows, the same for the same table; each column that is not empty shows itself."""
    rows = np.arange(len(y))
    if len(y) > SAMPLE:
        rows = np.random.default_rng(0).integers(0, len(y), SAMPLE)
        for j in np.flatnonzero((X[rows] != 0).sum(axis=0) < RARE):
            at = np.flatnonzero(X[:, j])
            rows = np.append(rows, at[:: max(1, len(at) // SAMPLE)])
    return np.column_stack([X[rows], y[rows]])
