"""Two long tables of results side by side: which rows came, went or moved, and how far.

Any difference of a bit counts as a move: results are the same to the last bit when nothing changed.
How far a row moved is told in standard errors of the former result, so that rows of all measures
can be put in one order: the largest step that its value or an end of its interval took.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from analysis.result.record import COLUMNS

Plain = float | int | str | bool | None

# A chapter that is renamed moves no number.
_COMPARED = [column for column in COLUMNS if column not in ("id", "chapter")]
MARK = "planned"
_PLACED = ("value", "lower", "upper")
# A number without a standard error that changed by less than this part of itself has not moved.
ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True)
class Move:
    """A result that stands in both tables and differs.

    Attributes:
        id: the result's id.
        shift: largest step of value, lower or upper, in standard errors of the former result; None
            where it had no standard error or one of the two has no value.
        relative: the step of the value as a part of the larger of the two; infinite where only one
            has a value.
        columns: what differs: column, former and present content.
    """

    id: str
    shift: float | None
    relative: float
    columns: tuple[tuple[str, Plain, Plain], ...]

    @property
    def only_mark(self) -> bool:
        """Whether nothing differs but the mark that says if it was asked as planned."""
        return [name for name, *_ in self.columns] == [MARK]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of the rows of a former table: changed ones by falling step, new ones, lost."""

    unchanged: int
    changed: tuple[Move, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def moved(self) -> int:
        """How many rows changed, came or went."""
        return len(self.changed) + len(self.added) + len(self.removed)


def compare_results(before: pd.DataFrame, after: pd.DataFrame) -> Comparison:
    """Which results changed, came or went from one table to another.

    Args:
        before: the long table of the former results, such as `read_results` gives.
        after: the long table of the present results.

    Returns:
        Changed rows, the largest step first and those without a standard error last; ids of new
        rows in the order of `after`, of lost rows in the order of `before`.
    """
    former, present = before.set_index("id"), after.set_index("id")
    both = [key for key in present.index if key in former.index]
    changed = _differ(former.loc[both, _COMPARED], present.loc[both, _COMPARED])
    ids = [key for key, differs in zip(both, changed.any(axis=1), strict=True) if differs]
    moves = [_move(key, former.loc[key], present.loc[key], changed.loc[key]) for key in ids]
    return Comparison(
        unchanged=len(both) - len(moves),
        changed=tuple(sorted(moves, key=_order)),
        added=tuple(key for key in present.index if key not in former.index),
        removed=tuple(key for key in former.index if key not in present.index),
    )


def beyond(comparison: Comparison, threshold: float | None) -> tuple[str, ...]:
    """Ids of results that moved further than allowed.

    Args:
        comparison: of two tables.
        threshold: standard errors that a result may move; None allows nothing to change at all.

    Returns:
        Changed rows that went further, then rows that came or went. A number without a standard
        error may change by `ROUNDING` of itself.
    """
    far = [move.id for move in comparison.changed if threshold is None or _far(move, threshold)]
    return (*far, *comparison.added, *comparison.removed)


def _far(move: Move, threshold: float) -> bool:
    return move.relative > ROUNDING if move.shift is None else move.shift > threshold


def _differ(former: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Whether each cell differs; two cells without content are the same."""
    same = former.eq(present).fillna(False).astype(bool)
    return ~(same | (former.isna() & present.isna()))


def _move(key: Hashable, former: pd.Series, present: pd.Series, changed: pd.Series) -> Move:
    columns = tuple(
        (name, _plain(former[name]), _plain(present[name])) for name in _COMPARED if changed[name]
    )
    relative = _relative(former["value"], present["value"])
    shift = None if math.isinf(relative) else _shift(former, present)
    return Move(id=str(key), shift=shift, relative=relative, columns=columns)


def _shift(former: pd.Series, present: pd.Series) -> float | None:
    se = former["se"]
    steps = [abs(present[name] - former[name]) for name in _PLACED]
    known = [float(step) for step in steps if not pd.isna(step)]
    return None if pd.isna(se) or not se > 0 or not known else max(known) / float(se)


def _relative(former: float, present: float) -> float:
    if pd.isna(former) and pd.isna(present):
        return 0.0
    if pd.isna(former) or pd.isna(present):
        return math.inf
    if former == present:
        return 0.0
    # A ratio against none is infinite: to and from it there is no share of the way.
    if math.isinf(former) or math.isinf(present):
        return math.inf
    return float(abs(present - former) / max(abs(former), abs(present)))


def _order(move: Move) -> tuple:
    return (move.shift is None, -(move.shift or 0.0), -move.relative, move.id)


def _plain(content: object) -> Plain:
    if pd.isna(content):
        return None
    return content.item() if hasattr(content, "item") else content
