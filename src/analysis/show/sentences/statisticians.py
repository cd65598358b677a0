"""The answer for statisticians: estimand, model, precision, and the second method beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.effects import Answer, adjusted_row, answer, other_methods
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
from analysis.show.select import column_values, records, where
from analysis.show.sentences.phrase import (
    arm_words,
    departures,
    interval_name,
    measure_words,
    paragraph,
)
from analysis.show.words import (
    begin,
    compared,
    estimand_labels,
    joined,
    left_out_label,
    measure_label,
    method_label,
    people_word,
    sentence_case,
    with_unit,
)
from analysis.terms import Labels


def for_statisticians(rows: pd.DataFrame, labels: Labels, *, week: int | None = None) -> str:
    """Each effect with its standard error, interval, degrees of freedom and p, and how it was made.

    Args:
        rows: result rows of one question about one measure.
        labels: the study's words.
        week: the week to speak of; None takes the week that the question asked about.

    Returns:
        HTML that stands by itself: a line, a list with an item a comparison and an item for each
        thing to know about them, and a line where the plan was departed from.

    Raises:
        ClaimError: a row that the words need is not there; names its id.
    """
    found = answer(rows, labels, week)
    measure = measure_label(labels, found.measure)
    first = link(found.effects[0], str(found.week))
    what = "Mean change" if found.statistic == "change" else "Difference in means"
    intro = begin(labels, f"{what} in {measure_words(measure)} at week {first}")
    items = [_effect(found, row, labels) for row in found.effects]
    items += [_left_out(found, labels), *_sources(found, labels)]
    listed = "".join(f"<li>{paragraph([item])}</li>" for item in items if item)
    closing = "".join(f"<p>{words}</p>" for words in departures(found.effects))
    return f"<p>{intro}:</p><ul>{listed}</ul>{closing}"


def _effect(found: Answer, row: Any, labels: Labels) -> str:
    """One comparison by the main method, and by each further method beside it."""
    parts = [f"{_whose(row, labels)}: {_numbers(found, row, labels)}{_people(row, labels)}"]
    if among := adjusted_row(found.rows, row):
        parts.append(_among(found, among, labels))
    for beside in other_methods(found.rows, row):
        name = prose(method_label(str(beside.level)))
        parts.append(f"Beside it, {name}: {_numbers(found, beside, labels)}")
    return paragraph(parts)


def _among(found: Answer, row: Any, labels: Labels) -> str:
    """The p value, and where it was planned the interval, that hold among the family."""
    words = f"Adjusted for several comparisons ({prose(str(row.method))}): "
    words += link(row, p_statement(row.p))
    if not is_missing(row.lower):
        measure = measure_label(labels, found.measure)
        joint = link(row, span(row.lower, row.upper, decimals_of(measure)))
        words += f", simultaneous {interval_name(found)} {joint}"
    return words


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


def _people(row: Any, labels: Labels) -> str:
    parts = []
    if not is_missing(row.n):
        parts.append(f"{link(row, count(row.n))} {people_word(row.n)} in the analysis")
    # Pseudo-participants all have values because they were made so.
    if not is_missing(row.n_observed) and not labels.pseudo_participants:
        parts.append(f"{link(row, count(row.n_observed))} with a value at this week")
    return f"; {', '.join(parts)}" if parts else ""


def _left_out(found: Answer, labels: Labels) -> str:
    """People of the population whom the model cannot hold."""
    rows = records(where(found.rows, statistic="left_out"))
    said = [
        f"{link(row, count(row.value))} in {arm_words(labels, row.arm)} "
        f"({prose(left_out_label(labels, str(row.level)))})"
        for row in rows
    ]
    return f"Not in the model: {joined(said)}" if said else ""


def _sources(found: Answer, labels: Labels) -> list[str]:
    """Where the numbers come from: estimand, methods, weighting and reference."""
    further = [row for effect in found.effects for row in other_methods(found.rows, effect)]
    told = [
        ("Estimand", estimand_labels(labels, column_values(found.effects, "estimand"))),
        ("Method", column_values(found.effects, "method")),
        ("Method beside it", column_values(further, "method")),
        ("Weighting of least-squares means", column_values(found.effects, "weighting")),
    ]
    said = [f"{words}: {prose(joined(values))}" for words, values in told if values]
    return said + [prose(words) for words in compared(found.effects)]
