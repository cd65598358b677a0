"""The flow of participants as a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell
from analysis.show.numbers import count
from analysis.show.steps import Step, reason_label, step_label, steps
from analysis.show.tables.dress import arm_headings, dress
from analysis.show.unknown import FOLLOW_UP
from analysis.terms import Labels

_ALL = "all"


def flow(rows: pd.DataFrame, labels: Labels) -> GT:
    """Who was assessed, randomised, lost and analysed, by arm and reason.

    Args:
        rows: result rows `count` whose level is `step` or `step: reason`.
        labels: the study's words.

    Raises:
        ClaimError: no flow rows, or two counts of the same people.
    """
    found = steps(rows)
    used: list[Any] = []
    cells = [line for step in found for line in _lines(step, labels, used)]
    arms = [arm for arm in labels.arms if any(arm in line for line in cells)]
    headings = {"row": "Step"}
    if any(_ALL in line for line in cells):
        headings[_ALL] = "All"
    headings |= arm_headings(arms, labels)
    return dress(
        [{key: line.get(key, "") for key in headings} for line in cells],
        used,
        labels,
        name="flow",
        title="Flow of participants",
        headings=headings,
        notes=[
            "Counts of people. Indented lines are reasons, as far as they were recorded.",
            *([f"{FOLLOW_UP}."] if labels.pseudo_participants else []),
        ],
    )


def _lines(step: Step, labels: Labels, used: list[Any]) -> list[dict[str, str]]:
    own = {arm: row for arm, row in [(_ALL, step.total), *step.arms.items()] if row is not None}
    used.extend(own.values())
    lines = [{"row": step_label(step.name, labels)} | _counts(own)]
    for reason in step.reasons_of_all():
        by_arm = {arm or _ALL: rows[reason] for arm, rows in step.reasons.items() if reason in rows}
        used.extend(by_arm.values())
        # An en space cannot be folded away, so the line stays indented in every browser.
        lines.append({"row": f"\u2003{reason_label(step.name, reason, labels)}"} | _counts(by_arm))
    return lines


def _counts(by_arm: dict[str, Any]) -> dict[str, str]:
    return {arm: cell(row, count(row.value)) for arm, row in by_arm.items()}
