"""The statistical analysis plan as data: what a `plans/<study>.yaml` may say, and nothing else.

Closed lists are `Literal` types: they drive reading, messages and help alike. A field without a
default must be given; every default that was used is written to `plan_as_run.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from analysis.plan.schema_simulation import Simulation

Modality = Literal[
    "resistance bands", "free weights", "machines", "body weight", "mixed", "not resistance"
]
MuscleGroup = Literal["abdominals", "hip flexors", "obliques", "extensors", "glutes", "whole body"]
Supervision = Literal["supervised", "partly supervised", "unsupervised", "not reported"]
Direction = Literal["lower is better", "higher is better"]
ThresholdKind = Literal["within person", "between groups", "synthesis"]
ThresholdScale = Literal["points", "percent of baseline"]
IntercurrentEvent = Literal[
    "stopped programme",
    "withdrew",
    "other treatment",
    "crossed over",
    "injury",
    "pregnancy",
    "death",
]
Strategy = Literal[
    "treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum"
]
PopulationRule = Literal["all randomised", "any follow-up", "started programme", "attended share"]
Method = Literal["mmrm", "ancova"]
Estimator = Literal["change", "baseline", "flow"]
# The words of the engine (`analysis.stats.covariance`, `analysis.stats.inference`); a test holds
# them to be the same, since the plan may not import what estimates it.
Covariance = Literal[
    "us", "ar1", "ar1h", "cs", "csh", "toep", "toeph", "ad", "adh", "sp_exp", "ri", "ri+rs"
]
DegreesOfFreedom = Literal[
    "kenward-roger-linear",
    "kenward-roger",
    "kenward-roger-expected",
    "satterthwaite",
    "between-within",
    "residual",
]


@dataclass(frozen=True, kw_only=True)
class Study:
    """Who asks, where it is registered, who paid, where the data come from."""

    name: str
    title: str
    simulated: bool
    pseudo_participants: bool = False
    design: Literal["randomised parallel groups", "one arm"]
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
    assessed: int | None = None
    excluded: dict[str, int] = field(default_factory=dict)


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


@dataclass(frozen=True, kw_only=True)
class Treatments:
    """The programmes compared; no comparator means a change within each arm only."""

    arms: tuple[str, ...]
    comparator: str | None


@dataclass(frozen=True, kw_only=True)
class Variable:
    """The outcome of one person: a measure, at a week, as a change from baseline or as it is."""

    measure: str
    week: int
    kind: Literal["change from baseline", "value"] = "change from baseline"


@dataclass(frozen=True, kw_only=True)
class EventStrategy:
    """How one kind of intercurrent event is handled (ICH E9(R1))."""

    event: IntercurrentEvent
    strategy: Strategy
    why: str = "not stated"


@dataclass(frozen=True, kw_only=True)
class Estimand:
    """The five attributes of ICH E9(R1)."""

    label: str
    population: str
    treatments: Treatments
    variable: Variable
    intercurrent_events: tuple[EventStrategy, ...]
    summary: Literal["difference in means", "mean change"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the method is set; the defaults are the first version's planned choices."""

    covariates: tuple[str, ...] = ("baseline",)
    covariance: Covariance = "us"
    df: DegreesOfFreedom = "kenward-roger-linear"
    reml: bool = True
    level: float = 0.95
    weights: Literal["proportional", "equal"] = "proportional"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One estimand and the methods that estimate it; the first method is the main one."""

    label: str
    estimate: Estimator
    estimand: str | None = None
    methods: tuple[Method, ...] = ()
    variables: tuple[str, ...] = ()
    options: Options = Options()


@dataclass(frozen=True, kw_only=True)
class Lock:
    """The date the plan was fixed and the hash of its content on that date."""

    date: date
    hash: str


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """A change after the lock: when, which key, what and why, and the hash after it."""

    date: date
    key: str
    what: str
    why: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole analysis plan."""

    study: Study
    seed: int
    arms: dict[str, Arm]
    schedule: tuple[Visit, ...]
    measures: dict[str, Measure]
    populations: dict[str, Population]
    estimands: dict[str, Estimand]
    questions: dict[str, Question]
    lock: Lock | None = None
    amendments: tuple[Amendment, ...] = ()
    simulation: Simulation | None = None

    @property
    def reference(self) -> str | None:
        """The key of the reference arm; None in a study of one arm."""
        return next((key for key, arm in self.arms.items() if arm.reference), None)

    @property
    def weeks(self) -> tuple[int, ...]:
        """The planned weeks after baseline, in order."""
        return tuple(visit.week for visit in self.schedule if visit.week > 0)
