"""What a plan says of the trial: study, arms, programmes, visits, measures, populations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Modality = Literal[
    "resistance bands", "free weights", "machines", "body weight", "mixed", "not resistance"
]
MuscleGroup = Literal["abdominals", "hip flexors", "obliques", "extensors", "glutes", "whole body"]
Supervision = Literal["supervised", "partly supervised", "unsupervised", "not reported"]
Direction = Literal["lower is better", "higher is better"]
ThresholdKind = Literal["within person", "between groups", "synthesis"]
ThresholdScale = Literal["points", "percent of baseline"]
# A plan about published studies has no arms, visits or populations.
EVIDENCE = "evidence synthesis"
PopulationRule = Literal["all randomised", "any follow-up", "started programme", "attended share"]


@dataclass(frozen=True, kw_only=True)
class Study:
    """Who asks, where it is registered, who paid, where the data come from.

    Records of a flare-up at most `flare_up_gap` days after the one before are the same flare-up; 0
    makes those of one day one.
    """

    name: str
    title: str
    simulated: bool
    pseudo_participants: bool = False
    design: Literal["randomised parallel groups", "one arm", "evidence synthesis"]
    condition: str
    source: str
    registration: str
    funding: str
    conflicts: str = "not stated"
    patient_involvement: str = "not stated"
    eligibility: str = "not stated"
    allocation: str = "not stated"
    blinding: str = "not stated"
    harms_assessment: str = "not stated"
    flare_up_gap: int = 0
    assessed: int | None = None
    excluded: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """The stopping rule in numbers, so that the training log can be held against it.

    Pain before and after a session is scored on the scale of `measure`. `rise` is the least rise
    within a session that counts as worsening; `new_pain` the least score after a session that began
    without pain, None where that is judged by the rise too.
    """

    measure: str
    rise: float
    new_pain: float | None = None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A training programme that another team could deliver (CERT and TIDieR)."""

    weeks: int
    sessions_per_week: float
    minutes: int | None
    modality: Modality
    muscle_groups: tuple[MuscleGroup, ...]
    progression: str
    stopping_rule: str
    supervision: Supervision
    setting: str
    stopping: Stopping | None = None
    equipment: str = "not stated"
    deliverer: str = "not stated"


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A group of the trial; exactly one is the reference where there is more than one."""

    label: str
    reference: bool = False
    programme: Programme | None = None
    comparator: str | None = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A planned visit: its week and the days either side of it that still count."""

    week: int
    window: tuple[int, int]
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A size of change that matters, with its source; the three kinds are never mixed."""

    name: str
    kind: ThresholdKind
    value: float
    citation: str
    scale: ThresholdScale = "points"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is measured: instrument, range, direction, unit and the sizes that matter."""

    label: str
    instrument: str
    range: tuple[float, float]
    direction: Direction
    unit: str
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Population:
    """Who is in an analysis. `share` is the least share of planned sessions attended."""

    label: str
    rule: PopulationRule
    share: float | None = None
