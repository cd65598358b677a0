"""The time after the programme in plain words: how it went on, and how differently in people."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.effects import week_asked
from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import decimals_of, fixed, is_missing, size
from analysis.show.select import by_week, maybe, one_key, records, where
from analysis.show.sentences.course_fit import fit_words
from analysis.show.sentences.phrase import (
    amount,
    another_way,
    arm_words,
    bounds_words,
    departures,
    measure_words,
    paragraph,
)
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import begin, better, measure_label, sentence_case, with_unit
from analysis.terms import Labels, MeasureLabel

SPREAD = (
    "A spread of change as wide as the comparator's gives no sign that the programme helps some "
    "people and not others; a wider one could come from that, from scores that are held at the end "
    "of the scale, or from chance. Which person gained by the programme cannot be read from it: "
    "nobody was followed both with and without it"
)

_ONE_CURVE = "read from one curve through all visits, with one mean at the start for all groups"


def course_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """How each arm stood at the week asked about, beside the comparator.

    Args:
        rows: result rows of one question about the course.
        labels: the study's words.

    Raises:
        ClaimError: a row that the words need is not there.
    """
    changes = where(by_week(rows, "course_change"), level=None)
    measure = measure_label(labels, one_key(changes, "measure"))
    week = week_asked(rows, changes, labels)
    name = interval_words(rows, one_key(changes, "question"))
    told = records(where(changes, week=week))
    other = records(where(rows, statistic="course_difference", week=week, level=None))
    said = []
    for row in told:
        than = f"{measure_words(measure)} in {arm_words(labels, row.arm)} was on average "
        bounds = _bounds(row, measure, name)
        said.append(f"{than}{amount(row, measure)} than at the start{bounds}")
    start = begin(labels, f"At week {link(told[0], str(week))}, {said[0]}")
    parts = [
        start,
        f"On this scale {better(measure)}",
        *(sentence_case(words) for words in said[1:]),
    ]
    for row in other:
        parts.append(
            f"Compared with {arm_words(labels, row.comparator)}, it was {amount(row, measure)} in "
            f"{arm_words(labels, row.arm)}"
            f"{_bounds(row, measure, name)}"
        )
    if other:
        shown = [amount(row, measure) for row in other]
        parts.append(another_way(other, shown, _ONE_CURVE, labels))
    parts += [*fit_words(rows, labels, measure), *unknown_arms(rows, labels), *_lacking(rows)]
    return paragraph([*parts, *departures([*told, *other])])


def _bounds(row: Any, measure: MeasureLabel, name: str) -> str:
    """The interval of a change or difference, in the words of the value: lower or higher."""
    return "" if is_missing(row.lower) else f" ({name} {bounds_words(row, measure)})"


def _lacking(rows: pd.DataFrame) -> list[str]:
    """A model that could not be fitted is named, with its reason."""
    return [
        f"The model with {prose(str(row.level))} is left out: {prose(str(row.method))}"
        for row in records(where(rows, statistic="left_out_model"))
    ]


def spread_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether people of an arm changed more differently than those of the comparator.

    Args:
        rows: result rows `change_sd` and `change_sd_ratio`; without them nothing is said.
        labels: the study's words.
    """
    ratios = records(where(rows, statistic="change_sd_ratio"))
    if not ratios:
        return ""
    name = interval_words(rows, ratios[0].question)
    measure = measure_label(labels, str(ratios[0].measure))
    parts = []
    for row in ratios:
        mine, theirs = (
            maybe(rows, statistic="change_sd", arm=arm) for arm in (row.arm, row.comparator)
        )
        decimals = decimals_of(measure)
        units = [
            with_unit(link(each, size(each.value, decimals)), prose(measure.unit))
            for each in (mine, theirs)
        ]
        ends = link(row, f"{fixed(row.lower, 2)} to {fixed(row.upper, 2)}")
        parts.append(
            f"the changes of people in {arm_words(labels, row.arm)} spread with a standard "
            f"deviation of {units[0]}, beside {units[1]} in "
            f"{arm_words(labels, row.comparator)}: a ratio of "
            f"{link(row, fixed(row.value, 2))} ({name} {ends})"
        )
    week = link(ratios[0], str(int(ratios[0].week)))
    first = begin(labels, f"By week {week}, {parts[0]}")
    return paragraph([first, *(sentence_case(words) for words in parts[1:]), SPREAD])
