"""What is not known of one arm, in words: an arm that is silent is never shown as nought."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count
from analysis.show.select import in_order, where
from analysis.show.words import arm_label, inside, people_word
from analysis.terms import Labels

# By the level of rows `not_available` that have an arm: the link stands on the first word.
_WORDS = {
    "no score after the start": ("Nobody", "in {arm} has a score after the start", True),
    "no score after the programme": (
        "Nobody",
        "in {arm} was seen after the programme, so this part of the analysis is without them",
        True,
    ),
    "no score after the start beside what is needed from it": (
        "Nobody",
        "in {arm} has both a score after the start and what the model needs to know of the start",
        True,
    ),
    "nobody of the population": ("Nobody", "of the people asked about is in {arm}", True),
    "no score at the week": ("Nobody", "in {arm} has a score at that week", True),
    "no log of the arm": (
        "No row",
        "of the training log is of people with {arm}: what they attended and did is not known",
        False,
    ),
}
_NOT_KNOWN = ": how it went on there is not known"


def unknown_arms(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """A sentence for each arm of which the study cannot tell, without a full stop; HTML.

    Args:
        rows: result rows of one question; of these, `not_available` with an arm.
        labels: the study's words.
    """
    said = []
    for row in in_order(where(rows, statistic="not_available"), labels):
        first, rest, course = _WORDS[str(row.level)]
        words = f"{link(row, first)} {rest.format(arm=_arm(row, labels))}"
        said.append(words + (_NOT_KNOWN if course else ""))
    return said


def not_followed(rows: pd.DataFrame, labels: Labels) -> tuple[list[str], list[str]]:
    """Who was not followed after randomisation, without a full stop; HTML.

    Args:
        rows: result rows of one question about harms; of these, `not_followed`.
        labels: the study's words.

    Returns:
        A sentence for each arm of which nobody was followed, and for each with some who were not.
    """
    none, some = [], []
    for row in in_order(where(rows, statistic="not_followed"), labels):
        of = f"{link(row, count(row.n))} {people_word(row.n)} with {_arm(row, labels)}"
        if row.value == row.n:
            none.append(f"None of the {of} was followed after randomisation: harms are not known")
            continue
        was = "was" if row.value == 1 else "were"
        some.append(
            f"Of {of}, {link(row, count(row.value))} {was} not followed after randomisation and "
            "counted in the share all the same: a harm of theirs could not have been seen"
        )
    return none, some


def _arm(row: Any, labels: Labels) -> str:
    return prose(inside(arm_label(labels, row.arm)))
