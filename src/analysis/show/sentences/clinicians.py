"""The answer in plain words: how much, how sure, and beside the size that matters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.show.effects import Answer, answer
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, fixed, is_missing
from analysis.show.select import thresholds
from analysis.show.sentences.caution import few_people, one_arm_caution
from analysis.show.sentences.phrase import (
    amount,
    arm_words,
    departures,
    interval,
    measure_words,
    opening,
    paragraph,
)
from analysis.show.verdict import beside_size, beside_zero, briefly, turned
from analysis.show.words import better, inside, joined, measure_label, sentence_case, with_unit
from analysis.terms import Labels


def for_clinicians(rows: pd.DataFrame, labels: Labels, *, week: int | None = None) -> str:
    """What a clinician can tell a patient: each comparison, its interval, and what that means.

    Args:
        rows: result rows of one question about one measure: `difference` by arm (or `change`),
            `threshold`, and `interval_level`.
        labels: the study's words.
        week: the week to speak of; None takes the week that the question asked about.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: a row that the words need is not there; names its id.
    """
    found = answer(rows, labels, week)
    measure = measure_label(labels, found.measure)
    direction = f"On this scale {better(measure)}"
    parts = []
    for place, row in enumerate(found.effects):
        start = opening(found, labels) if place == 0 else "At the same time"
        parts.append(f"{start}, {_effect(found, row, labels)}")
        if place == 0:
            parts.append(direction)
        parts += _meaning(found, row, labels)
    caution = one_arm_caution(rows, labels)
    return paragraph([*parts, few_people(found), caution, *departures(found.effects)])


def headline(rows: pd.DataFrame, labels: Labels, *, week: int | None = None) -> str:
    """The answer and how it lies beside the size that matters, for the front page of a report.

    Takes, returns and raises as `for_clinicians`.
    """
    found = answer(rows, labels, week)
    measure = measure_label(labels, found.measure)
    name = f"{measure_words(measure)} ({better(measure)})"
    start = f"{opening(found, labels)}, {name} was on average "
    if found.statistic == "change":
        said = [f"{amount(r, measure)} than at the start" + _of(r, labels) for r in found.effects]
    else:
        said = [
            f"{amount(r, measure)} with {arm_words(labels, r.arm)} than with "
            f"{arm_words(labels, r.comparator)}"
            for r in found.effects
        ]
    said = [
        f"{words} ({interval(found, row, measure)})"
        for words, row in zip(said, found.effects, strict=True)
    ]
    caution = one_arm_caution(rows, labels).split(". ")[0]
    sizes = [] if found.statistic == "change" else _verdicts(found, labels)
    few = few_people(found)
    return paragraph([start + joined(said), *sizes, few, caution, *departures(found.effects)])


def _effect(found: Answer, row: Any, labels: Labels) -> str:
    measure = measure_label(labels, found.measure)
    start = f"{measure_words(measure)} was on average {amount(row, measure)}"
    bounds = interval(found, row, measure)
    if found.statistic == "change":
        return f"{start} than at the start{_of(row, labels)} ({bounds})"
    # Randomised people were offered an arm, whether or not they took it up.
    offered = "people offered" if labels.design.startswith("randomised") else "people in"
    return (
        f"{start} in {offered} {arm_words(labels, row.arm)} than in {offered} "
        f"{arm_words(labels, row.comparator)} ({bounds})"
    )


def _of(row: Any, labels: Labels) -> str:
    if is_missing(row.arm) or len(labels.arms) == 1:
        return ""
    return f" in people with {arm_words(labels, row.arm)}"


def _meaning(found: Answer, row: Any, labels: Labels) -> list[str]:
    """What the interval says of a worthwhile difference; nothing of a change within one group."""
    if found.statistic == "change" or is_missing(row.lower) or is_missing(row.upper):
        return []
    measure = measure_label(labels, found.measure)
    worst, best = turned(row.lower, row.upper, measure)
    arms = arm_words(labels, row.arm), arm_words(labels, row.comparator)
    rows = thresholds(found.rows, labels, found.question, found.measure, "between groups")
    if not rows:
        return [beside_zero(worst, best, *arms)]
    return [
        f"{said}: {beside_size(worst, best, size.value, *arms)}"
        for said, (_, size) in zip(_sizes(found, labels), rows, strict=True)
    ]


def _verdicts(found: Answer, labels: Labels) -> list[str]:
    """How every comparison's interval lies beside each size that matters, or beside none."""
    rows = thresholds(found.rows, labels, found.question, found.measure, "between groups")
    if not rows:
        return [sentence_case(words) for words in _for_whom(found, labels, beside_zero)]

    said = []
    for words, (_, size) in zip(_sizes(found, labels), rows, strict=True):
        verdicts = _for_whom(found, labels, partial(briefly, size=size.value))
        said.append(": ".join([words, *(["; ".join(verdicts)] if verdicts else [])]))
    return said


def _for_whom(found: Answer, labels: Labels, verdict: Callable[..., str]) -> list[str]:
    """Each verdict once, with the arms that it holds for; no arm where only one is compared."""
    measure = measure_label(labels, found.measure)
    arms: dict[str, list[str]] = {}
    for row in found.effects:
        if not (is_missing(row.lower) or is_missing(row.upper)):
            words = {key: arm_words(labels, getattr(row, key)) for key in ("arm", "comparator")}
            worst, best = turned(row.lower, row.upper, measure)
            said = inside(verdict(worst=worst, best=best, **words))
            arms.setdefault(said, []).append(f"for {words['arm']}")
    alone = len(found.effects) == 1
    return [said if alone else f"{joined(who)} {said}" for said, who in arms.items()]


def _sizes(found: Answer, labels: Labels) -> list[str]:
    """`The smallest worthwhile effect is 10.9 mm`, a sentence a threshold between groups."""
    measure = measure_label(labels, found.measure)
    rows = thresholds(found.rows, labels, found.question, found.measure, "between groups")
    shown = [(name, link(row, fixed(row.value, decimals_of(measure)))) for name, row in rows]
    return [
        f"The {prose(name)} is {with_unit(number, prose(measure.unit))}" for name, number in shown
    ]
