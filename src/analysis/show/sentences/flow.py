"""Who was in the trial, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count
from analysis.show.sentences.phrase import arm_words, paragraph
from analysis.show.steps import Step, reason_label, step_label, steps
from analysis.show.words import inside, joined
from analysis.terms import Labels


def flow(rows: pd.DataFrame, labels: Labels) -> str:
    """How many people were assessed, randomised, lost and analysed.

    Args:
        rows: result rows `count` whose level is a step of the flow.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: no flow rows.
    """
    start = "In simulated data" if labels.simulated else ""
    said = [_said(step, labels) for step in steps(rows)]
    return paragraph([f"{start}: {inside(said[0])}" if start else said[0], *said[1:]])


def _said(step: Step, labels: Labels) -> str:
    arms = [f"{_number(row)} in {arm_words(labels, arm)}" for arm, row in step.arms.items()]
    if step.total is not None:
        inner = [_listed(step.reasons.get(None, {})), joined(arms) if arms else ""]
        brackets = [f"({words})" for words in inner if words]
        parts = [_number(step.total), *brackets]
    else:
        parts = [joined(arms) if arms else "; ".join(_by_reason(step, labels))]
    return f"{prose(step_label(step.name, labels))}: {' '.join(parts)}"


def _by_reason(step: Step, labels: Labels) -> list[str]:
    """Each reason with the counts of its arms: `all randomised 80 in usual care and 80 in ...`."""
    said = []
    for why in step.reasons_of_all():
        counts = [
            f"{_number(rows[why])} in {arm_words(labels, arm)}"
            for arm, rows in step.reasons.items()
            if why in rows
        ]
        said.append(f"{prose(reason_label(why))} {joined(counts)}")
    return said


def _listed(reasons: dict[str, Any]) -> str:
    return ", ".join(f"{prose(reason_label(why))} {_number(row)}" for why, row in reasons.items())


def _number(row: Any) -> str:
    return link(row, count(row.value))
