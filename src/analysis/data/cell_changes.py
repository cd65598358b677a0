"""Which rows of a table are new, gone or changed, from digests of its cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

# No heading of a table is written like these.
LINE = "(line)"
_TURN = "(turn)"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Rows of a raw table that changed in the same way.

    Attributes:
        change: ``changed``, ``added`` or ``removed``.
        lines: their lines as ranges, such as ``17, 20-25``; of removed rows, in the former file.
        column: the column that changed; None where whole rows came or went.
        rows: how many rows.
    """

    change: str
    lines: str
    column: str | None
    rows: int


def changed_places(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Place, ...]:
    """What changed from one state of a table to another.

    Rows are matched by what they hold: first whole rows wherever they stand, then rows that differ
    in one cell, then rows of the same line of which at least half is the same. What is left over
    was added or removed. So a row that was put in above others moves none of them.

    Args:
        before: the line and a digest a cell, one column a column of the table.
        after: the same of the present state.

    Returns:
        Columns that came or went first, then the places of changed, added and removed rows.
    """
    shared = [name for name in after if name in before and name != LINE]
    found = [_column(name, "added") for name in after if name not in before]
    found += [_column(name, "removed") for name in before if name not in after]
    former, present = _without_same(before, after, shared)
    pairs = []
    for name in shared:
        rest = [other for other in shared if other != name]
        matched = _matched(former, present, rest)
        pairs.append(matched)
        former = former.drop(matched["before"])
        present = present.drop(matched["after"])
    lines = former.merge(present, on=LINE, suffixes=("", " now"))[LINE]
    pairs.append(_half_the_same(former, present, lines, shared))
    former = former.drop(pairs[-1]["before"])
    present = present.drop(pairs[-1]["after"])
    found += _changed(before, after, pd.concat(pairs), shared)
    found += _rows("added", present[LINE]) + _rows("removed", former[LINE])
    return tuple(found)


def as_ranges(lines: Iterable[int]) -> str:
    """Numbers as ranges: ``17, 20-25``."""
    ordered = np.unique(np.fromiter(lines, dtype="int64"))
    runs = np.split(ordered, np.flatnonzero(np.diff(ordered) != 1) + 1)
    return ", ".join(f"{r[0]}" if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs if len(r))


def _without_same(
    before: pd.DataFrame, after: pd.DataFrame, shared: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that have no equal in the other state."""
    same = _matched(before, after, shared)
    return before.drop(same["before"]), after.drop(same["after"])


def _matched(before: pd.DataFrame, after: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Pairs of rows that agree in these columns, the first with the first: index before, after."""
    if not by:
        return pd.DataFrame({"before": [], "after": []}, dtype="int64")
    sides = [side[by].assign(**{_TURN: side.groupby(by).cumcount()}) for side in (before, after)]
    left, right = sides[0].assign(before=before.index), sides[1].assign(after=after.index)
    return left.merge(right, on=[*by, _TURN])[["before", "after"]]


def _half_the_same(
    before: pd.DataFrame, after: pd.DataFrame, lines: pd.Series, shared: list[str]
) -> pd.DataFrame:
    """Pairs of rows on the same line of which at least half the cells agree."""
    former = before[before[LINE].isin(lines)].sort_values(LINE)
    present = after[after[LINE].isin(lines)].sort_values(LINE)
    agree = (former[shared].to_numpy() == present[shared].to_numpy()).sum(axis=1)
    enough = 2 * agree >= len(shared)
    return pd.DataFrame({"before": former.index[enough], "after": present.index[enough]})


def _changed(
    before: pd.DataFrame, after: pd.DataFrame, pairs: pd.DataFrame, shared: list[str]
) -> list[Place]:
    former, present = before.loc[pairs["before"]], after.loc[pairs["after"]]
    found = []
    for name in shared:
        differs = former[name].to_numpy() != present[name].to_numpy()
        found += _rows("changed", present[LINE][differs], name)
    return found


def _rows(change: str, lines: pd.Series, column: str | None = None) -> list[Place]:
    if not len(lines):
        return []
    return [Place(change=change, lines=as_ranges(lines), column=column, rows=len(lines))]


def _column(name: str, change: str) -> Place:
    return Place(change=change, lines="1", column=name, rows=0)
