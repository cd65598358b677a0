"""What a plan says of several comparisons: families in order, and how each is adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The words of the engine (`analysis.stats.multiple`); a fixed sequence is its `in order`.
Adjustment = Literal["holm", "hochberg", "simultaneous", "fixed sequence"]


@dataclass(frozen=True, kw_only=True)
class Family:
    """Comparisons that share one chance of a false claim.

    arms: programmes, in the order of a fixed sequence; none named is all of the estimand. weeks:
    of the schedule, none named is the week of the estimand. Within a week arms come first.
    """

    adjust: Adjustment
    arms: tuple[str, ...] = ()
    weeks: tuple[int, ...] = ()

    def comparisons(self, arms: tuple[str, ...], week: int) -> list[tuple[str, int]]:
        """Arm and week of each comparison in order; the estimand's where none is named."""
        return [(arm, at) for at in self.weeks or (week,) for arm in self.arms or arms]
