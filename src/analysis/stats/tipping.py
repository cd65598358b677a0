"""Tipping point: how much worse must absent values be before the conclusion changes?

An analysis of covariance is linear in what is added to absent values and its variances are
quadratic, so the analysis of six shifts gives that of every shift exactly, data set by data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .analyse import DIFFERENCE, Analysed, Ancova
from .delta import Delta
from .impute_result import Imputation
from .pool import pool
from .summary import Shown

# Halvings between two points of the grid to find an edge: a billionth of their distance.
HALVINGS = 30
BELOW, OPEN, ABOVE = "below zero", "open", "above zero"


@dataclass(frozen=True, repr=False)
class Tipping(Shown):
    """A map of conclusions.

    grid: one row a pair of deltas: `delta_comparator`, `delta_arm`, estimate, se, df, lower, upper,
    p, mc_error, mc_error_se, `conclusion` (the interval lies below zero, above zero, or is open)
    and `changed` (from that without these deltas). edge: one row a place where the conclusion
    changes along `delta_arm`: `delta_comparator`, `delta_arm`, `before` and `after` it. visit, arm,
    comparator: what is compared. conclusion: without these deltas.
    """

    grid: pd.DataFrame
    edge: pd.DataFrame
    visit: object
    arm: object
    comparator: object
    conclusion: str

    @property
    def tipped(self) -> bool:
        """Whether the conclusion changes anywhere on the grid."""
        return bool(self.grid["changed"].any())

    @property
    def _title(self) -> str:
        return "Tipping point"

    def _facts(self) -> dict[str, object]:
        return {
            "comparison": f"{self.arm} - {self.comparator} at {self.visit}",
            "conclusion without deltas": self.conclusion,
            "points": len(self.grid),
            "points where it changes": int(self.grid["changed"].sum()),
        }

    def _shown(self) -> pd.DataFrame:
        if self.edge.empty:
            return pd.DataFrame({"name": ["The conclusion does not change between these points"]})
        words = self.edge["before"] + " to " + self.edge["after"]
        return self.edge.drop(columns=["before", "after"]).assign(name=words)


@dataclass(frozen=True)
class _Surface:
    """Estimates and variances of every data set as polynomials in the two deltas.

    estimate: 3 x D, of 1, b, a. variance: 6 x D, of 1, b, a, b^2, a^2, ab; or None.
    """

    estimate: np.ndarray
    variance: np.ndarray | None
    df: np.ndarray
    method: str
    level: float
    interval: str

    def pooled(self, b: np.ndarray, a: np.ndarray) -> pd.DataFrame:
        """The pooled results at K pairs of deltas (comparator's, arm's)."""
        one = np.ones_like(a)
        labels = pd.DataFrame({"delta_comparator": b, "delta_arm": a})
        variances = None
        if self.variance is not None:
            variances = self.variance.T @ np.stack([one, b, a, b * b, a * a, a * b])
        estimates = self.estimate.T @ np.stack([one, b, a])
        df = np.multiply.outer(self.df, one) if np.ndim(self.df) else np.full(len(a), self.df)
        analysed = Analysed(labels, estimates, variances, df)
        table = pool(analysed, self.method, level=self.level, interval=self.interval).table
        return table.assign(conclusion=_conclusions(table))


def tipping(
    imputation: Imputation,
    deltas: Sequence[float],
    *,
    comparator_deltas: Sequence[float] = (0.0,),
    arm: object = None,
    visit: object = None,
    gaps: bool = False,
    cumulative: bool = False,
    scale: Sequence[float] | None = None,
) -> Tipping:
    """Where does the conclusion change, if absent values are worse (or better) than assumed?

    Args:
        imputation: what `impute` returned; deltas are added to what it added already.
        deltas: added to absent values of the arm, in the outcome's unit.
        comparator_deltas: added to those of the comparator; default: one-arm map.
        arm: which arm; needed where there are more than two.
        visit: where it is compared; default the last.
        gaps: see `Delta`.
        cumulative: see `Delta`.
        scale: see `Delta`.

    Returns:
        The grid, and the edges to a billionth of the distance between its points.

    Raises:
        UsageError: an unknown arm or visit, or deltas that are no numbers.

    Source: Cro et al. (2020) Stat Med 39:2815; Liublinska & Rubin (2014) Stat Med 33:4170.
    """
    _refuse_curved(imputation)
    planned, comparator = imputation.planned, imputation.settings.comparator
    arms = list(planned.people.arm.categories)
    base = arms[comparator]
    arm, visit = _which(imputation, arm, visit)
    a, b = _numbers(deltas, "deltas"), _numbers(comparator_deltas, "comparator_deltas")
    units = [
        Delta({who: 1.0}, cumulative=cumulative, scale=scale, gaps=gaps).shifts(
            planned.people, planned.events, planned.names.arm
        )
        for who in (base, arm)
    ]
    labels = imputation.analysed.labels
    here = (labels["visit"] == visit) & (labels["arm"] == arm) & (labels["kind"] == DIFFERENCE)
    step = max(float(np.abs(np.concatenate([a, b])).max()), 1e-6)
    surface = _surface(imputation, units, int(np.flatnonzero(here)[0]), step)
    grid = surface.pooled(np.repeat(b, len(a)), np.tile(a, len(b)))
    start = surface.pooled(np.zeros(1), np.zeros(1))["conclusion"].iloc[0]
    grid = grid.assign(changed=grid["conclusion"] != start)
    return Tipping(grid, _edges(surface, grid, len(a)), visit, arm, base, str(start))


def _refuse_curved(imputation: Imputation) -> None:
    if not isinstance(imputation, Imputation):
        raise UsageError(
            f"A tipping point starts from an imputation, not a {type(imputation).__name__}.",
            where="imputation",
            do="Pass what analysis.impute(...) returned.",
        )
    if not isinstance(imputation.analysis, Ancova):
        raise UsageError(
            "A tipping point is worked out for an analysis of covariance only.",
            where="analysis",
            why="Another analysis is not linear in what is added to absent values.",
            do="Impute with analysis='ancova' or a formula for it.",
        )


def _which(imputation: Imputation, arm: object, visit: object) -> tuple[object, object]:
    people = imputation.planned.people
    arms = list(people.arm.categories)
    others = [one for i, one in enumerate(arms) if i != imputation.settings.comparator]
    if arm is None and len(others) == 1:
        arm = others[0]
    visit = people.visits[-1] if visit is None else visit
    if arm not in others or visit not in people.visits:
        raise UsageError(
            "The comparison is not clear: name an arm other than the comparator, and a visit.",
            where=f"arm={arm!r}, visit={visit!r}",
            do=f"Arms: {', '.join(map(str, others))}. "
            f"Visits: {', '.join(map(str, people.visits))}.",
        )
    return arm, visit


def _numbers(given: Sequence[float], name: str) -> np.ndarray:
    try:
        made = np.unique(np.asarray(given, dtype=float))
    except (TypeError, ValueError):
        made = np.array([np.nan])
    if isinstance(given, str) or not len(made) or not np.isfinite(made).all():
        raise UsageError(
            f"{name} must be finite numbers, at least one.",
            where=name,
            do="Pass points of the outcome, such as range(0, 31, 2).",
        )
    return made


def _surface(imputation: Imputation, units: list[np.ndarray], j: int, h: float) -> _Surface:
    """The polynomials, from the analyses at 0, h and -h of either arm and at h of both."""

    def at(b: float, a: float) -> tuple[np.ndarray, np.ndarray | None]:
        shift = imputation.shift + b * units[0] + a * units[1]
        made = imputation.analysed_at(shift)
        return made.estimates[:, j], None if made.variances is None else made.variances[:, j]

    (e0, v0), (eb, vb), (ea, va) = at(0, 0), at(h, 0), at(0, h)
    estimate = np.stack([e0, (eb - e0) / h, (ea - e0) / h])
    variance = None
    if v0 is not None:
        vb_, va_, vab = at(-h, 0)[1], at(0, -h)[1], at(h, h)[1]
        b1, a1 = (vb - vb_) / (2 * h), (va - va_) / (2 * h)
        b2, a2 = ((vb + vb_) / 2 - v0) / h**2, ((va + va_) / 2 - v0) / h**2
        ab = (vab - vb - va + v0) / h**2
        variance = np.stack([v0, b1, a1, b2, a2, ab])
    chosen = imputation.settings
    df = imputation.analysed.df[..., j]
    return _Surface(estimate, variance, df, chosen.method, chosen.level, chosen.interval)


def _conclusions(table: pd.DataFrame) -> np.ndarray:
    """What the interval says."""
    return np.select([table["upper"] < 0, table["lower"] > 0], [BELOW, ABOVE], OPEN)


def _edges(surface: _Surface, grid: pd.DataFrame, width: int) -> pd.DataFrame:
    """Where the conclusion changes between neighbours along the arm's delta, by halving."""
    words = grid["conclusion"].to_numpy().reshape(-1, width)
    deltas = grid["delta_arm"].to_numpy().reshape(-1, width)
    rows, columns = np.nonzero(words[:, 1:] != words[:, :-1])
    b = grid["delta_comparator"].to_numpy().reshape(-1, width)[rows, columns]
    low, high = deltas[rows, columns], deltas[rows, columns + 1]
    before, after = words[rows, columns], words[rows, columns + 1]
    for _ in range(HALVINGS if len(rows) else 0):
        middle = (low + high) / 2
        same = surface.pooled(b, middle)["conclusion"].to_numpy() == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return pd.DataFrame(
        {
            "delta_comparator": b,
            "delta_arm": (low + high) / 2,
            "before": before.astype(str),
            "after": after.astype(str),
        }
    )
