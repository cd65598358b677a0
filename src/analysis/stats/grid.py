"""LS means as contrasts: the design at every combination of factor levels, averaged as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .design import Design
from .digest import Digest
from .formula import on_rows

WEIGHTS = ("proportional", "equal")


def mean_rows(
    design: Design | Digest,
    factors: Sequence[str],
    by: Sequence[str] = (),
    *,
    weights: str = "proportional",
    at: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The weights over coefficients that make each LS mean.

    Other factors are averaged over their levels, jointly, in proportion to how often they occur
    among the rows used or equally; other covariates stand at their mean over these rows.

    Args:
        design: the design of the fit.
        factors: factors whose levels are wanted.
        by: factors that split the table; they vary slowest.
        weights: `proportional` or `equal`.
        at: values of numeric covariates instead of their means.

    Returns:
        One row a combination (index: the factors' levels), one column a coefficient.

    Raises:
        UsageError: an unknown factor, covariate or kind of weights.

    Source: Searle, Speed & Milliken (1980) Am Stat 34:216.
    Agrees with: validation/mmrm/reference.json
    """
    wanted = [*by, *factors]
    _check(design, wanted, weights, at or {})
    others = [name for name in design.factors if name not in wanted]
    grid = pd.DataFrame(
        list(product(*(design.factors[name] for name in [*wanted, *others]))),
        columns=[*wanted, *others],
    )
    X = _design_at(design, grid, at or {})
    share = _shares(design, others, weights)
    n_cells = len(grid) // len(share)
    L = np.einsum("s,csp->cp", share, X.reshape(n_cells, len(share), -1))
    cells = grid[wanted].iloc[:: len(share)]
    index = pd.MultiIndex.from_frame(cells[[*factors, *by]])
    return pd.DataFrame(L, index=index, columns=list(design.names))


def _check(
    design: Design | Digest, wanted: list[str], weights: str, at: Mapping[str, float]
) -> None:
    unknown = [name for name in wanted if name not in design.factors]
    if unknown or len(set(wanted)) != len(wanted) or not wanted:
        raise UsageError(
            f"LS means need different factors of the formula, not {', '.join(wanted) or 'none'}.",
            where=design.formula,
            do=f"Factors at hand: {', '.join(design.factors) or 'none'}.",
        )
    if weights not in WEIGHTS:
        raise UsageError(f"Unknown weights {weights!r}.", do=f"Use one of: {', '.join(WEIGHTS)}.")
    strangers = [name for name in at if name not in design.means]
    if strangers:
        raise UsageError(
            f"`at` sets covariates only, not {', '.join(map(str, strangers))}.",
            do=f"Covariates at hand: {', '.join(design.means) or 'none'}.",
        )


def _design_at(design: Design | Digest, grid: pd.DataFrame, at: Mapping[str, float]) -> np.ndarray:
    table = pd.DataFrame(index=grid.index)
    for name, levels in design.factors.items():
        table[name] = pd.Categorical(grid[name], categories=list(levels))
    for name, mean in design.means.items():
        table[name] = float(at.get(name, mean))
    return on_rows(design.spec, table)


def _shares(design: Design | Digest, others: list[str], weights: str) -> np.ndarray:
    """The weight of each combination of the factors that are averaged over; they sum to one."""
    sizes = [len(design.factors[name]) for name in others]
    total = int(np.prod(sizes, dtype=int))
    if weights == "equal" or not others:
        return np.full(total, 1.0 / total)
    counts = design.cells(others).reshape(-1)
    return counts / counts.sum()
