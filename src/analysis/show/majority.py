"""The rows of the majority claim in the order in which they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.show.select import absent, arms_of, maybe, where
from analysis.terms import Labels

KINDS = {
    "any": "any improvement at all",
    "beyond noise": "more than a person's ups and downs",
    "worthwhile": "a change that matters to a person",
}


@dataclass(frozen=True)
class Share:
    """One kind of improvement.

    Attributes:
        kind: the level of its rows; words: for readers.
        needed: row of the points it takes.
        arms: rows of the shares seen, in the plan's order.
        differences: rows against the comparator.
        expected: row of regression to the mean alone, or None.
    """

    kind: str
    words: str
    needed: Any
    arms: list[Any]
    differences: list[Any]
    expected: Any | None


def shares(rows: pd.DataFrame, labels: Labels) -> list[Share]:
    """Every kind of improvement that the rows tell of.

    Raises:
        ClaimError: none.
    """
    found = []
    for kind, words in KINDS.items():
        own = where(rows, level=kind)
        seen = where(own, statistic="improved_percent")
        if seen.empty:
            continue
        gaps = where(own, statistic="improved_difference")
        found.append(
            Share(
                kind,
                words,
                maybe(own, statistic="needed_points"),
                [maybe(seen, arm=arm) for arm in arms_of(seen, labels)],
                [maybe(gaps, arm=arm) for arm in arms_of(gaps, labels)],
                maybe(own, statistic="expected_percent"),
            )
        )
    if not found:
        raise absent("<question>.improved_percent.<measure>.<week>.<arm>.any")
    return found
