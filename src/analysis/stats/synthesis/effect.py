"""An effect size with its sampling variance, and what each measure is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from analysis.errors import ModelError


@dataclass(frozen=True)
class Effect:
    """Effects of one measure, one a study.

    measure: its name in `measures.MEASURES`. effect, variance: one a study, logarithms where the
    measure is a ratio. first, second: what each group adds to the variance, where it can be told
    apart (the covariance of contrasts that share a group needs it).
    """

    measure: str
    effect: np.ndarray
    variance: np.ndarray
    first: np.ndarray | None = None
    second: np.ndarray | None = None

    @property
    def se(self) -> np.ndarray:
        """Standard errors."""
        return np.sqrt(self.variance)


def hedges_correction(df: np.ndarray) -> np.ndarray:
    """The factor that frees a standardised difference from its bias, exactly by gamma functions.

    Source: Hedges (1981) J Educ Stat 6:107, equation 6e.
    Agrees with: validation/metafor/README.md
    """
    half = np.asarray(df, dtype=float) / 2
    return np.exp(gammaln(half) - np.log(np.sqrt(half)) - gammaln(half - 0.5))


Rule = tuple[str, np.ndarray, str]


def columns(**given: object) -> dict[str, np.ndarray]:
    """The arguments as arrays of numbers of one length.

    Raises:
        ModelError: their lengths differ.
    """
    arrays = {name: np.atleast_1d(np.asarray(x, dtype=float)) for name, x in given.items()}
    longest = max(len(x) for x in arrays.values())
    wrong = [f"{n} ({len(x)})" for n, x in arrays.items() if len(x) not in (1, longest)]
    if wrong:
        raise ModelError(
            f"The columns have different lengths: {', '.join(wrong)} beside {longest}.",
            where=", ".join(arrays),
            do="Give one number a study, or one number for all of them.",
        )
    return {name: np.broadcast_to(x, longest) for name, x in arrays.items()}


def refuse(rules: Sequence[Rule]) -> None:
    """All problems of the columns at once.

    Args:
        rules: column, where it is wrong (one a study), and the rule in words.

    Raises:
        ModelError: some row breaks a rule; rows are counted from zero.
    """
    found = []
    for name, wrong, words in rules:
        rows = np.flatnonzero(wrong)
        if len(rows):
            found.append(f"{name} {words} (rows {', '.join(map(str, rows[:20]))})")
    if found:
        raise ModelError(
            "Effects cannot be worked out: " + "; ".join(found) + ".",
            where="rows are counted from zero",
            why="An effect from such figures would be a number without meaning.",
            do="Correct the figures against the paper, or leave the study out and say so.",
        )


def missing(**arrays: np.ndarray) -> list[Rule]:
    """Rules that every number is there."""
    return [(name, ~np.isfinite(x), "is missing or not finite") for name, x in arrays.items()]


def below(name: str, x: np.ndarray, least: float, *, equal: bool = False) -> Rule:
    """The rule that a column is at least (or, with `equal`, more than) some number."""
    wrong = (x <= least) if equal else (x < least)
    word = "must be more than" if equal else "must be at least"
    return name, np.isfinite(x) & wrong, f"{word} {least:g}"
