"""What the front page says first: the answer to the study's main question, from its result rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.plan.schema import Plan, Question
from analysis.show.link import NOT_AVAILABLE, link
from analysis.show.numbers import count
from analysis.show.select import records, where
from analysis.show.sentences import SENTENCES
from analysis.terms import Labels

MAIN = "primary"
# Steps of the flow that the front page shows, in order; the first chapter shows them all.
_FLOW = {
    "randomised": "Randomised",
    "lost to follow-up": "Lost to follow-up",
    "completed": "Completed follow-up",
}


def main_question(plan: Plan) -> str | None:
    """The key of the question that the study is about: ``primary``, else the first on an effect."""
    asked = {key: q for key, q in plan.questions.items() if q.estimate == "change"}
    return MAIN if MAIN in asked else next(iter(asked), None)


def headline(rows: pd.DataFrame, plan: Plan, labels: Labels) -> str | None:
    """The answer in a sentence or two, every number a link to its row; None if it was not asked.

    Raises:
        ClaimError: the question was asked, and a row that the sentence needs is not there.
    """
    return _say("headline", rows, main_question(plan), labels)


@dataclass(frozen=True)
class People:
    """Who took part, for the front page: a line a group, its counts as HTML that leads to rows."""

    headings: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]


def who_took_part(rows: pd.DataFrame, plan: Plan, labels: Labels) -> People | None:
    """How many people were randomised, lost and followed to the end; None if that was not asked."""
    flow = next((key for key, q in plan.questions.items() if q.estimate == "flow"), None)
    counted = where(rows, question=flow, statistic="count", measure=None)
    counts = {(row.arm, row.level): row for row in records(counted) if not pd.isna(row.arm)}
    levels = [level for level in _FLOW if any(level == shown for _, shown in counts)]
    if not levels:
        return None
    return People(
        headings=tuple(_heading(level, plan) for level in levels),
        groups=tuple(
            (words, tuple(_count(counts.get((arm, level))) for level in levels))
            for arm, words in labels.arms.items()
        ),
    )


def asked(plan: Plan) -> Question | None:
    """The main question itself."""
    key = main_question(plan)
    return plan.questions[key] if key else None


def _say(sentence: str, rows: pd.DataFrame, question: str | None, labels: Labels) -> str | None:
    own = rows[rows["question"] == question] if question else rows.head(0)
    return SENTENCES[sentence](own, labels) if len(own) else None


def _heading(level: str, plan: Plan) -> str:
    one_arm = plan.study.design == "one arm"
    return "Took part" if one_arm and level == "randomised" else _FLOW[level]


def _count(row: Any | None) -> str:
    return NOT_AVAILABLE if row is None else link(row, count(row.value))
