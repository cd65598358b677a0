"""The vocabulary: column names, the words shown for them, and the crosswalk to CDISC ADaM names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

PARTICIPANT = "participant"
ARM = "arm"
VISIT = "visit"
WEEK = "week"
DAY = "day"
MEASURE = "measure"
VALUE = "value"
BASELINE = "baseline"
CHANGE = "change"
PERCENT_CHANGE = "percent_change"
STATUS = "status"

# Below this many people, figures of a group can tell of one of them, and one can turn a result.
SMALL_GROUP = 5
# Days are counted from randomisation. What is recorded of that day itself counts as after it, be it
# a harm or a flare-up: nobody knows the hour, and a harm is not to be missed.
START_DAY = 0
# Visits, windows and programmes are counted in weeks, follow-up also in years.
DAYS_A_WEEK = 7
DAYS_A_YEAR = 365.25

# What became of a planned value.
OBSERVED = "observed"
MISSING = "missing"
# What an estimand's strategies make of it besides: kept out, given a value, or called a failure.
EXCLUDED = "excluded by strategy"
SET = "set by strategy"
FAILURE = "counts as failure"

ADAM = {
    PARTICIPANT: "USUBJID",
    ARM: "TRT01P",
    VISIT: "AVISIT",
    WEEK: "AVISITN",
    DAY: "ADY",
    MEASURE: "PARAMCD",
    VALUE: "AVAL",
    BASELINE: "BASE",
    CHANGE: "CHG",
    PERCENT_CHANGE: "PCHG",
}
PLAIN = {adam: plain for plain, adam in ADAM.items()}

SIMULATED_NOTE = "Simulated data: these people were made by a computer, not treated in a trial."
PSEUDO_PARTICIPANTS_NOTE = (
    "Pseudo-participants: rows made from published means, standard deviations and intervals; they "
    "are not real people, and nothing but these figures can be learned from them."
)


def to_adam(columns: Iterable[str]) -> list[str]:
    """Our column names as CDISC ADaM names; names without a counterpart stay as they are."""
    return [ADAM.get(column, column) for column in columns]


def from_adam(columns: Iterable[str]) -> list[str]:
    """CDISC ADaM names as our column names; names without a counterpart stay as they are."""
    return [PLAIN.get(column, column) for column in columns]


@dataclass(frozen=True, kw_only=True)
class ThresholdLabel:
    """A size that matters, as shown: kind is within person, between groups or synthesis."""

    name: str
    kind: str
    value: float
    scale: str
    citation: str


@dataclass(frozen=True, kw_only=True)
class MeasureLabel:
    """A measure as shown: words, unit, range and which way is better."""

    label: str
    instrument: str
    unit: str
    minimum: float
    maximum: float
    lower_is_better: bool
    thresholds: tuple[ThresholdLabel, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceLabel:
    """A result beside a claim as shown: what it is, what it rests on, and what would speak for it.

    Attributes:
        unit: of the result, empty where a source states it without a number.
    """

    why: str
    role: str
    part: str
    design: str
    test: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class ClaimLabel:
    """A claim as shown: its words, what it would mean, and what would change the verdict.

    Attributes:
        parts: words of its parts by key.
        evidence: the results beside it, in the order of the ledger.
    """

    quotation: str
    means: str
    would_change: str
    parts: dict[str, str] = field(default_factory=dict)
    evidence: tuple[EvidenceLabel, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Labels:
    """All words of one study that tables, figures and sentences need beside the result rows.

    Attributes:
        arms: words by arm key, the reference arm first, then in the plan's order.
        reference: key of the reference arm, None in a study of one arm.
        programme_weeks: length of the longest programme; figures mark its end.
        pseudo_participants: whether the rows were made from published figures.
        variables: words and unit of a column of the participants, from the dictionary.
        scales: unit and range of a column of the training log, from the dictionary.
        populations: words by population key.
        estimands: words by estimand key.
        syntheses: words by key of a synthesis of published effects.
        studies: words by key of a published effect.
        claims: words by key of a claim.
        assumptions: words of the assumptions about absent scores, by question and key.
    """

    study: str
    title: str
    simulated: bool
    design: str
    arms: dict[str, str]
    reference: str | None
    measures: dict[str, MeasureLabel]
    weeks: tuple[int, ...]
    programme_weeks: int | None
    pseudo_participants: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    scales: dict[str, str] = field(default_factory=dict)
    populations: dict[str, str] = field(default_factory=dict)
    estimands: dict[str, str] = field(default_factory=dict)
    syntheses: dict[str, str] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)
    claims: dict[str, ClaimLabel] = field(default_factory=dict)
    assumptions: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """What stands on every figure and table of rows that are no real people; else empty."""
        return self._made_up("Simulated data", "Pseudo-participants")

    @property
    def note(self) -> str:
        """The stamp in full, as a note below a table; empty for real people."""
        return self._made_up(SIMULATED_NOTE, PSEUDO_PARTICIPANTS_NOTE)

    @property
    def start(self) -> str:
        """How a sentence about rows that are no real people starts; empty for real people."""
        return self._made_up(
            "In simulated data", "In pseudo-participants made from published figures"
        )

    def _made_up(self, simulated: str, pseudo: str) -> str:
        if self.simulated:
            return simulated
        return pseudo if self.pseudo_participants else ""
