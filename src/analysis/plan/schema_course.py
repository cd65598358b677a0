"""What a plan asks of the time after the programme: course, durability, relapse, the majority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["piecewise linear", "natural spline", "restricted cubic spline"]
Clock = Literal["actual days", "planned visits"]
Assumption = Literal["mar", "j2r", "cr", "cir"]
RelapseEvent = Literal["flare-up", "rise of the score"]
RelapseStart = Literal["randomisation", "end of programme"]


@dataclass(frozen=True, kw_only=True)
class Course:
    """How the course over time is drawn; the first shape is the main one."""

    shapes: tuple[Shape, ...] = (
        "piecewise linear",
        "natural spline",
        "restricted cubic spline",
    )
    knots: tuple[float, ...] = ()
    clock: Clock = "actual days"
    shown: int = 6


@dataclass(frozen=True, kw_only=True)
class Durability:
    """When what was gained is looked at again, and what is assumed of scores that are missing."""

    weeks: tuple[int, ...]
    assumption: Assumption = "mar"
    samples: int = 300


@dataclass(frozen=True, kw_only=True)
class Relapse:
    """What counts as a relapse, and from when on people are followed.

    For `rise of the score`: people who improved by at least `gain` at the end of the programme
    relapse at the first later visit whose score is worse by at least `rise` than at that end.
    """

    event: RelapseEvent = "flare-up"
    start: RelapseStart = "randomisation"
    gain: float | None = None
    rise: float | None = None


@dataclass(frozen=True, kw_only=True)
class Majority:
    """What is known of how people came in; `entry` is the score that was needed to take part."""

    entry: float | None = None
