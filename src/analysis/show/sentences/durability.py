"""What was gained in plain words, what was kept of it, and how sure that is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.show.gains import Gain, gains_of
from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, size, span
from analysis.show.select import maybe, one_key, records, where
from analysis.show.sentences.phrase import another_way, arm_words, departures, paragraph
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import begin, joined, measure_label, sentence_case, with_unit
from analysis.terms import Labels, MeasureLabel

_EACH_VISIT = "of that visit by itself, with the missing scores of everyone filled in"


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
    compared = [gain for gain in found if gain.comparator is not None]
    parts = []
    for gain in compared or found:
        parts += _story(gain, rows, labels, measure, name)
    parts[0] = begin(labels, parts[0])
    if compared:
        first = [gain.gains[0] for gain in compared]
        shown = [_larger(row, measure) for row in first]
        parts.append(another_way(first, shown, _EACH_VISIT, labels))
    rest = [
        _sustained(rows, labels, name),
        *_left_out(rows, labels),
        *unknown_arms(rows, labels),
        *departures((compared or found)[0].gains),
    ]
    return paragraph([*(sentence_case(words) for words in parts), *rest])


def _story(
    gain: Gain, rows: pd.DataFrame, labels: Labels, measure: MeasureLabel, name: str
) -> list[str]:
    first = gain.gains[0]
    arm = arm_words(labels, gain.arm)
    beyond = f" beyond that with {arm_words(labels, gain.comparator)}" if gain.comparator else ""
    later = [
        f"{_points(row, measure)} at week {link(row, str(int(row.week)))} ({_ends(row, measure)})"
        for row in gain.gains[1:]
    ]
    parts = [
        f"with {arm}, the gain{beyond} was {_points(first, measure)} at week "
        f"{link(first, str(int(first.week)))}, the end of the programme ({name} "
        f"{_ends(first, measure)}), then {joined(later)}"
    ]
    if first.lower <= 0:
        parts.append(
            f"The gain with {arm} is not told from none at the end of the programme, so a share of "
            "it that is kept means little"
        )
    elif gain.kept:
        parts.append(_kept(gain, name))
    if gain.below is not None:
        parts += _below(gain, rows, measure, name)
    return parts


def _kept(gain: Gain, name: str) -> str:
    said = [
        f"{link(row, fixed(row.value, 0))} % at week {link(row, str(int(row.week)))} "
        f"({link(row, f'{fixed(row.lower, 0)} to {fixed(row.upper, 0)}')} %)"
        for row in gain.kept
    ]
    return f"Of what was gained by the end there was left, with {name}, {joined(said)}"


def _below(gain: Gain, rows: pd.DataFrame, measure: MeasureLabel, name: str) -> list[str]:
    """How the gain stands to the size that matters: by its interval, not by its middle alone."""
    worthwhile = _size(gain, rows)
    if worthwhile is None:
        return []
    first = gain.gains[0]
    what = f"{_called(gain)} of {_points(worthwhile, measure)}"
    if first.upper < worthwhile.value:
        return [f"At the end of the programme the whole interval lies below {what}"]
    reached = (
        f"At the end of the programme the whole interval lies above {what}"
        if first.lower >= worthwhile.value
        else f"At the end of the programme the interval holds {what}: whether it was reached is "
        "not settled"
    )
    return [reached, *_until(gain, name)]


def _until(gain: Gain, name: str) -> list[str]:
    """When the gain itself fell below the size, with the weeks that fit the data."""
    row = gain.below
    if row.value <= gain.gains[0].week:
        return []
    ends = link(row, gain.weeks_words(row))
    if math.isinf(row.value):
        return [f"The gain itself stayed above it within the follow-up ({name} {ends})"]
    week = link(row, gain.week_words(row.value))
    return [f"The gain itself fell below it at {week} of the trial ({name} {ends})"]


def _size(gain: Gain, rows: pd.DataFrame) -> Any | None:
    """The row of the size that the gain was held against."""
    level = gain.below.level
    if isinstance(level, str):
        return maybe(rows, statistic="threshold", level=level)
    sizes = records(where(rows, statistic="threshold"))
    return next((row for row in sizes if str(row.level).startswith("between groups: ")), None)


def _called(gain: Gain) -> str:
    """What the size is called: one between groups of a difference, within a person of a gain."""
    if isinstance(gain.below.level, str):
        return f"the {prose(gain.below.level.partition(': ')[2])} of a person"
    return "the smallest worthwhile effect"


def _points(row: Any, measure: MeasureLabel) -> str:
    return with_unit(link(row, fixed(row.value, decimals_of(measure))), prose(measure.unit))


def _larger(row: Any, measure: MeasureLabel) -> str:
    number = with_unit(link(row, size(row.value, decimals_of(measure))), prose(measure.unit))
    return f"a gain {number} {'smaller' if row.value < 0 else 'larger'}"


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
        f"visit, is estimated for {joined(said)}"
    )


def _left_out(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """Who of the population is in no figure here."""
    return [
        f"Not in these figures: {link(row, count(row.value))} of {arm_words(labels, row.arm)} "
        f"({prose(str(row.level))})"
        for row in records(where(rows, statistic="left_out"))
    ]
