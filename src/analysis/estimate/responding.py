"""Who responds: everyone's improvement, under each way of treating the scores that are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimate.imputing import Imputations, Imputed
from analysis.terms import BASELINE, FAILURE, SET

NON_RESPONDER = "non-responder"
OBSERVED_CASES = "observed cases"
BESIDE = {
    NON_RESPONDER: "people without a score count as not responding",
    OBSERVED_CASES: "people without a score are left out",
}
# Thirty percent of 54 mm is 16.2 mm, and must be met by 16.2 mm whatever the computer rounds.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Handling:
    """One way of treating missing scores.

    Attributes:
        key: of the plan's assumption, or `non-responder` or `observed cases`.
        words: what it assumes.
        gain: D x N x M, points by which each person improved since the start, worse is negative;
            not a number where nothing is assumed, which meets no threshold.
        counted: N x M, who is counted.
        imputed: whether the D data sets are imputed ones.
        draws: how they were drawn, in words; empty for one data set.
    """

    key: str
    words: str
    gain: np.ndarray
    counted: np.ndarray
    imputed: bool
    draws: str

    def responds(self, needed: np.ndarray) -> np.ndarray:
        """Whose improvement reaches the points that it needs (N), D x N x M."""
        return reaches(self.gain, needed[:, None])


def reaches(gain: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Whether an improvement is as large as needed; one that is not known is not."""
    return gain >= needed - ROUNDING


def handlings(made: Imputations, *, lower_is_better: bool) -> list[Handling]:
    """The plan's assumptions in its order, then non-responders and observed cases.

    Args:
        made: the completed changes from baseline under each assumption.
        lower_is_better: which way an improvement goes.
    """
    sign = -1.0 if lower_is_better else 1.0
    under = [_under(each, sign) for each in made.under.values()]
    first = next(iter(made.under.values()))
    known = seen(first)
    gain = np.where(known, _gain(first, sign, slice(0, 1)), np.nan)
    everyone = np.ones_like(known)
    return [
        *under,
        Handling(NON_RESPONDER, BESIDE[NON_RESPONDER], gain, everyone, False, ""),
        Handling(OBSERVED_CASES, BESIDE[OBSERVED_CASES], gain, known, False, ""),
    ]


def seen(imputed: Imputed) -> np.ndarray:
    """N x M: the score is known, was set by a strategy, or counts as failure by one."""
    return ~imputed.absent | np.isin(imputed.status, [SET, FAILURE])


def _under(imputed: Imputed, sign: float) -> Handling:
    gain = _gain(imputed, sign, slice(None))
    everyone = np.ones(gain.shape[1:], dtype=bool)
    made = imputed.made
    words = f"{imputed.n_sets} imputations, {made.draws.words}"
    return Handling(imputed.name, imputed.planned.label, gain, everyone, True, words)


def _gain(imputed: Imputed, sign: float, chosen: slice) -> np.ndarray:
    gain = sign * imputed.values(chosen)
    # What a composite strategy calls a failure meets no threshold, however low.
    gain[:, imputed.status == FAILURE] = -np.inf
    return gain


def needed_points(value: float, scale: str, people: pd.DataFrame) -> np.ndarray:
    """Points that each person must improve by; not a number where a percentage has no meaning.

    A percentage of a baseline of nought is reached by nobody and by everybody: such people are not
    counted at such a threshold.

    Args:
        value: the size that matters.
        scale: `points`, or `percent of baseline`.
        people: N rows with their ``baseline``.
    """
    start = people[BASELINE].to_numpy(dtype=float)
    if scale == "percent of baseline":
        return np.where(start > 0, value / 100 * start, np.nan)
    return np.full(len(start), float(value))
