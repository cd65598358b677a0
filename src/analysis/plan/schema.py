"""The statistical analysis plan as data: what a `plans/<study>.yaml` may say, and nothing else.

Closed lists are `Literal` types: they drive reading, messages and help alike. A field without a
default must be given; every default that was used is written to `plan_as_run.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from analysis.plan.schema_evidence import Synthesis
from analysis.plan.schema_questions import Estimand, EvidenceEstimator, Question
from analysis.plan.schema_simulation import Simulation
from analysis.plan.schema_trial import Arm, Measure, Population, Study, Visit


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
    syntheses: dict[str, Synthesis] = field(default_factory=dict)

    @property
    def reference(self) -> str | None:
        """The key of the reference arm; None in a study of one arm."""
        return next((key for key, arm in self.arms.items() if arm.reference), None)

    @property
    def weeks(self) -> tuple[int, ...]:
        """The planned weeks after baseline, in order."""
        return tuple(visit.week for visit in self.schedule if visit.week > 0)

    @property
    def ledger(self) -> str | None:
        """The name of the ledger of claims that a question weighs; None where none does."""
        named = (question.ledger for question in self.questions.values())
        return next((name for name in named if name is not None), None)

    @property
    def asks_of_studies(self) -> bool:
        """Whether a question is about published studies."""
        kinds = get_args(EvidenceEstimator)
        return any(question.estimate in kinds for question in self.questions.values())

    @property
    def sets_beside_studies(self) -> bool:
        """Whether a question sets its answer beside published ones, where they are at hand."""
        return any(question.estimate == "majority" for question in self.questions.values())
