"""Groups of participants that a plan names beforehand, to ask whether an effect differs in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Subgroup:
    """One way of parting the participants, and what is expected before the result is seen.

    `variable` is a column of the participants or `baseline_<measure>`; a number is parted at `cut`,
    those at the cut or above it being the second group.
    """

    variable: str
    label: str
    expected: str
    why: str = "not stated"
    cut: float | None = None
