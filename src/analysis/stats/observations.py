"""The rows that a repeated-measures model uses: who was seen when, in which group, how weighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UsageError

from .arguments import refuse_no_name
from .basis import Basis
from .crossproducts import CrossProducts, sum_by_pattern
from .design import Design, build_design
from .levels import declare
from .patterns import Arrangement, arrange
from .screen import (
    refuse_duplicates,
    refuse_too_few,
    refuse_unusable_sums,
    refuse_weights,
)


@dataclass(frozen=True)
class Observations:
    """Used rows, their design and their arrangement.

    groups: the levels with a Sigma each, empty for one Sigma. by_group: the arrangement of each
    group's participants (one for all without groups). weights: one number a used row, or None.
    participants: their names, in the order of their codes.
    """

    design: Design
    arrangement: Arrangement
    groups: tuple
    by_group: tuple[Arrangement, ...]
    weights: np.ndarray | None
    visits: pd.Index
    participants: pd.Index

    @property
    def n_participants(self) -> int:
        """Participants with at least one outcome."""
        return self.arrangement.n_subjects

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return self.weights is not None


def read_observations(
    formula: str,
    data: pd.DataFrame,
    *,
    subject: str,
    visit: str,
    group: str | None = None,
    weights: str | Sequence[float] | None = None,
) -> Observations:
    """Read the table for a repeated-measures model.

    Args:
        formula: `outcome ~ terms`.
        data: one row a participant and visit.
        subject: the column that names the participant.
        visit: the column that names the visit.
        group: a categorical that is constant within a participant.
        weights: a column or one positive number a row.

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: rows that cannot carry such a model.
    """
    for value, where in ((subject, "subject"), (visit, "visit")):
        refuse_no_name(value, where)
    refuse_no_name(group, "group", needed=False)
    named = weights if isinstance(weights, str) else None
    also = tuple(name for name in (subject, group, named) if name is not None)
    design = build_design(formula, data, ordered=visit, also=also)
    row_weights = _row_weights(design, data, weights)
    who, participants = _people(data[subject].iloc[design.rows])
    levels = design.frame[visit].cat
    when = levels.codes.to_numpy().astype(np.int64)
    refuse_duplicates(who, when, design.index)
    refuse_too_few(int(who.max()) + 1, len(design.y), design.names)
    arrangement = arrange(who, when, len(levels.categories))
    groups, by_group = (), (arrangement,)
    if group is not None:
        groups, code = _groups(data[[group]].iloc[design.rows], who)
        by_group = tuple(arrangement.of(code == g) for g in range(len(groups)))
    visits = levels.categories.rename(visit)
    people = pd.Index(participants, name=subject)
    return Observations(design, arrangement, groups, by_group, row_weights, visits, people)


def _people(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """The participant of each row as a number, and their names."""
    try:
        return pd.factorize(column)
    except TypeError:
        raise UsageError(
            f"The column {column.name} does not name participants.",
            where=f"column {column.name} ({column.dtype})",
            do="Use one number or one text for each participant.",
        ) from None


def _row_weights(
    design: Design, data: pd.DataFrame, weights: str | Sequence[float] | None
) -> np.ndarray | None:
    if weights is None:
        return None
    values = data[weights] if isinstance(weights, str) else weights
    if isinstance(values, pd.Series) and not values.index.equals(data.index):
        raise UsageError(
            "The weights have another index than the table.",
            where="weights",
            why="Taken by position they would weigh other rows than they name.",
            do="Pass weights.reindex(data.index), or the name of a column.",
        )
    values = np.asarray(values)
    if values.shape != (len(data),) or values.dtype.kind not in "iuf":
        raise UsageError(
            "Weights must be one number a row of the table.",
            where=f"weights of shape {values.shape} and type {values.dtype}, {len(data)} rows",
            do="Name a column of numbers, or pass a number a row.",
        )
    values = values.astype(float)
    refuse_weights(values[design.rows])
    return values[design.rows]


def _groups(column: pd.DataFrame, who: np.ndarray) -> tuple[tuple, np.ndarray]:
    """The levels of the group, and the level of each participant."""
    name = column.columns[0]
    factor = declare(column)[name]
    if not isinstance(factor.dtype, pd.CategoricalDtype):
        raise UsageError(
            f"The group {name} holds numbers.",
            where="group",
            do=f'Make it a factor: pd.Categorical(data["{name}"], categories=[...]).',
        )
    codes = factor.cat.codes.to_numpy()
    of_participant = np.zeros(who.max() + 1, dtype=int)
    of_participant[who] = codes
    changing = int((of_participant[who] != codes).sum())
    if changing:
        raise ModelError(
            f"The group {name} changes within a participant in {changing} rows.",
            where=f"column {name}",
            why="A participant's outcomes share one Sigma.",
            do="Use a column that stays the same over a participant's visits.",
        )
    return tuple(factor.cat.categories), of_participant


def sum_up(observations: Observations, basis: Basis | None = None) -> tuple[CrossProducts, ...]:
    """The one pass over the data, a part for each group; in a basis, if one is given.

    Raises:
        ModelError: columns that repeat each other, or an outcome without spread.
    """
    design = observations.design
    basis = basis or Basis()
    Z = basis.apply(design.with_outcome())
    parts = tuple(
        sum_by_pattern(Z, arrangement, weights=observations.weights)
        for arrangement in observations.by_group
    )
    refuse_unusable(parts, design.names, basis)
    return parts


def refuse_unusable(parts: Sequence[CrossProducts], names: Sequence[str], basis: Basis) -> None:
    """The design tells its coefficients apart and leaves the outcome some spread.

    Raises:
        ModelError: columns that repeat each other, or an outcome without spread.
    """
    gram = sum(part.contract(np.eye(part.n_visits) * part.patterns[:, None, :]) for part in parts)
    refuse_unusable_sums(gram, names, basis)
