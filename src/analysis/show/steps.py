"""The flow of participants as steps: totals, arms and reasons, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.errors import ClaimError
from analysis.show.select import one_key, records, some, where
from analysis.show.words import left_out_label, sentence_case
from analysis.terms import Labels

# Steps at which people leave; they stand aside in the diagram.
LEAVING = ("excluded", "did not start programme", "stopped programme", "withdrew", "died")
_WORDS = {
    "started programme": "started the programme",
    "did not start programme": "did not start the programme",
    "stopped programme": "stopped the programme",
    "completed": "completed follow-up",
    "not analysed": "not analysed for the main question",
    "analysed": "analysed for the main question",
}


@dataclass
class Step:
    """One step of the flow: `total` before arms are known, `arms` after; `reasons` by arm."""

    name: str
    total: Any | None = None
    arms: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str | None, dict[str, Any]] = field(default_factory=dict)

    def reasons_of_all(self) -> list[str]:
        """Every reason of the step once, in order of appearance."""
        return list(dict.fromkeys(why for each in self.reasons.values() for why in each))


def steps(rows: pd.DataFrame) -> list[Step]:
    """The flow's steps from rows `count` whose level is `step` or `step: reason`.

    Rows of one measure (values observed and missing at a visit) are no steps of people.

    Raises:
        ClaimError: no flow, several questions, or two counts of the same people.
    """
    counts = some(where(rows, statistic="count", measure=None), "<question>.count.<step>")
    one_key(counts, "question")
    found: dict[str, Step] = {}
    for row in records(counts):
        name, _, reason = str(row.level).partition(": ")
        step = found.setdefault(name, Step(name))
        arm = None if pd.isna(row.arm) else str(row.arm)
        _put(step, arm, reason, row)
    return list(found.values())


def _put(step: Step, arm: str | None, reason: str, row: Any) -> None:
    if reason:
        place, key = step.reasons.setdefault(arm, {}), reason
    else:
        place, key = step.arms, arm
    if key in place or (not reason and arm is None and step.total is not None):
        raise ClaimError(
            f"Two results count the same people: '{row.id}'.",
            where="result rows",
            why="A reader cannot tell which of them holds.",
            do="Give the rows different levels, or pass only one of them.",
        )
    if arm is None and not reason:
        step.total = row
    else:
        place[key] = row


def step_label(name: str, labels: Labels) -> str:
    """A step's words; nobody was randomised in a study of one arm."""
    if name == "randomised" and not labels.design.startswith("randomised"):
        return "Entered the study"
    return sentence_case(_WORDS.get(name, name))


def reason_label(step: str, reason: str, labels: Labels) -> str:
    """A reason's words: a population's, or those of what the model misses."""
    if step == "in the population" and reason in labels.populations:
        return labels.populations[reason]
    if step == "not analysed":
        return left_out_label(labels, reason)
    return reason.replace("_", " ")


def without_repeats(found: list[Step]) -> list[Step]:
    """The steps of a diagram or a sentence: who withdrew is counted again among those lost."""
    names = {step.name for step in found}
    return [step for step in found if step.name != "withdrew" or "lost to follow-up" not in names]
