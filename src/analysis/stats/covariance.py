"""Covariance structures over the visits: one small function and one row of the table each.

A structure turns parameters into Sigma (M x M), its first derivatives (k x M x M) and its second
derivatives (k x k x M x M). Parameters are free real numbers (logarithms of standard deviations and
the like), so that every finite point is allowed. The table STRUCTURES drives parsing and help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.errors import UsageError

Derivatives = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Structure:
    """One covariance structure.

    start: from a rough Sigma (M x M, positive definite) to parameters. build: from parameters and M
    to Sigma and its derivatives. needs_every_pair: every two visits must be seen together.
    """

    name: str
    words: str
    n_parameters: Callable[[int], int]
    start: Callable[[np.ndarray], np.ndarray]
    build: Callable[[np.ndarray, int], Derivatives]
    needs_every_pair: bool = False


def unstructured(theta: np.ndarray, n_visits: int) -> Derivatives:
    """Sigma = L L' with L = D U: D = exp(first M parameters), U unit lower triangular, by rows.

    Source: Pinheiro & Bates (1996) Stat Comput 6:289, the logarithm of the Cholesky factor.
    """
    below = np.tril_indices(n_visits, -1)
    scale = np.exp(theta[:n_visits])
    unit = np.eye(n_visits)
    unit[below] = theta[n_visits:]
    L = scale[:, None] * unit
    k = len(theta)
    dL = np.zeros((k, n_visits, n_visits))
    visits = np.arange(n_visits)
    dL[visits, visits] = L
    free = np.arange(n_visits, k)
    dL[free, below[0], below[1]] = scale[below[0]]
    dLL = np.einsum("iab,cb->iac", dL, L)
    second = np.einsum("iab,jcb->ijac", dL, dL, optimize=True)
    # L itself is curved only along log D: d2L[a, a] = row a, d2L[a, below of row a] = its derivative.
    second[visits, visits] += dLL[visits]
    second[below[0], free] += dLL[free]
    second[free, below[0]] += dLL[free]
    first = dLL + dLL.transpose(0, 2, 1)
    return L @ L.T, first, second + second.transpose(0, 1, 3, 2)


def _start_unstructured(sigma: np.ndarray) -> np.ndarray:
    L = np.linalg.cholesky(sigma)
    scale = np.diag(L)
    unit = L / scale[:, None]
    return np.concatenate([np.log(scale), unit[np.tril_indices(len(sigma), -1)]])


STRUCTURES: dict[str, Structure] = {
    row.name: row
    for row in (
        Structure(
            "us",
            "unstructured covariance",
            lambda m: m * (m + 1) // 2,
            _start_unstructured,
            unstructured,
            needs_every_pair=True,
        ),
    )
}


def find_structure(name: str) -> Structure:
    """The row of the table with this name.

    Raises:
        UsageError: no such structure; names those at hand.
    """
    if name not in STRUCTURES:
        raise UsageError(
            f"There is no covariance structure {name!r}.",
            where="covariance",
            do="Use one of: "
            + ", ".join(f"{row.name} ({row.words})" for row in STRUCTURES.values())
            + ".",
        )
    return STRUCTURES[name]
