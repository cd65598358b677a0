"""A table of studies as a synthesis reads it, with every problem named at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UsageError

from ..design import Design, build_design, refuse_unknown_columns
from .measures import OF_EVENTS
from .typed import suspects

SHOWN = 8


@dataclass(frozen=True)
class Studies:
    """The used rows: effects and moderators (design), sampling variances, a label each.

    n: people of each study, where a column says; measure: the one measure, where a column says;
    named: whether a column names the studies.
    """

    design: Design
    variances: np.ndarray
    labels: list[Hashable]
    n: np.ndarray | None
    measure: str | None
    named: bool = True

    @property
    def k(self) -> int:
        """Studies (rows) used."""
        return len(self.variances)


def read_studies(
    formula: str,
    data: pd.DataFrame,
    *,
    variance: str | None,
    se: str | None,
    study: str | None = None,
    n: str | None = None,
    measure: str | None = None,
    repeated: bool = False,
) -> Studies:
    """The studies of a table; rows without an effect are left out and counted.

    Args:
        formula: `effect ~ moderators`, `effect ~ 1` without.
        data: one row a study (`repeated`: one row an effect).
        variance: the column of sampling variances.
        se: the column of standard errors, if there is none of variances.
        study: the column that names the study.
        n: the column of people in the study; variances are then checked against it.
        measure: the column (or columns' one) that names the measure of the effect.
        repeated: a study may have several rows.

    Raises:
        UsageError: an unknown column, or both or neither of variance and se.
        ModelError: all that is wrong with the rows, and too few studies for the model.
    """
    if (variance is None) == (se is None):
        raise UsageError(
            "A synthesis needs the sampling variances, or the standard errors.",
            where="variance, se",
            do="Name one of the two columns.",
        )
    spread = variance or se
    named = [name for name in (spread, study, n, measure) if name is not None]
    refuse_unknown_columns(data, named)
    design = build_design(formula, data)
    used = data.iloc[design.rows]
    labels = list(used[study]) if study else list(design.index)
    given = pd.to_numeric(used[spread], errors="coerce").to_numpy(dtype=float)
    variances = given if variance else given**2
    people = None if n is None else pd.to_numeric(used[n], errors="coerce").to_numpy(dtype=float)
    scales = [] if measure is None else sorted({str(x) for x in used[measure].dropna()})
    problems = [
        *_nameless(used, [name for name in (study, measure) if name is not None]),
        *_spread_problems(given, labels, spread),
        *([] if repeated or study is None else _twice(labels, study)),
        *_scale_problems(scales, measure),
    ]
    if people is not None:
        problems += people_problems(people, labels, n)
    if not problems and people is not None and not OF_EVENTS & set(scales):
        problems = suspects(variances, people, labels, column=spread, is_se=se is not None)
    _raise_all(problems, spread)
    _refuse_too_few(design)
    one = scales[0] if scales else None
    return Studies(design, variances, labels, people, one, named=study is not None)


def listed(labels: list[Hashable], where: np.ndarray) -> str:
    """The first few studies for which something holds."""
    found = [str(labels[i]) for i in np.flatnonzero(where)]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def _spread_problems(given: np.ndarray, labels: list[Hashable], column: str) -> list[str]:
    rules = (
        (np.isnan(given), "is missing or no number"),
        (given == 0, "is zero"),
        (given < 0, "is negative"),
        (np.isinf(given), "is infinite"),
    )
    return [f"{column} {words} in: {listed(labels, bad)}" for bad, words in rules if bad.any()]


def _nameless(used: pd.DataFrame, columns: list[str]) -> list[str]:
    counts = used[columns].isna().sum()
    return [f"{name} is missing in {n} rows" for name, n in counts.items() if n]


def _twice(labels: list[Hashable], column: str) -> list[str]:
    names = pd.Series(labels)
    again = (names.duplicated() & names.notna()).to_numpy()
    if not again.any():
        return []
    return [
        f"{column} names a study more than once: {listed(labels, again)} (its people would count "
        "twice: keep one row, or use meta_levels for several effects of a study)"
    ]


def _scale_problems(scales: list[str], column: str | None) -> list[str]:
    if len(scales) < 2:
        return []
    return [
        f"{column} holds effects on different scales that cannot be pooled: {', '.join(scales)}"
    ]


def people_problems(people: np.ndarray, labels: list[Hashable], column: str) -> list[str]:
    """The studies whose number of people is missing or cannot be."""
    bad = ~(people >= 2)
    return [f"{column} is missing or below 2 in: {listed(labels, bad)}"] if bad.any() else []


def _raise_all(problems: list[str], spread: str) -> None:
    if problems:
        raise ModelError(
            "These studies cannot be pooled:\n    - " + "\n    - ".join(problems),
            where=f"column {spread} and those named above",
            why="Each weighs by its sampling variance; a wrong one moves the pooled effect.",
            do="Correct the figures against the papers, or leave rows out on purpose beforehand.",
        )


def _refuse_too_few(design: Design) -> None:
    k, p = design.X.shape
    if k == 1:
        raise ModelError(
            "There is one study only, and nothing to pool.",
            why="One study says nothing of how studies differ: its own estimate and interval are "
            "all there is.",
            do="Show the study as it is, or add others.",
        )
    rank = np.linalg.matrix_rank(design.X / np.linalg.norm(design.X, axis=0).clip(1e-300))
    if rank < p:
        raise ModelError(
            f"The moderators say the same thing twice: {p} columns, {rank} of them independent.",
            where=", ".join(design.names),
            do='Leave a term out; cr(x, df=3) beside an intercept needs constraints="center".',
        )
    if k <= p:
        raise ModelError(
            f"{k} studies cannot carry {p} coefficients.",
            why="No study would be left to tell how well the model fits.",
            do="Use fewer moderators; ten studies for each is a common rule.",
        )
