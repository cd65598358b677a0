"""What counts as a response: thresholds within a person, and how long it must last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# What is done where a covariate or an arm tells for certain who responds, so that the logistic
# model has no estimate.
WhenSeparated = Literal["refuse", "unadjusted"]


@dataclass(frozen=True, kw_only=True)
class Sustained:
    """A response that lasts: at the first week and at every planned week up to the last."""

    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Responding:
    """Who counts as a responder; no threshold named: every one within a person of the measure."""

    thresholds: tuple[str, ...] = ()
    sustained: Sustained | None = None
    when_separated: WhenSeparated = "refuse"
