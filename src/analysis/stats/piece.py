"""A part of the data as sums; parts add up to the whole, in any order.

The first and the last participant of a part may go on in another part, so their rows are kept as
they are until all parts are together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import pandas as pd

from analysis.errors import ModelError

from .crossproducts import CrossProducts, sum_by_pattern
from .digest import Summed
from .observations import refuse_unusable
from .patterns import arrange
from .recipe import Recipe
from .screen import refuse_duplicates, refuse_too_few, refuse_weights


@dataclass(frozen=True)
class Rows:
    """Rows as numbers: z = [X, y], participant, visit, group (0 without groups), weight (or 1)."""

    Z: np.ndarray
    subject: np.ndarray
    visit: np.ndarray
    group: np.ndarray
    weight: np.ndarray

    def of(self, chosen: np.ndarray) -> Rows:
        """Some of the rows."""
        return Rows(*(column[chosen] for column in self._columns))

    @property
    def _columns(self) -> tuple[np.ndarray, ...]:
        return self.Z, self.subject, self.visit, self.group, self.weight

    def __add__(self, other: Rows) -> Rows:
        pairs = zip(self._columns, other._columns, strict=True)
        return Rows(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True)
class Piece:
    """Sums of a part of the data.

    parts: cross-products of each group, or None where it has nobody. edges: rows of participants
    who may go on elsewhere. closed: the others, in chunks. totals: sums of the covariates. cells,
    cell_rows: combinations of factor levels as one number each, and their rows.
    """

    parts: tuple[CrossProducts | None, ...]
    edges: Rows
    closed: tuple[np.ndarray, ...]
    totals: np.ndarray
    cells: np.ndarray
    cell_rows: np.ndarray
    n_dropped: int

    def __add__(self, other: Piece) -> Piece:
        cells, where = np.unique(np.concatenate([self.cells, other.cells]), return_inverse=True)
        counts = np.zeros(len(cells), dtype=np.int64)
        np.add.at(counts, where, np.concatenate([self.cell_rows, other.cell_rows]))
        return Piece(
            _both(self.parts, other.parts),
            self.edges + other.edges,
            self.closed + other.closed,
            self.totals + other.totals,
            cells,
            counts,
            self.n_dropped + other.n_dropped,
        )


def _both(
    ours: tuple[CrossProducts | None, ...], theirs: tuple[CrossProducts | None, ...]
) -> tuple[CrossProducts | None, ...]:
    pairs = zip(ours, theirs, strict=True)
    return tuple(a + b if a is not None and b is not None else a or b for a, b in pairs)


def piece_of(recipe: Recipe, chunk: pd.DataFrame) -> Piece:
    """Sum the rows of one chunk.

    Raises:
        UsageError: an unknown column.
        ModelError: rows that cannot carry the model.
    """
    used = recipe.used(chunk)
    typed = recipe.typed(used)
    rows = _rows(recipe, typed, used)
    at_edge = np.isin(rows.subject, [rows.subject[0], rows.subject[-1]] if len(used) else [])
    inner = rows.of(~at_edge)
    codes = [typed[name].cat.codes.to_numpy() for name in recipe.factors]
    sizes = [len(levels) for levels in recipe.factors.values()]
    cells, counts = np.unique(np.ravel_multi_index(codes, sizes), return_counts=True)
    totals = typed[recipe.covariates].to_numpy(dtype=float).sum(axis=0)
    return Piece(
        _sums(recipe, inner),
        rows.of(at_edge),
        (np.unique(inner.subject),),
        totals,
        cells,
        counts,
        len(chunk) - len(used),
    )


def _rows(recipe: Recipe, typed: pd.DataFrame, used: pd.DataFrame) -> Rows:
    X, y = recipe.matrices(typed, used)
    asked, n = recipe.asked, len(used)
    codes = {name: typed[name].cat.codes.to_numpy().astype(np.int64) for name in recipe.factors}
    weight = used[asked.weights].to_numpy(dtype=float) if asked.weights else np.ones(n)
    refuse_weights(weight)
    # 64-bit marks of the names: the same for a name in every chunk, and small to keep. A clash
    # of two names (one in 30 million for a million people) is refused below, never summed.
    marks = pd.util.hash_array(used[asked.subject].to_numpy(), categorize=False)
    group = codes[asked.group] if asked.group else np.zeros(n, dtype=np.int64)
    Z = recipe.basis.apply(np.column_stack([X, y]))
    return Rows(Z, marks, codes[asked.visit], group, weight)


def _sums(recipe: Recipe, rows: Rows) -> tuple[CrossProducts | None, ...]:
    """Cross-products of complete participants, a part for each group."""
    n_groups = max(len(recipe.groups), 1)
    if not len(rows.subject):
        return (None,) * n_groups
    who, _ = pd.factorize(rows.subject)
    refuse_duplicates(who, rows.visit, pd.RangeIndex(len(who)))
    arrangement = arrange(who, rows.visit, recipe.n_visits)
    of_participant = np.zeros(arrangement.n_subjects, dtype=np.int64)
    of_participant[arrangement.subject] = rows.group
    changing = int((of_participant[arrangement.subject] != rows.group).sum())
    if changing:
        raise ModelError(
            f"The group {recipe.asked.group} changes within a participant in {changing} rows.",
            where=f"column {recipe.asked.group}",
            why="A participant's outcomes share one Sigma.",
            do="Use a column that stays the same over a participant's visits.",
        )
    weights = rows.weight if recipe.asked.weights else None
    return tuple(
        sum_by_pattern(rows.Z, arrangement.of(of_participant == g), weights=weights)
        if (of_participant == g).any()
        else None
        for g in range(n_groups)
    )


def finish(recipe: Recipe, whole: Piece) -> tuple[Summed, tuple[CrossProducts, ...]]:
    """Close the participants at the edges, check the whole, and name what is left of the rows.

    Raises:
        ModelError: a participant whose rows do not stand together, a level without outcome, or
            data that cannot carry the model.
    """
    n_participants = _count(whole)
    seen, n_rows = _seen(recipe, whole), int(whole.cell_rows.sum())
    refuse_too_few(n_participants, n_rows, recipe.names)
    _refuse_unseen(recipe, seen)
    parts = tuple(
        part for part in _both(whole.parts, _sums(recipe, whole.edges)) if part is not None
    )
    refuse_unusable(parts, recipe.names, recipe.basis)
    means = dict(zip(recipe.covariates, whole.totals / n_rows, strict=True))
    design = recipe.digest(means, seen, whole.cell_rows, n_rows, whole.n_dropped)
    weighted = recipe.asked.weights is not None
    return Summed(design, recipe.groups, recipe.visits, n_participants, weighted), parts


def _count(whole: Piece) -> int:
    people = np.concatenate([*whole.closed, np.unique(whole.edges.subject)])
    n = len(np.unique(people))
    if n < len(people):
        raise ModelError(
            f"The rows of {len(people) - n} participants do not stand together.",
            where="chunks of the data",
            why="A participant's outcomes at several visits are multiplied with each other, so "
            "they must meet; only rows that follow each other may lie in two chunks.",
            do="Sort the data by participant (Dask: data.shuffle(subject), which brings each "
            "participant into one partition).",
        )
    return n


def _seen(recipe: Recipe, whole: Piece) -> np.ndarray:
    sizes = [len(levels) for levels in recipe.factors.values()]
    return np.column_stack(np.unravel_index(whole.cells, sizes))


def _refuse_unseen(recipe: Recipe, seen: np.ndarray) -> None:
    empty = [
        f"{name} {level}"
        for at, (name, levels) in enumerate(recipe.factors.items())
        for code, level in enumerate(levels)
        if not (seen[:, at] == code).any()
    ]
    if empty:
        raise ModelError(
            f"No row has an outcome at: {', '.join(empty)}.",
            where="levels",
            why="Nothing can be estimated there.",
            do="Leave these levels out of `levels` (and their rows out of the data), or find "
            "their outcomes.",
        )


def summed(pieces: list[Piece]) -> Piece:
    """The sum of several parts."""
    return reduce(add, pieces)
