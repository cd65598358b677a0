"""Network meta-analysis: all treatments compared at once, and whether the evidence agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import ModelError, UsageError

from .components import fit_components
from .network_data import Network

METHODS = {"fixed": "common effect", "dl": "DerSimonian-Laird", "reml": "REML", "ml": "ML"}


@dataclass(frozen=True)
class NetworkEstimate:
    """effects of each treatment against the reference, with covariance; tau2 common to all (nan
    where no degree of freedom is left to estimate it: the effects are then those without it).

    q, q_df: generalised Cochran's Q at tau2 = 0 and its degrees of freedom. i2: share of the
    variance of estimates that is not chance, 0 to 1, from q; nan without a degree of freedom.
    """

    method: str
    effects: np.ndarray
    covariance: np.ndarray
    tau2: float
    q: float
    q_df: int
    i2: float


@dataclass(frozen=True)
class Consistency:
    """Q in total, within designs and between designs (the design-by-treatment test), at tau2 = 0.

    between_random: the same test with tau2 as it is within designs (tau2_within), for random
    effects (nan where no two studies have the same design). Each is (Q, degrees of freedom, p).
    """

    total: tuple[float, int, float]
    within: tuple[float, int, float]
    between: tuple[float, int, float]
    between_random: tuple[float, int, float]
    tau2_within: float


@dataclass(frozen=True)
class Split:
    """One comparison from studies that make it (direct) and from the others (indirect).

    difference: direct minus indirect, with se and p. tau2: of the split model. studies: how many
    make the comparison.
    """

    treatment: int
    comparator: int
    studies: int
    direct: float
    direct_se: float
    indirect: float
    indirect_se: float
    difference: float
    se: float
    p: float
    tau2: float


def estimate_network(network: Network, *, method: str = "reml") -> NetworkEstimate:
    """Every treatment against the reference, by generalised least squares.

    Args:
        network: from `build_network`.
        method: of tau2: `fixed`, `dl`, `reml` or `ml`.

    Raises:
        UsageError: an unknown method.
        ModelError: no convergence.

    Source: Higgins et al. (2012) Res Synth Methods 3:98; White et al. (2012) Res Synth Methods
    3:111; Jackson, White & Riley (2012) Stat Med 31:3805 for `dl`.
    Agrees with: validation/metafor/README.md
    """
    if method not in METHODS:
        raise UsageError(
            f"There is no estimator of tau2 called {method!r} for networks.",
            where="method",
            do=f"Use one of: {', '.join(METHODS)}.",
        )
    q = _q(network, network.design, 0.0)
    df = len(network.y) - network.design.shape[1]
    tau2 = _tau2(network, network.design, method)
    effects, covariance = _solved(network, network.design, 0.0 if np.isnan(tau2) else tau2)
    i2 = max(0.0, (q - df) / q) if q > 0 and df > 0 else 0.0 if df > 0 else np.nan
    return NetworkEstimate(method, effects, covariance, tau2, q, df, i2)


def consistency(network: Network, *, method: str = "reml") -> Consistency:
    """Whether studies of different designs (sets of treatments) tell the same story.

    Args:
        network: from `build_network`.
        method: of tau2 within designs.

    Raises:
        ModelError: a network without a loop of different designs: nothing can disagree.

    Source: Krahn, Binder & Konig (2013) BMC Med Res Methodol 13:35; Higgins et al. (2012) Res Synth
    Methods 3:98; Jackson et al. (2014) Stat Med 33:3639.
    Agrees with: validation/metafor/README.md
    """
    wide = _by_design(network)
    n, p, full = len(network.y), network.design.shape[1], wide.shape[1]
    if full == p:
        raise ModelError(
            "The network has no loop of different designs, so that nothing can disagree.",
            do="Say that consistency could not be checked.",
        )
    total, within = _q(network, network.design, 0.0), _q(network, wide, 0.0)
    tau2 = _tau2(network, wide, method)
    random = np.nan
    if not np.isnan(tau2):
        random = _q(network, network.design, tau2) - _q(network, wide, tau2)
    return Consistency(
        _tested(total, n - p),
        _tested(within, n - full),
        _tested(total - within, full - p),
        _tested(random, full - p),
        tau2,
    )


def node_splits(network: Network, *, method: str = "reml") -> list[Split]:
    """Direct and indirect evidence on each comparison that has both.

    In a study of several arms the difference is shared evenly by the two arms compared.

    Args:
        network: from `build_network`.
        method: of tau2, which is estimated anew for each split.

    Source: Dias et al. (2010) Stat Med 29:932; White (2015) Stata J 15:951 for several arms.
    """
    p = network.design.shape[1]
    made = []
    for a, b in _compared(network):
        here = [i for i, own in enumerate(network.designs) if {a, b} <= set(own)]
        towards = np.zeros(len(network.treatments))
        towards[a], towards[b] = 0.5, -0.5
        extra = np.where(np.isin(network.study, here), network.arms @ towards, 0.0)
        X = np.column_stack([network.design, extra])
        if np.linalg.matrix_rank(X) > p:
            made.append(_split(network, X, a, b, len(here), method))
    return made


def _solved(network: Network, X: np.ndarray, tau2: float) -> tuple[np.ndarray, np.ndarray]:
    solved = np.linalg.solve(network.V + tau2 * network.T, np.column_stack([X, network.y]))
    covariance = np.linalg.inv(X.T @ solved[:, :-1])
    return covariance @ (X.T @ solved[:, -1]), covariance


def _q(network: Network, X: np.ndarray, tau2: float) -> float:
    beta, _ = _solved(network, X, tau2)
    left = network.y - X @ beta
    return float(left @ np.linalg.solve(network.V + tau2 * network.T, left))


def _tau2(network: Network, X: np.ndarray, method: str) -> float:
    if method == "fixed":
        return 0.0
    if len(network.y) <= X.shape[1]:
        return np.nan
    if method == "dl":
        W = np.linalg.inv(network.V)
        P = W - W @ X @ np.linalg.solve(X.T @ W @ X, X.T @ W)
        df = len(network.y) - X.shape[1]
        return max(0.0, (_q(network, X, 0.0) - df) / float(np.sum(P * network.T)))
    fit = fit_components(network.y, network.V, X, [network.T], reml=method == "reml")
    return float(fit.theta[0])


def _by_design(network: Network) -> np.ndarray:
    """Effects of their own for each design: the design-by-treatment interaction in full."""
    of_row = [network.designs[i] for i in network.study]
    blocks = []
    for design in dict.fromkeys(network.designs):
        inside = np.array([own == design for own in of_row])
        blocks.append(np.where(inside[:, None], network.arms[:, list(design[1:])], 0.0))
    return np.column_stack(blocks)


def _tested(q: float, df: int) -> tuple[float, int, float]:
    return float(q), int(df), float(stats.chi2.sf(q, df)) if df > 0 else float("nan")


def _compared(network: Network) -> Sequence[tuple[int, int]]:
    """Pairs of treatments that some study compares, the later one first."""
    pairs = {
        (b, a) for design in network.designs for i, a in enumerate(design) for b in design[i + 1 :]
    }
    return sorted(pairs)


def _split(network: Network, X: np.ndarray, a: int, b: int, studies: int, method: str) -> Split:
    tau2 = _tau2(network, X, method)
    beta, covariance = _solved(network, X, 0.0 if np.isnan(tau2) else tau2)
    indirect = np.zeros(X.shape[1])
    for treatment, sign in ((a, 1.0), (b, -1.0)):
        if treatment:
            indirect[treatment - 1] = sign
    direct = indirect.copy()
    direct[-1] = 1.0
    (d, d_se), (i, i_se) = (
        (float(L @ beta), float(np.sqrt(L @ covariance @ L))) for L in (direct, indirect)
    )
    difference, se = float(beta[-1]), float(np.sqrt(covariance[-1, -1]))
    p = float(2 * stats.norm.sf(abs(difference) / se))
    return Split(a, b, studies, d, d_se, i, i_se, difference, se, p, tau2)
