"""The contents and sizes of the boxes of a flow diagram, before anything is drawn."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from analysis.show.numbers import count
from analysis.show.steps import LEAVING, Step, reason_label, step_label
from analysis.terms import Labels

LINE = 0.165  # inches a line of text
PAD = 0.16  # inches inside a box, above and below together
_ALLOCATION = ("randomised", "started programme", "did not start programme")
_ANALYSIS = ("in the population", "not analysed", "analysed")


@dataclass(frozen=True)
class Box:
    """A box: its lines of text; an empty one parts two steps."""

    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """In inches."""
        return PAD + LINE * len(self.lines)


def before_arms(steps: list[Step], labels: Labels, characters: int) -> list[tuple[Box, bool]]:
    """Boxes of the steps before arms are known; True where people leave, to stand aside.

    With one arm the step that has a count by arm stands in the arm's column only.
    """
    found = []
    for step in steps:
        if step.total is None or (step.arms and len(labels.arms) == 1):
            continue
        lines = _lines(step, step.total, step.reasons.get(None, {}), labels, characters)
        aside = step.name in LEAVING or bool(step.reasons.get(None))
        found.append((Box(tuple(lines)), aside))
    return found


def arm_boxes(steps: list[Step], arm: str, labels: Labels, characters: int) -> list[Box]:
    """Three boxes of an arm: allocation, follow-up, analysis; empty where nothing was counted."""
    stages: list[list[Step]] = [[], [], []]
    for step in steps:
        stage = 0 if step.name in _ALLOCATION else 2 if step.name in _ANALYSIS else 1
        stages[stage].append(step)
    boxes = [Box(_of_stage(stage, arm, labels, characters)) for stage in stages]
    if labels.pseudo_participants and not boxes[1].lines:
        boxes[1] = Box(tuple(_wrapped("Who left the study: unknown", characters)))
    return boxes


def _of_stage(stage: list[Step], arm: str, labels: Labels, characters: int) -> tuple[str, ...]:
    """The steps of a stage; steps with reasons stand apart, so that each number finds its words."""
    found: list[str] = []
    listed = False
    for step in stage:
        reasons = bool(step.reasons.get(arm))
        lines = _of_arm(step, arm, labels, characters)
        found += [""] if found and lines and (listed or reasons) else []
        found += lines
        listed = reasons if lines else listed
    return tuple(found)


def _of_arm(step: Step, arm: str, labels: Labels, characters: int) -> list[str]:
    row, reasons = step.arms.get(arm), step.reasons.get(arm, {})
    if row is None and not reasons:
        return []
    return _lines(step, row, reasons, labels, characters)


def _lines(step: Step, row: object, reasons: dict, labels: Labels, characters: int) -> list[str]:
    words = step_label(step.name, labels)
    head = words if row is None else f"{words}:\N{NO-BREAK SPACE}{count(row.value)}"
    lines = _wrapped(head, characters)
    for reason, each in reasons.items():
        text = f"– {reason_label(step.name, reason, labels)}:\N{NO-BREAK SPACE}{count(each.value)}"
        lines += _wrapped(text, characters, initial_indent="  ", subsequent_indent="     ")
    return lines


def _wrapped(text: str, characters: int, **indents: str) -> list[str]:
    return textwrap.wrap(text, characters, break_on_hyphens=False, **indents)
