"""The time after the programme in plain words: how it went on, what was gained, what was kept."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.gains import Gain, gains_of
from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, is_missing, size, span
from analysis.show.select import by_week, maybe, one_key, records, week_asked, where
from analysis.show.sentences.phrase import (
    amount,
    arm_words,
    departures,
    measure_words,
    paragraph,
)
from analysis.show.words import begin, better, measure_label, sentence_case, with_unit
from analysis.terms import Labels, MeasureLabel

SPREAD = (
    "A spread of change as wide as the comparator's gives no sign that the programme helps some "
    "people and not others; a wider one could come from that, from scores that are held at the end "
    "of the scale, or from chance. Which person gained by the programme cannot be read from it: "
    "nobody was followed both with and without it"
)


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
        bounds = _bounds(row, measure, f"{name} of the change")
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
            f"{_bounds(row, measure, f'{name} of the difference')}"
        )
    return paragraph([*parts, *_lacking(rows), *departures([*told, *other])])


def _bounds(row: Any, measure: MeasureLabel, name: str) -> str:
    """The interval of a change or difference, as it stands: negative is lower."""
    if is_missing(row.lower):
        return ""
    decimals = decimals_of(measure)
    ends = f"{fixed(row.lower, decimals)} to {fixed(row.upper, decimals)}"
    return f" ({name} {link(row, ends)})"


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


def durability_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """What was gained, what was kept, and how sure that is.

    Args:
        rows: result rows of one question about durability.
        labels: the study's words.

    Raises:
        ClaimError: a row that the words need is not there.
    """
    found = gains_of(rows, labels)
    measure = measure_label(labels, one_key(found[0].rows, "measure"))
    name = interval_words(rows, one_key(found[0].rows, "question"))
    compared = [gain for gain in found if gain.comparator is not None] or found
    parts = []
    for place, gain in enumerate(compared):
        parts += _story(gain, labels, measure, name)
        parts[0] = begin(labels, parts[0]) if place == 0 else parts[0]
    rest = [_sustained(rows, labels, name), *departures(compared[0].gains)]
    return paragraph([*(sentence_case(words) for words in parts), *rest])


def _story(gain: Gain, labels: Labels, measure: MeasureLabel, name: str) -> list[str]:
    first, last = gain.gains[0], gain.gains[-1]
    arm = arm_words(labels, gain.arm)
    other = gain.comparator
    beyond = f" beyond that with {arm_words(labels, other)}" if other else ""
    parts = [
        f"with {arm}, the gain{beyond} was {_points(first, measure)} at week "
        f"{link(first, str(int(first.week)))}, the end of the programme ({name} "
        f"{_ends(first, measure)}), and {_points(last, measure)} at week "
        f"{link(last, str(int(last.week)))} ({_ends(last, measure)})"
    ]
    if first.lower <= 0:
        parts.append(
            f"The gain with {arm} is not told from none at the end of the programme, so a share of "
            "it that is kept means little"
        )
    elif gain.kept:
        row = gain.kept[-1]
        ends = link(row, f"{fixed(row.lower, 0)} to {fixed(row.upper, 0)}")
        parts.append(f"That is {link(row, fixed(row.value, 0))} % of it ({name} {ends} %)")
    if gain.below is not None:
        parts.append(_below(gain))
    return parts


def _below(gain: Gain) -> str:
    row, first = gain.below, gain.gains[0]
    if row.value <= first.week:
        return "It did not reach the smallest worthwhile effect at the end of the programme"
    if row.value == float("inf"):
        return (
            "It stayed above the smallest worthwhile effect at every visit "
            f"({link(row, 'no crossing')} within the follow-up)"
        )
    low = fixed(row.lower, 0)
    high = "not within the follow-up" if row.upper == float("inf") else fixed(row.upper, 0)
    return (
        f"It fell below the smallest worthwhile effect after "
        f"{link(row, fixed(row.value, 0))} weeks (interval {link(row, f'{low} to {high}')})"
    )


def _points(row: Any, measure: MeasureLabel) -> str:
    return with_unit(link(row, fixed(row.value, decimals_of(measure))), prose(measure.unit))


def _ends(row: Any, measure: MeasureLabel) -> str:
    decimals = decimals_of(measure)
    return link(row, f"{fixed(row.lower, decimals)} to {fixed(row.upper, decimals)}")


def _sustained(rows: pd.DataFrame, labels: Labels, name: str) -> str:
    found = records(where(rows, statistic="sustained_percent"))
    if not found:
        return ""
    said = [
        f"{link(row, fixed(row.value, 0))} % of {link(row, count(row.n))} in "
        f"{arm_words(labels, row.arm)} ({name} {link(row, span(row.lower, row.upper, 0))} %)"
        for row in found
    ]
    return (
        "A change that matters to a person, held at the end of the programme and at every later "
        f"visit, is estimated for {'; '.join(said)}"
    )
