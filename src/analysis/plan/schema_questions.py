"""What a plan asks: estimands in the attributes of ICH E9(R1), questions with their methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.plan.schema_course import Course, Durability, Majority, Relapse
from analysis.plan.schema_imputation import Grid, Imputation
from analysis.plan.schema_multiplicity import Family
from analysis.plan.schema_responders import Responding
from analysis.plan.schema_subgroups import Subgroup

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
# What a composite strategy makes of everything after its event.
CountsAs = Literal["failure", "worst score", "baseline score"]
Method = Literal["mmrm", "ancova", "unadjusted"]
TrialEstimator = Literal[
    "change",
    "secondary",
    "baseline",
    "flow",
    "missing",
    "tipping",
    "responders",
    "course",
    "durability",
    "relapse",
    "majority",
    "safety",
    "adherence",
    "dose",
    "subgroups",
]
# Asked of published studies, not of participants.
EvidenceEstimator = Literal[
    "reviews", "contrasts", "synthesis", "shares", "length", "network", "among", "claims"
]
Estimator = Literal[TrialEstimator, EvidenceEstimator]
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
    counts_as: CountsAs | None = None
    why: str = "not stated"


@dataclass(frozen=True, kw_only=True)
class Estimand:
    """The five attributes of ICH E9(R1)."""

    label: str
    population: str
    treatments: Treatments
    variable: Variable
    intercurrent_events: tuple[EventStrategy, ...]
    summary: Literal[
        "difference in means", "mean change", "difference in shares", "share of responders"
    ]


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
class Harms:
    """How harms are counted: which reasons for leaving are harm, and what is soon after training.

    Days up to `days_after_session` after an attended session, its own day included, are soon.
    """

    reasons: tuple[str, ...] = ()
    days_after_session: int = 2
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class Question:
    """One estimand and the methods that estimate it; the first method is the main one."""

    label: str
    estimate: Estimator
    estimand: str | None = None
    methods: tuple[Method, ...] = ()
    variables: tuple[str, ...] = ()
    syntheses: tuple[str, ...] = ()
    ledger: str | None = None
    options: Options = Options()
    multiplicity: tuple[Family, ...] = ()
    imputation: Imputation | None = None
    grid: Grid | None = None
    course: Course | None = None
    durability: Durability | None = None
    relapse: Relapse | None = None
    majority: Majority | None = None
    harms: Harms = Harms()
    subgroups: tuple[Subgroup, ...] = ()
    responding: Responding | None = None
