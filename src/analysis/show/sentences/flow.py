"""Who was in the trial, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count
from analysis.show.sentences.phrase import arm_words, paragraph
from analysis.show.steps import Step, reason_label, step_label, steps, without_repeats
from analysis.show.unknown import FOLLOW_UP
from analysis.show.words import begin, joined
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
    first, *others = [_said(step, labels) for step in without_repeats(steps(rows))]
    closing = FOLLOW_UP if labels.pseudo_participants else ""
    return paragraph([begin(labels, first), *others, closing])


def _said(step: Step, labels: Labels) -> str:
    arms = [_of_arm(step, arm, labels) for arm in step.arms]
    if step.total is not None:
        # In a study of one arm its count is the total again.
        inner = [
            _listed(step, None, labels),
            joined(arms) if len(labels.arms) > 1 and arms else "",
        ]
        parts = [_number(step.total), *(f"({words})" for words in inner if words)]
    else:
        parts = [joined(arms) if arms else "; ".join(_by_reason(step, labels))]
    return f"{prose(step_label(step.name, labels))}: {' '.join(parts)}"


def _of_arm(step: Step, arm: str, labels: Labels) -> str:
    reasons = _listed(step, arm, labels)
    said = f"{_number(step.arms[arm])} in {arm_words(labels, arm)}"
    return f"{said} ({reasons})" if reasons else said


def _by_reason(step: Step, labels: Labels) -> list[str]:
    """Each reason with the counts of its arms: `all randomised 80 in usual care and 80 in ...`."""
    said = []
    for why in step.reasons_of_all():
        counts = [
            f"{_number(rows[why])} in {arm_words(labels, arm)}"
            for arm, rows in step.reasons.items()
            if why in rows
        ]
        said.append(f"{prose(reason_label(step.name, why, labels))} {joined(counts)}")
    return said


def _listed(step: Step, arm: str | None, labels: Labels) -> str:
    reasons = step.reasons.get(arm, {})
    return ", ".join(
        f"{prose(reason_label(step.name, why, labels))} {_number(row)}"
        for why, row in reasons.items()
    )


def _number(row: Any) -> str:
    return link(row, count(row.value))
