"""What is assumed about scores that nobody saw: imputation, and how far an assumption may go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# The words of the engine (`analysis.stats.strategy`, `analysis.stats.draw`); a test holds them to
# be the same, since the plan may not import what estimates it.
FillBy = Literal["mar", "j2r", "cr", "cir", "lmcf"]
Draws = Literal["condmean-jackknife", "condmean-bootstrap", "bootstrap", "bayes"]


@dataclass(frozen=True, kw_only=True)
class DeltaAmount:
    """Points added to imputed scores of these arms, weeks and reasons; none named: all."""

    points: float
    arms: tuple[str, ...] = ()
    weeks: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """What scores are assumed to be from the visit on after which a person was not seen again."""

    label: str
    strategy: FillBy = "mar"
    by_event: dict[str, FillBy] = field(default_factory=dict)
    by_reason: dict[str, FillBy] = field(default_factory=dict)
    delta: tuple[DeltaAmount, ...] = ()
    cumulative: bool = False
    gaps: bool = False


@dataclass(frozen=True, kw_only=True)
class Imputation:
    """Assumptions side by side, and how absent scores are drawn under each."""

    assumptions: dict[str, Assumption]
    method: Draws = "condmean-jackknife"
    imputations: int | None = None
    wanted_error: float | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Points added to absent scores of the programme's arm and of the comparator, from and to."""

    arm: tuple[float, float]
    comparator: tuple[float, float]
    step: float
