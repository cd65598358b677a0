"""Absent scores in words: how many, and whether the answer depends on what they are taken to be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.show.assumed import MODEL, short_name, side_by_side
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, fixed, size
from analysis.show.select import maybe, one_key, records, where
from analysis.show.select import thresholds as threshold_rows
from analysis.show.sentences.phrase import (
    amount,
    arm_words,
    departures,
    direction,
    measure_words,
    paragraph,
)
from analysis.show.tables.xray import ALL
from analysis.show.verdict import beside_zero, briefly, turned
from analysis.show.words import (
    begin,
    inside,
    joined,
    measure_label,
    sentence_case,
    with_unit,
)
from analysis.terms import SMALL_GROUP, Labels, MeasureLabel

_SAME = "So the answer does not depend on which of these assumptions holds"
_PARTED = (
    "Where the assumptions part, the answer depends on what is assumed, which no data can settle"
)


def absent_scores(rows: pd.DataFrame, labels: Labels) -> str:
    """How many planned scores count as recorded, by arm, over all weeks.

    Args:
        rows: result rows of a question `missing`.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: no rows `planned_values`, or several questions.
    """
    own = where(rows, statistic="planned_values")
    question = one_key(own, "question")
    own = where(own, question=question, week=None)
    said = []
    for total in records(where(own, level=ALL)):
        seen = maybe(own, arm=total.arm, level="observed")
        number = link(seen, fixed(seen.value, 0)) if seen is not None else "none"
        arm = arm_words(labels, total.arm)
        said.append(f"{number} of {link(total, fixed(total.value, 0))} in {arm}")
    measure = measure_label(labels, one_key(own, "measure"))
    start = begin(labels, f"Of the planned scores of {measure_words(measure)} over all weeks")
    few = any(0 < row.value < SMALL_GROUP for row in records(own))
    caution = "Some reasons were given by very few people: take care when passing them on"
    return paragraph([f"{start}, {joined(said)} were recorded and count", caution if few else ""])


def depends_for_clinicians(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether the answer depends on what absent scores are taken to be, in plain words.

    Args:
        rows: result rows of a question `missing`: effects, thresholds.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML: the range of the estimates for each comparison, and whether the
        interval leads to the same conclusion under every assumption.

    Raises:
        ClaimError: no effects under assumptions, several questions, or a threshold without a row.
    """
    found = side_by_side(rows, labels)
    first = next(iter(found.values()))[0]
    measure = measure_label(labels, first.measure)
    week = link(first, str(int(first.week)))
    start = begin(
        labels, f"At week {week}, under the assumptions about absent scores compared here"
    )
    said, used, same = [], [], True
    for place, each in enumerate(found.values()):
        used += each
        low, high = min(each, key=lambda row: row.value), max(each, key=lambda row: row.value)
        span = _span(low, high, measure)
        opening = f"{start}, {measure_words(measure)}" if place == 0 else "It"
        said.append(f"{opening} is {span} {_beside(each[0], labels)}")
        if first.statistic == "difference":
            verdicts, agreed = _verdicts(each, rows, labels)
            said, same = said + verdicts, same and agreed
    closing = "" if first.statistic == "change" else (_SAME if same else _PARTED)
    return paragraph([*said, closing, *departures(used)])


def _span(low: Any, high: Any, measure: MeasureLabel) -> str:
    """`5.3 to 6.1 mm lower`; where the ends part, each with its direction."""
    decimals = decimals_of(measure)
    ways = {direction(row.value, decimals) for row in (low, high)}
    if len(ways) > 1:
        return f"between {amount(low, measure)} and {amount(high, measure)}"
    near, far = sorted((low, high), key=lambda row: abs(row.value))
    if size(near.value, decimals) == size(far.value, decimals):
        return amount(near, measure)
    return f"{link(near, size(near.value, decimals))} to {amount(far, measure)}"


def _beside(row: Any, labels: Labels) -> str:
    arm = arm_words(labels, row.arm)
    if row.statistic == "change":
        return f"than at the start in {arm}"
    return f"with {arm} than with {arm_words(labels, row.comparator)}"


def _verdicts(each: list[Any], rows: pd.DataFrame, labels: Labels) -> tuple[list[str], bool]:
    """What the intervals say of no difference and of each size that matters; whether all agree."""
    first = each[0]
    measure = measure_label(labels, first.measure)
    own = where(rows, question=first.question)
    held = _held(each, labels, beside_zero)
    said, same = [sentence_case(_by_assumption(held))], len(held) == 1
    for name, row in threshold_rows(own, labels, first.question, first.measure, "between groups"):
        number = link(row, fixed(row.value, decimals_of(measure)))
        held = _held(each, labels, partial(briefly, size=row.value))
        words = f"The {prose(name)} is {with_unit(number, prose(measure.unit))}"
        said.append(f"{words}: {_by_assumption(held)}")
        same = same and len(held) == 1
    return said, same


def _held(each: list[Any], labels: Labels, verdict: Callable[..., str]) -> dict[str, list[str]]:
    """Each verdict with the assumptions that it holds under."""
    measure = measure_label(labels, each[0].measure)
    held: dict[str, list[str]] = {}
    for row in each:
        worst, best = turned(row.lower, row.upper, measure)
        words = {key: arm_words(labels, getattr(row, key)) for key in ("arm", "comparator")}
        said = inside(verdict(worst=worst, best=best, **words))
        name = "the mixed model" if row.level == MODEL else short_name(row.level)
        held.setdefault(said, []).append(link(row, name))
    return held


def _by_assumption(held: dict[str, list[str]]) -> str:
    if len(held) == 1:
        return f"under every assumption {next(iter(held))}"
    return "; ".join(f"under {joined(names)} {said}" for said, names in held.items())
