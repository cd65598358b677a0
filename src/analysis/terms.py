"""The vocabulary: column names, the words shown for them, and the crosswalk to CDISC ADaM names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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

# What became of a planned value.
OBSERVED = "observed"
MISSING = "missing"

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

SIMULATED = "simulated"
SIMULATED_NOTE = "Simulated data: these people were made by a computer, not treated in a trial."


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
class Labels:
    """All words of one study that tables, figures and sentences need beside the result rows.

    Attributes:
        arms: words by arm key, the reference arm first, then in the plan's order.
        reference: key of the reference arm, None in a study of one arm.
        programme_weeks: length of the longest programme; figures mark its end.
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
