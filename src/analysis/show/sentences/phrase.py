"""Phrases that several sentences share: an amount with its direction, and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.show.effects import Answer
from analysis.show.link import is_planned, link, prose
from analysis.show.numbers import MISSING, decimals_of, fixed, interval_level, is_missing, size
from analysis.show.select import maybe
from analysis.show.words import arm_label, begin, inside, with_unit
from analysis.terms import Labels, MeasureLabel

NOT_PLANNED = "Not as planned: this answer departs from what the plan asks."


def arm_words(labels: Labels, arm: str) -> str:
    """An arm's words inside a sentence, escaped."""
    return prose(inside(arm_label(labels, arm)))


def measure_words(measure: MeasureLabel) -> str:
    """A measure's words inside a sentence, escaped."""
    return prose(inside(measure.label))


def opening(answer: Answer, labels: Labels) -> str:
    """How a sentence about an effect starts: the time, and that the rows are no real people's."""
    week = link(answer.effects[0], str(answer.week))
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
    decimals = decimals_of(measure)
    near, far = sorted((row.lower, row.upper), key=abs)
    if row.lower * row.upper >= 0:
        bounds = link(row, f"{size(near, decimals)} to {size(far, decimals)}")
        return f"{bounds} {'lower' if far < 0 else 'higher'}"
    lower, upper = (link(row, size(bound, decimals)) for bound in (row.lower, row.upper))
    return f"from {lower} lower to {upper} higher"


def interval_name(answer: Answer) -> str:
    """`95 % interval`; without a row that gives the level, only `interval`."""
    level = maybe(answer.rows, statistic="interval_level")
    if level is None:
        return "interval"
    return f"{link(level, interval_level(level.value))}\N{NO-BREAK SPACE}% interval"


def another_way(row: Any, shown: str, how: str, labels: Labels) -> str:
    """Why a difference that other sections tell too has another figure there.

    Args:
        row: the result row of the difference.
        shown: its value in words, linked.
        how: what it was worked out from, as what follows on a difference.
        labels: the study's words.
    """
    arms = f"{arm_words(labels, row.arm)} and {arm_words(labels, row.comparator)}"
    week = link(row, str(int(row.week)))
    return (
        f"The difference between {arms} at week {week}, {shown}, {how}. Other sections have a "
        "somewhat different figure for it, from another model or from other people of the same "
        "groups. Where it is the difference that the plan asks about first, the planned answer is "
        "the one at the front of the report, under <i>The answer</i>"
    )


def departures(rows: Sequence[Any]) -> list[str]:
    """The words to add where a row departs from the plan, else nothing."""
    return [] if all(is_planned(row) for row in rows) else [NOT_PLANNED]


def paragraph(sentences: Sequence[str]) -> str:
    """Sentences as one paragraph; each ends with one full stop."""
    return " ".join(s if s.endswith((".", "?", "!")) else f"{s}." for s in sentences if s)
