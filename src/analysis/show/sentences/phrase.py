"""Phrases that several sentences share: an amount with its direction, and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.show.effects import Answer
from analysis.show.link import is_planned, link, prose
from analysis.show.numbers import MISSING, decimals_of, fixed, interval_level, is_missing, size
from analysis.show.select import maybe
from analysis.show.words import arm_label, begin, inside, joined, with_unit
from analysis.terms import Labels, MeasureLabel

NOT_PLANNED = "Not as planned: this answer departs from what the plan asks."


def arm_words(labels: Labels, arm: str) -> str:
    """An arm's words inside a sentence, escaped."""
    return prose(inside(arm_label(labels, arm)))


def measure_words(measure: MeasureLabel) -> str:
    """A measure's words inside a sentence, escaped."""
    return prose(inside(measure.label))


def opening(answer: Answer, labels: Labels) -> str:
    """How a sentence about an effect starts: the time, and that the rows are no real people's.

    Within the programme it says so: `after 12 weeks` of a programme of 16 would read as one of 12.
    """
    week = link(answer.effects[0], str(answer.week))
    if labels.programme_weeks is not None and answer.week < labels.programme_weeks:
        return begin(labels, f"At week {week}, before the end of the programme")
    unit = "week" if answer.week == 1 else "weeks"
    return begin(labels, f"After {week} {unit}")


def amount(row: Any, measure: MeasureLabel) -> str:
    """A value as an amount and a direction: `14.1 mm lower`."""
    decimals = decimals_of(measure)
    number = link(row, size(row.value, decimals))
    return f"{with_unit(number, prose(measure.unit))} {direction(row.value, decimals)}"


def direction(value: float, decimals: int) -> str:
    """`lower` or `higher`; a value that prints as zero has no direction."""
    if size(value, decimals) == fixed(0, decimals):
        return "different"
    return "lower" if value < 0 else "higher"


def interval(answer: Answer, row: Any, measure: MeasureLabel) -> str:
    """An interval as amounts: `95 % interval 9.3 to 18.9 lower`, `from 2.1 lower to 9.3 higher`."""
    name = interval_name(answer)
    if is_missing(row.lower) or is_missing(row.upper):
        return f"{name} {link(row, MISSING)}"
    return f"{name} {bounds_words(row, measure)}"


def bounds_words(row: Any, measure: MeasureLabel) -> str:
    """Both bounds as amounts: `0.10 to 0.72 lower`, `from 1.02 lower to 0.31 higher`."""
    return bounds_in(row, decimals_of(measure), "lower", "higher")


def bounds_in(row: Any, decimals: int, less: str, more: str) -> str:
    """Both bounds as amounts with the words of their direction, as the value itself is told.

    Args:
        row: the result row.
        decimals: how many each bound is shown with.
        less: what a bound below zero is, such as `fewer`.
        more: what a bound above zero is.
    """
    near, far = sorted((row.lower, row.upper), key=abs)
    if row.lower * row.upper >= 0:
        bounds = link(row, f"{size(near, decimals)} to {size(far, decimals)}")
        return f"{bounds} {less if far < 0 else more}"
    lower, upper = (link(row, size(bound, decimals)) for bound in (row.lower, row.upper))
    return f"from {lower} {less} to {upper} {more}"


def interval_name(answer: Answer) -> str:
    """`95 % interval`; without a row that gives the level, only `interval`."""
    level = maybe(answer.rows, statistic="interval_level")
    if level is None:
        return "interval"
    return f"{link(level, interval_level(level.value))}\N{NO-BREAK SPACE}% interval"


def another_way(rows: Sequence[Any], shown: Sequence[str], how: str, labels: Labels) -> str:
    """Why differences that other sections tell too have other figures there.

    Args:
        rows: the result rows of the differences, each of an arm, at one week.
        shown: the value of each in words, linked.
        how: what they were worked out from, as what follows on `is` or `are`.
        labels: the study's words.
    """
    several = len(rows) > 1
    week = link(rows[0], str(int(rows[0].week)))
    said = [
        f"{value} with {arm_words(labels, row.arm)} than with {arm_words(labels, row.comparator)}"
        for row, value in zip(rows, shown, strict=True)
    ]
    start, have = ("The differences", "are") if several else ("The difference", "is")
    them, they = ("them", "they are differences") if several else ("it", "it is the difference")
    return (
        f"{start} at week {week}, {joined(said)}, {have} {how}. Other sections have somewhat "
        f"different figures for {them}, from another model or from other people of the same "
        f"groups. Where {they} that the plan asks about first, the planned answer is the one at "
        "the front of the report, under <i>The answer</i>"
    )


def departures(rows: Sequence[Any]) -> list[str]:
    """The words to add where a row departs from the plan, else nothing."""
    return [] if all(is_planned(row) for row in rows) else [NOT_PLANNED]


def paragraph(sentences: Sequence[str]) -> str:
    """Sentences as one paragraph; each ends with one full stop."""
    return " ".join(s if s.endswith((".", "?", "!")) else f"{s}." for s in sentences if s)
