"""The part of a plan that says how the participants of a simulated study are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The course that simulated people of one arm follow: mean change by measure and visit."""

    change: dict[str, tuple[float, ...]]
    dropout: float
    attendance: float = 0.0
    flare_ups_per_year: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """How simulated participants are made; only in the plan of a simulated study.

    `entry` is the score of the first measure that is needed to take part: at least so bad.
    """

    per_arm: int
    sites: int
    baseline: dict[str, tuple[float, float]]
    correlation: float
    person_share: float
    dropout_pain_slope: float
    intermittent: float
    arms: dict[str, Truth]
    entry: float | None = None
