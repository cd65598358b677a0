"""What must hold before a repeated-measures model is fitted; each breach is named with advice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import ModelError

from .basis import Basis
from .covariance import Structure
from .crossproducts import CrossProducts

# Share of a column that earlier columns leave unexplained, in squares; below it is rounding.
ALIASED = 1e-11
# Share of the outcome's squares that the mean model leaves unexplained.
EXPLAINED = 1e-14
# Splines whose columns sum to one.
WITH_CONSTANT = ("cr(", "cs(", "cc(")
# Of a column as it was given: what is left of it below this share (of squares) is rounding.
ROUNDING = 1e-22


def refuse_duplicates(subject: np.ndarray, visit: np.ndarray, index: pd.Index) -> None:
    """One row a participant and visit (codes from 0): two outcomes have no place in Sigma."""
    key = subject * (int(visit.max()) + 1) + visit
    if np.bincount(key).max() > 1:
        double = pd.Series(key).duplicated(keep="first").to_numpy()
        rows = ", ".join(str(label) for label in index[double][:5])
        raise ModelError(
            f"{int(double.sum())} rows repeat a participant and visit.",
            where=f"first rows (labels of the table): {rows}",
            why="A participant has one outcome at a visit; two would count twice.",
            do="Decide which row counts, or average them, before fitting.",
        )


def refuse_too_few(n_participants: int, n_observations: int, names: Sequence[str]) -> None:
    """More than one participant, and more outcomes than coefficients."""
    if n_participants < 2:
        raise ModelError(
            "Only one participant has an outcome.",
            why="The spread between participants cannot be seen in one.",
            do="Check the column that names the participants, and the rows that were kept.",
        )
    if n_observations <= len(names):
        raise ModelError(
            f"{n_observations} outcomes cannot carry {len(names)} coefficients.",
            why="Nothing is left to estimate the variance from.",
            do="Use fewer terms in the formula.",
        )


def refuse_weights(weights: np.ndarray) -> None:
    """Weights are positive and finite."""
    bad = int((~(np.isfinite(weights) & (weights > 0))).sum())
    if bad:
        raise ModelError(
            f"{bad} weights are not positive numbers.",
            where="weights",
            why="A weight divides the variance of its row.",
            do="Give each row a positive weight; leave rows out of the table on purpose instead of "
            "giving them weight zero.",
        )


def refuse_unseen_pairs(
    parts: Sequence[CrossProducts],
    structure: Structure,
    visits: Sequence[object],
    groups: Sequence[object] = (),
) -> None:
    """A free covariance between two visits needs participants who were seen at both."""
    if not structure.needs_every_pair:
        return
    missing = []
    for g, part in enumerate(parts):
        j, k = np.nonzero(np.triu(part.pairs < 1))
        place = f" in {groups[g]}" if len(parts) > 1 else ""
        missing += [
            f"{visits[a]} and {visits[b]}{place}" if a != b else f"{visits[a]}{place}"
            for a, b in zip(j, k, strict=True)
        ]
    if missing:
        raise ModelError(
            f"No participant was seen at both visits: {'; '.join(missing)}.",
            where="visits",
            why=f"An {structure.words} has a parameter there that no one informs.",
            do="Use a structure that does not free every pair, or leave out a visit.",
        )


def refuse_unusable_sums(gram: np.ndarray, names: Sequence[str], basis: Basis) -> None:
    """The design tells its coefficients apart and leaves the outcome some spread.

    Args:
        gram: q x q, [X, y]'[X, y] in the basis.
        names: the columns of X.
        basis: of the columns that were summed.

    Raises:
        ModelError: columns that repeat each other, or an outcome without spread.
    """
    squares = basis.squares(gram)
    refuse_aliased(gram[:-1, :-1], names, squares[:-1])
    explained = gram[:-1, -1] @ np.linalg.solve(gram[:-1, :-1], gram[:-1, -1])
    refuse_no_spread(gram[-1, -1] - explained, gram[-1, -1], squares[-1])


def refuse_aliased(
    gram: np.ndarray, names: Sequence[str], squares: np.ndarray | None = None
) -> None:
    """Each column of the design must say something that the earlier ones do not.

    Args:
        gram: p x p, X'X in the basis that was summed.
        names: the columns.
        squares: of the columns themselves, p, where the basis is another.

    Raises:
        ModelError: naming the columns that are zero or a sum of earlier ones.
    """
    squares = np.diag(gram) if squares is None else squares
    empty = [names[i] for i in np.flatnonzero(squares == 0)]
    sums = [names[i] for i in aliased(gram, squares) if names[i] not in empty]
    if not empty and not sums:
        return
    parts = []
    if empty:
        parts.append(f"zero in every row: {', '.join(empty)}")
    if sums:
        parts.append(f"sums of earlier columns: {', '.join(sums)}")
    raise ModelError(
        f"Some coefficients cannot be told apart: {'; '.join(parts)}.",
        where="columns of the design",
        why="A level or a combination of levels was never seen with an outcome, or a covariate "
        "repeats another.",
        do=_advice(sums),
    )


def _advice(sums: Sequence[str]) -> str:
    if any(name.startswith(WITH_CONSTANT) for name in sums):
        return (
            "Write constraints='center' inside cr(), cs() or cc(): without it the curve contains a "
            "constant, as the intercept does."
        )
    return "Leave out the term, join levels, or leave out the visit at which a level is unseen."


def aliased(gram: np.ndarray, squares: np.ndarray) -> list[int]:
    """The columns that earlier columns explain wholly, by Cholesky's elimination in their order."""
    left = gram / np.where(np.diag(gram) > 0, np.diag(gram), 1.0)[:, None] ** 0.5
    left = left / np.where(np.diag(gram) > 0, np.diag(gram), 1.0) ** 0.5
    rounding = ROUNDING * squares / np.where(np.diag(gram) > 0, np.diag(gram), 1.0)
    found = []
    for i in range(len(left)):
        if left[i, i] < max(ALIASED, rounding[i]):
            found.append(i)
            continue
        left = left - np.outer(left[:, i], left[i]) / left[i, i]
    return found


def refuse_no_spread(residual: float, total: float, squares: float) -> None:
    """The mean model must leave something for Sigma.

    Args:
        residual: squares that the mean model leaves.
        total: squares of the outcome in the basis that was summed.
        squares: of the outcome itself.
    """
    if not residual > max(EXPLAINED * total, ROUNDING * squares):
        raise ModelError(
            "The outcome does not vary beyond what the formula explains.",
            where="outcome column",
            why="Sigma would be zero, and every standard error with it.",
            do="Check that the outcome is the column meant, is not constant, and is not repeated "
            "among the covariates.",
        )
