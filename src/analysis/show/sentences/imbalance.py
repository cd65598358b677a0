"""What adjusting for the start changes, where groups did not start alike."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.effects import Answer, answer
from analysis.show.link import link
from analysis.show.numbers import decimals_of, fixed
from analysis.show.select import maybe
from analysis.show.sentences.phrase import (
    amount,
    arm_words,
    departures,
    interval,
    measure_words,
    paragraph,
)
from analysis.show.words import begin, measure_label
from analysis.terms import Labels, MeasureLabel

REASON = (
    "A person who starts with a high score falls more without any treatment, and one who starts "
    "with a low score falls less (regression to the mean), so a gap at the start turns into a "
    "difference that no treatment made"
)


def baseline_imbalance(rows: pd.DataFrame, labels: Labels) -> str:
    """The adjusted beside the unadjusted difference, and why they part.

    Args:
        rows: result rows of one question about a change; nothing is said where the plan names no
            `unadjusted` method, or the main method adjusts for nothing.
        labels: the study's words.

    Raises:
        ClaimError: the rows hold no effect.
    """
    found = answer(rows, labels)
    measure = measure_label(labels, found.measure)
    parts: list[str] = []
    used: list[Any] = []
    for row in found.effects:
        bare = maybe(
            found.rows, statistic="difference", arm=row.arm, week=found.week, level="unadjusted"
        )
        if bare is None:
            continue
        used += [row, bare]
        parts += _one(found, row, bare, labels, measure)
    if not parts:
        return ""
    return paragraph([begin(labels, parts[0]), *parts[1:], REASON, *departures(used)])


def _one(found: Answer, row: Any, bare: Any, labels: Labels, measure: MeasureLabel) -> list[str]:
    arm, other = arm_words(labels, row.arm), arm_words(labels, row.comparator)
    starts = [
        maybe(found.rows, statistic="observed_mean", week=0, arm=each)
        for each in (row.arm, row.comparator)
    ]
    said = []
    if all(each is not None for each in starts):
        mine, theirs = (link(each, fixed(each.value, decimals_of(measure))) for each in starts)
        said.append(
            f"At the start the mean of {measure_words(measure)} was {mine} in {arm} and {theirs} "
            f"in {other}"
        )
    return [
        *said,
        f"Without regard to the start it was {amount(bare, measure)} in {arm} than in {other} "
        f"({interval(found, bare, measure)}); of people who start alike it was "
        f"{amount(row, measure)} ({interval(found, row, measure)})",
    ]
