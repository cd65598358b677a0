"""Whose gain rows tell of: each arm's own, and each arm's beyond the comparator's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.show.numbers import count, fixed, is_missing
from analysis.show.select import arms_of, maybe, one_key, records, some, where
from analysis.terms import Labels


@dataclass(frozen=True)
class Gain:
    """One gain over time.

    Attributes:
        rows: all its result rows.
        arm: whose; comparator: beyond whom, None of an arm's own gain.
        gains: rows of the gain at the end of the programme and later, in order of week.
        kept: rows of the share that is left; empty where nothing was gained.
        below: row of the week in which it is below a size that matters, or None.
        half_life: row of the half-life, or None.
    """

    rows: pd.DataFrame
    arm: str
    comparator: str | None
    gains: list[Any]
    kept: list[Any]
    below: Any | None
    half_life: Any | None

    def week_words(self, week: float) -> str:
        """A week of `below` as read: at the end it was not above it, and it may be after the last.

        Args:
            week: of the trial; infinite where the gain stayed above the size.
        """
        if week <= self.gains[0].week:
            return "not reached by the end"
        if math.isinf(week):
            return f"beyond week {count(self.gains[-1].week)}"
        return f"week {fixed(week, 0)}"

    def weeks_words(self, row: Any) -> str:
        """The interval of `below`, as `week_words`: `week 30 to beyond week 104`.

        A gain may have been below the size from the end of the programme on, which is no week in
        which it fell: `anywhere from the end of the programme to week 53`.
        """
        first, last = self.week_words(row.lower), self.week_words(row.upper)
        if first == last:
            return first
        if row.lower <= self.gains[0].week:
            return f"anywhere from the end of the programme to {last}"
        return f"{first} to {last}"


def gains_of(rows: pd.DataFrame, labels: Labels) -> list[Gain]:
    """Every arm's gain, then every arm's beyond the comparator, in the plan's order.

    Raises:
        ClaimError: no gain, or several questions.
    """
    every = some(
        rows[rows["statistic"].isin(["gain", "extra_gain"])],
        "<question>.gain.<measure>.<week>.<arm>",
    )
    one_key(every, "question")
    own = where(rows, question=every["question"].iloc[0])
    return [
        _gain(where(own, arm=arm), prefix, arm)
        for prefix in ("", "extra_")
        for arm in arms_of(where(own, statistic=f"{prefix}gain"), labels)
    ]


def _gain(rows: pd.DataFrame, prefix: str, arm: str) -> Gain:
    own = rows[rows["statistic"].str.startswith("extra_") == bool(prefix)]
    gains = _in_order(own, f"{prefix}gain")
    other = gains[0].comparator
    return Gain(
        own,
        arm,
        None if is_missing(other) else str(other),
        gains,
        _in_order(own, f"{prefix}gain_kept"),
        maybe(own, statistic=f"{prefix}weeks_until_below"),
        maybe(own, statistic=f"{prefix}half_life"),
    )


def _in_order(rows: pd.DataFrame, statistic: str) -> list[Any]:
    return sorted(records(where(rows, statistic=statistic)), key=lambda row: row.week)
