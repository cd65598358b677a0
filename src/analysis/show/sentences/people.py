"""How many people the answer stands on, for the front page of a report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.effects import Answer, answer
from analysis.show.link import link
from analysis.show.numbers import count
from analysis.show.select import absent, arms_of, maybe, where
from analysis.show.sentences.phrase import arm_words, measure_words, paragraph
from analysis.show.unknown import COMPLETE
from analysis.show.words import begin, joined, measure_label, people_word
from analysis.terms import Labels


def people(rows: pd.DataFrame, labels: Labels) -> str:
    """How many were randomised to each arm, and how many had a score when it was asked about.

    Args:
        rows: result rows of the flow (`count`), and of one question about a change beside them,
            which tells the measure and the week.
        labels: the study's words.

    Returns:
        Two short sentences of inline HTML.

    Raises:
        ClaimError: a count or an effect is not there; names its id.
    """
    found = answer(rows, labels)
    counts = where(rows, statistic="count")
    return paragraph([begin(labels, _entered(counts, labels)), _seen(counts, found, labels)])


def _entered(counts: pd.DataFrame, labels: Labels) -> str:
    step = where(counts, level="randomised", measure=None)
    total = maybe(step, arm=None)
    if total is None:
        raise absent("<question>.count.randomised")
    entered = "randomised" if labels.design.startswith("randomised") else "included"
    were = "was" if total.value == 1 else "were"
    said = f"{_number(total)} {people_word(total.value)} {were} {entered}"
    arms = [f"{_number(row)} to {arm_words(labels, arm)}" for arm, row in _by_arm(step, labels)]
    return said if len(labels.arms) == 1 or not arms else f"{said}: {joined(arms)}"


def _seen(counts: pd.DataFrame, found: Answer, labels: Labels) -> str:
    """How many had a score at the week asked about; not told by rows that were made complete."""
    week = link(found.effects[0], str(found.week))
    measure = measure_words(measure_label(labels, found.measure))
    if labels.pseudo_participants:
        words = f"How many had a score of {measure} at week {week} cannot be told from these rows"
        return f"{words}: {COMPLETE}"
    step = where(counts, level="observed", measure=found.measure, week=found.week)
    arms = _by_arm(step, labels)
    if not arms:
        raise absent(f"<question>.count.{found.measure}.week{found.week}.<arm>.observed")
    if len(labels.arms) == 1:
        ((_, row),) = arms
        return f"At week {week}, {_number(row)} had a score of {measure}"
    said = [f"{_number(row)} in {arm_words(labels, arm)}" for arm, row in arms]
    return f"At week {week}, {joined(said)} had a score of {measure}"


def _by_arm(step: pd.DataFrame, labels: Labels) -> list[tuple[str, Any]]:
    return [(arm, maybe(step, arm=arm)) for arm in arms_of(step, labels)]


def _number(row: Any) -> str:
    return link(row, count(row.value))
