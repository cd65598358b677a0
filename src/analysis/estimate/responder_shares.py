"""Shares of responders by arm and how they compare: standardised, and as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.stats.binary import (
    Interval,
    Share,
    counted,
    hybrid_difference,
    hybrid_ratio,
    number_needed_to_treat,
    wilson,
)
from analysis.stats.binary_pool import imputed_share, pool_estimates
from analysis.stats.binary_score import miettinen_nurminen
from analysis.stats.standardise import SCALES, from_scale, on_scale, standardise

PERCENT, DIFFERENCE, RATIO, ODDS_RATIO = SCALES
NNT = "number needed to treat"
_STANDARDISED = "logistic regression, standardised shares, delta method"


@dataclass(frozen=True)
class Group:
    """The people who are counted, as the comparison needs them.

    Attributes:
        X: N x k, columns of the logistic model; at: A x N x k, with everybody in arm a.
        arm: N, the place of each one's arm; the comparator's is 0.
        formula: of the model.
    """

    X: np.ndarray
    at: np.ndarray
    arm: np.ndarray
    formula: str

    def only(self, counted_people: np.ndarray) -> Group:
        """These people of it."""
        kept = counted_people
        return Group(self.X[kept], self.at[:, kept], self.arm[kept], self.formula)

    @property
    def sizes(self) -> np.ndarray:
        """People of each arm."""
        return np.bincount(self.arm, minlength=len(self.at))


@dataclass(frozen=True)
class Compared:
    """Shares and comparisons of all arms with the comparator.

    Attributes:
        numbers: by scale (a share and its kin of `stats.standardise`, and the number needed to
            treat) a table with a row an arm: estimate, lower, upper, and where there are such se,
            df, p, mc_error. Shares and differences are percent and percentage points.
        method: how, in words.
        without_estimate: data sets in which the model has none; then there are no numbers.
    """

    numbers: dict[str, pd.DataFrame]
    method: str
    without_estimate: int = 0


def compare_standardised(responds: np.ndarray, group: Group, level: float) -> Compared:
    """Shares as if everybody had been in each arm, pooled over data sets.

    Args:
        responds: D x N truth values.
        group: the N people.
        level: of the intervals.

    Returns:
        No numbers where the model has no estimate in some data set.

    Raises:
        ModelError: no more people than coefficients.
    """
    D = len(responds)
    if np.linalg.matrix_rank(group.X) < group.X.shape[1]:
        return Compared({}, _STANDARDISED, D)
    made = standardise(responds, group.X, group.at)
    if made.separated.any():
        return Compared({}, _STANDARDISED, int(made.separated.sum()))
    numbers = {}
    for scale in SCALES if len(group.at) > 1 else (PERCENT,):
        estimates, variances = on_scale(made, scale, comparator=0)
        first = 0 if scale == PERCENT else 1
        table = pool_estimates(estimates[:, first:], variances[:, first:], made.df, level=level)
        numbers[scale] = _told(table, scale, first)
    # The share has its own error, not that of its logit.
    se = np.sqrt(np.einsum("daa->da", made.covariance))
    own = pool_estimates(made.share, se**2, made.df, level=level)
    numbers[PERCENT] = numbers[PERCENT].assign(
        se=100 * own["se"], mc_error=100 * own["mc_error"], p=np.nan
    )
    if DIFFERENCE in numbers:
        numbers[NNT] = _needed(numbers[DIFFERENCE])
    return Compared(numbers, f"{_STANDARDISED}: {group.formula}")


def compare_as_they_are(responds: np.ndarray, group: Group, level: float) -> Compared:
    """Shares of the people themselves: score intervals, whatever the numbers are.

    One data set is compared by Miettinen and Nurminen, imputed ones by hybrids of their Wilson
    intervals (Newcombe; Donner and Zou), which have an interval also where nobody responds.

    Args:
        responds: D x N truth values.
        group: the N people.
        level: of the intervals.
    """
    member = group.arm[:, None] == np.arange(len(group.at))
    counts = responds.astype(float) @ member
    sizes, D = group.sizes, len(responds)
    if D > 1:
        share = imputed_share(counts / sizes, sizes, level=level)
        words = "unadjusted shares, Wilson and hybrid score intervals over imputations"
    else:
        share = counted(counts[0], sizes, level)
        words = "unadjusted shares, Wilson and Miettinen-Nurminen intervals"
    numbers = {PERCENT: _frame(wilson(share), 100.0, _chance(counts / sizes))}
    if len(sizes) > 1:
        difference, ratio = _compared(share, counts[0], sizes, level, imputed=D > 1)
        chance = _chance(counts[:, 1:] / sizes[1:] - counts[:, :1] / sizes[0])
        numbers[DIFFERENCE] = _frame(difference, 100.0, chance, first=1)
        numbers[RATIO] = _frame(ratio, 1.0, None, first=1)
        numbers[NNT] = _needed(numbers[DIFFERENCE])
    return Compared(numbers, words)


def _compared(
    share: Share, counts: np.ndarray, sizes: np.ndarray, level: float, *, imputed: bool
) -> tuple[Interval, Interval]:
    if not imputed:
        given = (counts[1:], sizes[1:], counts[0], sizes[0])
        return (
            miettinen_nurminen(*given, scale="difference", level=level),
            miettinen_nurminen(*given, scale="ratio", level=level),
        )
    others = Share(share.value[1:], share.n[1:], share.critical[1:])
    base = Share(share.value[:1], share.n[:1], share.critical[:1])
    return hybrid_difference(others, base), hybrid_ratio(others, base)


def _chance(values: np.ndarray) -> np.ndarray:
    """The Monte Carlo error of means over data sets."""
    if len(values) == 1:
        return np.zeros(values.shape[1])
    return values.std(axis=0, ddof=1) / np.sqrt(len(values))


def _frame(
    made: Interval, factor: float, chance: np.ndarray | None, first: int = 0
) -> pd.DataFrame:
    bounds = {key: factor * getattr(made, key) for key in ("estimate", "lower", "upper")}
    table = pd.DataFrame({**bounds, "se": np.nan, "df": np.nan, "p": np.nan, "mc_error": np.nan})
    if chance is not None:
        table["mc_error"] = factor * chance
    return table.set_axis(range(first, first + len(table)))


def _told(table: pd.DataFrame, scale: str, first: int) -> pd.DataFrame:
    factor = 100.0 if scale in (PERCENT, DIFFERENCE) else 1.0
    bounds = ["estimate", "lower", "upper"]
    back = {key: factor * from_scale(table[key].to_numpy(), scale) for key in bounds}
    made = table.assign(**back)
    if scale == DIFFERENCE:
        made = made.assign(se=factor * table["se"], mc_error=factor * table["mc_error"])
    else:
        # Errors of a logarithm are not errors of the ratio.
        made = made.assign(se=np.nan, mc_error=np.nan)
    return made.set_axis(range(first, first + len(made)))


def _needed(difference: pd.DataFrame) -> pd.DataFrame:
    parts = (difference[key].to_numpy() / 100 for key in ("estimate", "lower", "upper"))
    made = number_needed_to_treat(Interval(*parts))
    return _frame(made, 1.0, None, first=int(difference.index[0]))
