"""The answer for statisticians: estimand, model, precision, and the second method beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import (
    DF_DECIMALS,
    MISSING,
    SE_DECIMALS,
    count,
    decimals_of,
    fixed,
    is_missing,
    p_statement,
    span,
)
from analysis.show.select import Answer, answer, column_values, other_methods, records, where
from analysis.show.sentences.phrase import (
    arm_words,
    departures,
    interval_name,
    measure_words,
    paragraph,
)
from analysis.show.words import joined, measure_label, sentence_case, with_unit
from analysis.terms import Labels


def for_statisticians(rows: pd.DataFrame, labels: Labels, *, week: int | None = None) -> str:
    """Each effect with its standard error, interval, degrees of freedom and p, and how it was made.

    Args:
        rows: result rows of one question about one measure.
        labels: the study's words.
        week: the week to speak of; None takes the week that the question asked about.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: a row that the words need is not there; names its id.
    """
    found = answer(rows, labels, week)
    measure = measure_label(labels, found.measure)
    first = link(found.effects[0], str(found.week))
    what = "Mean change" if found.statistic == "change" else "Difference in means"
    intro = f"{what} in {measure_words(measure)} at week {first}"
    parts = [f"In simulated data: {inside_first(intro)}" if labels.simulated else intro]
    for row in found.effects:
        parts.append(f"{_whose(row, labels)}: {_numbers(found, row, labels)}{_people(row)}")
        for beside in other_methods(found.rows, row):
            method = prose(joined(column_values([beside], "method")) or "second method")
            parts.append(f"Beside it, {method}: {_numbers(found, beside, labels)}")
    parts += [_left_out(found, labels), *_sources(found)]
    return paragraph([*parts, *departures(found.effects)])


def inside_first(words: str) -> str:
    """Words that go on after a colon."""
    return words[:1].lower() + words[1:]


def _whose(row: Any, labels: Labels) -> str:
    if is_missing(row.arm):
        return "All participants"
    arm = sentence_case(arm_words(labels, row.arm))
    return arm if is_missing(row.comparator) else f"{arm} minus {arm_words(labels, row.comparator)}"


def _numbers(found: Answer, row: Any, labels: Labels) -> str:
    measure = measure_label(labels, found.measure)
    decimals = decimals_of(measure)
    parts = [with_unit(link(row, fixed(row.value, decimals)), prose(measure.unit))]
    if not is_missing(row.se):
        parts.append(f"standard error {link(row, fixed(row.se, SE_DECIMALS))}")
    if is_missing(row.lower) and is_missing(row.upper):
        parts.append(f"{interval_name(found)} {link(row, MISSING)}")
    else:
        parts.append(f"{interval_name(found)} {link(row, span(row.lower, row.upper, decimals))}")
    if not is_missing(row.df):
        parts.append(f"{link(row, fixed(row.df, DF_DECIMALS))} degrees of freedom")
    if not is_missing(row.p):
        parts.append(link(row, p_statement(row.p)))
    return ", ".join(parts)


def _people(row: Any) -> str:
    parts = []
    if not is_missing(row.n):
        parts.append(f"{link(row, count(row.n))} people in the analysis")
    if not is_missing(row.n_observed):
        parts.append(f"{link(row, count(row.n_observed))} with a value at this week")
    return f"; {', '.join(parts)}" if parts else ""


def _left_out(found: Answer, labels: Labels) -> str:
    """People of the population whom the model cannot hold."""
    rows = records(where(found.rows, statistic="left_out"))
    said = [
        f"{link(row, count(row.value))} in {arm_words(labels, row.arm)} "
        f"({prose(str(row.level).replace('_', ' '))})"
        for row in rows
    ]
    return f"Not in the model: {joined(said)}" if said else ""


def _sources(found: Answer) -> list[str]:
    """Where the numbers come from: estimand, method, weighting and reference."""
    parts = []
    for column, words in [
        ("estimand", "Estimand"),
        ("method", "Method"),
        ("weighting", "Weighting of least-squares means"),
        ("verified", "Agrees with the reference results of"),
    ]:
        values = column_values(found.effects, column)
        if values:
            parts.append(f"{words}: {prose(joined(values))}")
    return parts
