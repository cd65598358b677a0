"""Our trial among the others, in a sentence: expected or surprising."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.evidence import at_pool, of_pool, own_rows, pooled_rows
from analysis.show.link import link
from analysis.show.numbers import count, decimals_of, fixed, interval
from analysis.show.select import maybe, records, where
from analysis.show.sentences.phrase import arm_words, departures, paragraph
from analysis.show.words import begin, joined, measure_label
from analysis.terms import Labels

# An interval for a new trial from fewer than these moves with the next that is published.
FEW_TRIALS = 5


def among(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether this trial's result lies where a new study is expected.

    Args:
        rows: result rows `own`, `expected`, `prediction` and `pooled` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no result of this trial.
    """
    rows = own_rows(rows, "own")
    own = records(where(rows, statistic="own"))
    new = at_pool(rows, "prediction", str(pooled_rows(rows)[0].level))
    parts = [_told(row, rows, new, labels) for row in own]
    parts[0] = begin(labels, parts[0])
    if new is not None:
        parts.append(
            "These intervals are wider than the one that the figure gives for a new study's true "
            "effect: the result of one trial lies about its true effect by chance"
        )
    if new is not None and new.n < FEW_TRIALS:
        parts.append(
            f"What is expected rests on {link(new, count(new.n))} trials: a few more could move "
            "the interval, so neither word says much yet"
        )
    return paragraph([*parts, *departures(own)])


def appraisal(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether small studies were tested for another story, and how certain the pools are.

    Args:
        rows: result rows of one synthesis with its appraisal.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "funnel_limit")
    key = str(pooled_rows(rows)[0].level)
    few = at_pool(rows, "asymmetry_not_tested", key)
    if few is not None:
        number = link(few, fixed(few.value, 0))
        said = (
            f"With {number} trials the funnel is drawn, not tested: too few to tell whether small "
            "studies with dull results stayed unpublished"
        )
        return paragraph([said, *_lopsided(of_pool(rows, "funnel_side", key))])
    told = at_pool(rows, "egger", key)
    return paragraph([f"Egger's test of asymmetry gives p = {link(told, fixed(told.p, 3))}"])


def _lopsided(sides: list[Any]) -> list[str]:
    """What can be seen without a test: on which side of the pool small and large trials lie."""
    if not sides:
        return []
    counts = [link(row, f"{fixed(row.value, 0)} of the {fixed(row.n, 0)}") for row in sides]
    kinds = [str(row.level).partition(": ")[2] for row in sides]
    told = joined([f"{n} {kind} trials" for n, kind in zip(counts, kinds, strict=True)])
    return [f"On the side of the pool that favours the training lie {told}"]


def _told(row: Any, rows: pd.DataFrame, new: Any, labels: Labels) -> str:
    measure = measure_label(labels, row.measure)
    decimals = decimals_of(measure)
    number = link(row, f"{fixed(row.value, decimals)}")
    inside = maybe(rows, statistic="expected", arm=row.arm)
    bounds = link(inside, interval(inside.lower, inside.upper, decimals))
    trials = "published trials" if new is None else f"{link(new, count(new.n))} published trials"
    word = "as expected" if inside.value else "surprising"
    where_it_lies = "inside" if inside.value else "outside"
    return (
        f"The result with {arm_words(labels, row.arm)}, {number} {measure.unit}, is "
        f"{link(inside, word)}: it lies {where_it_lies} the interval in which {trials} let one "
        f"expect the result of a study of this size {bounds}"
    )
