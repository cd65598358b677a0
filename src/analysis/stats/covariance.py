"""Covariance structures over the visits: one small function and one row of the table each.

A structure turns parameters into Sigma (M x M), its first derivatives (k x M x M) and its second
derivatives (k x k x M x M). Parameters are free real numbers (logarithms of standard deviations and
the like), so that every finite point is allowed. The table STRUCTURES drives parsing and help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.errors import UsageError

from .correlation import (
    ANY,
    POSITIVE,
    SHARED,
    Derivatives,
    Link,
    Pattern,
    antedependent,
    banded,
    exchangeable,
    first_order,
    spatial,
)
from .random_effects import edge_of_effects, induced, start_induced
from .sigma import scaled, start_scaled, start_unstructured, unstructured

# A correlation below this is no estimate: a thousand participants tell it from zero at about 0.03.
VANISHED = 1e-6


def _no_edge(theta: np.ndarray, times: np.ndarray) -> None:
    return None


@dataclass(frozen=True)
class Structure:
    """One covariance structure.

    n_parameters: from M to k. start: from a rough Sigma (M x M, positive definite) and the visits'
    times to parameters. build: from parameters and times to Sigma and its derivatives.
    needs_every_pair: every two visits must be seen together. needs_times: visits are numbers.
    edge: from parameters and times to what lies at a boundary though Sigma does not, or None.
    signs: how many of the last parameters are correlations that reach Sigma through products, where
    a change of sign may lead to another maximum; from M.
    """

    name: str
    words: str
    n_parameters: Callable[[int], int]
    start: Callable[[np.ndarray, np.ndarray], np.ndarray]
    build: Callable[[np.ndarray, np.ndarray], Derivatives]
    needs_every_pair: bool = False
    needs_times: bool = False
    edge: Callable[[np.ndarray, np.ndarray], str | None] = _no_edge
    signs: Callable[[int], int] = lambda m: 0


def _one(rho: float, times: np.ndarray) -> np.ndarray:
    return np.array([rho])


def _one_a_step(rho: float, times: np.ndarray) -> np.ndarray:
    return np.full(len(times) - 1, rho)


def _one_a_lag(rho: float, times: np.ndarray) -> np.ndarray:
    return rho ** np.arange(1, len(times))


def _per_time(rho: float, times: np.ndarray) -> np.ndarray:
    return np.array([rho ** (1.0 / np.diff(np.sort(times)).mean() if len(times) > 1 else 1.0)])


def _edge_spatial(theta: np.ndarray, times: np.ndarray) -> str | None:
    """Decay cannot turn negative: a correlation of neighbours that vanishes is at its boundary."""
    rho, _, _ = POSITIVE.forward(theta[1:], len(times))
    nearest = float(np.diff(np.sort(times)).min(initial=np.inf))
    return "the correlation in time is zero" if rho[0] ** nearest < VANISHED else None


def _row(
    name: str,
    words: str,
    pattern: Pattern,
    guess: Callable[[float, np.ndarray], np.ndarray],
    link: Link = ANY,
) -> Structure:
    """A row whose correlations follow a pattern; a name that ends in h has a variance a visit."""
    every_visit = name.endswith("h")
    return Structure(
        name,
        words + (", a variance a visit" if every_visit else ""),
        lambda m: (m if every_visit else 1) + len(guess(0.5, np.arange(float(m)))),
        partial(start_scaled, guess, link, every_visit),
        partial(scaled, pattern, link, every_visit),
        needs_times=pattern is spatial,
        edge=_edge_spatial if pattern is spatial else _no_edge,
        signs=lambda m: m - 1 if pattern is antedependent else 0,
    )


def _induced_row(name: str, words: str, n_effects: int) -> Structure:
    """A row whose Sigma comes from random effects."""
    return Structure(
        name,
        words,
        lambda m: n_effects * (n_effects + 1) // 2 + 1,
        partial(start_induced, n_effects),
        partial(induced, n_effects),
        needs_times=n_effects > 1,
        edge=partial(edge_of_effects, n_effects),
    )


STRUCTURES: dict[str, Structure] = {
    row.name: row
    for row in (
        Structure(
            "us",
            "unstructured covariance",
            lambda m: m * (m + 1) // 2,
            start_unstructured,
            unstructured,
            needs_every_pair=True,
        ),
        _row("ar1", "autoregressive covariance", first_order, _one),
        _row("ar1h", "autoregressive covariance", first_order, _one),
        _row("cs", "compound symmetry", exchangeable, _one, SHARED),
        _row("csh", "compound symmetry", exchangeable, _one, SHARED),
        _row("toep", "Toeplitz covariance", banded, _one_a_lag),
        _row("toeph", "Toeplitz covariance", banded, _one_a_lag),
        _row("ad", "ante-dependent covariance", antedependent, _one_a_step),
        _row("adh", "ante-dependent covariance", antedependent, _one_a_step),
        _row("sp_exp", "exponential decay in time", spatial, _per_time, POSITIVE),
        _induced_row("ri", "random intercepts", 1),
        _induced_row("ri+rs", "random intercepts and slopes", 2),
    )
}


def find_structure(name: str) -> Structure:
    """The row of the table with this name.

    Raises:
        UsageError: no such structure; names those at hand.
    """
    if not isinstance(name, str) or name not in STRUCTURES:
        raise UsageError(
            f"There is no covariance structure {name!r}.",
            where="covariance",
            do="Use one of: "
            + ", ".join(f"{row.name} ({row.words})" for row in STRUCTURES.values())
            + ".",
        )
    return STRUCTURES[name]
