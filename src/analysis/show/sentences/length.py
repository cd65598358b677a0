"""What published trials say of the dose of training: no more than they can."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.evidence import (
    READINGS,
    SLOPES,
    STATED_WORDS,
    TOO_FEW,
    dose_label,
    of_measure,
    own_rows,
    pooled_rows,
    synthesis_label,
)
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, fixed, interval, is_missing, size, with_interval
from analysis.show.select import maybe, records, where
from analysis.show.sentences.phrase import departures, measure_words, paragraph
from analysis.show.words import measure_label, sentence_case, with_unit
from analysis.terms import Labels

_DECIMALS = 2
_CLEAR = ", on one side of no difference"
_OTHERWISE = (
    "Trials of other doses also differ in what they compared with, in whom they treated and "
    "in what was trained, so the dose may not be the reason"
)


def length(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether more training helps more: what was allocated at random first, slopes after it.

    Args:
        rows: result rows of one question about length.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    parts = [
        _items("Allocated at random within a trial", _within(rows, labels)),
        _items("Stated of such trials without a number", _stated(rows)),
    ]
    if not any(parts):
        parts = [f"<p>{paragraph(['No trial here allocated the dose at random'])}</p>"]
    measures = dict.fromkeys(str(row.measure) for row in found)
    slopes = [_slopes(of_measure(rows, name), name, labels) for name in measures]
    parts.append(_items("Between trials, where nobody was allocated to a dose", slopes))
    closing = paragraph([_OTHERWISE, *departures(found[:1])])
    return "\n".join(part for part in [*parts, f"<p>{closing}</p>"] if part)


def _items(start: str, items: list[str]) -> str:
    """A list under its heading; nothing where there is no item."""
    listed = "".join(f"<li>{paragraph([item])}</li>" for item in items)
    return f"<p>{start}:</p><ul>{listed}</ul>" if items else ""


def _within(rows: pd.DataFrame, labels: Labels) -> list[str]:
    said = []
    for row in records(where(rows, statistic="dose_within")):
        measure = measure_label(labels, row.measure)
        decimals = decimals_of(measure)
        words = prose(dose_label(labels, row))
        side = "less" if row.value < 0 else "more"
        amount = with_unit(link(row, size(row.value, decimals)), prose(measure.unit))
        bounds = link(row, interval(row.lower, row.upper, decimals))
        told = f"{words}: with the higher dose {amount} {side} {measure_words(measure)} {bounds}"
        said.append(f"{told}{_open(row)}")
    return said


def _stated(rows: pd.DataFrame) -> list[str]:
    """What texts state of doses that were allocated at random, without a number."""
    return [
        f"{prose(sentence_case(str(row.comparator)))}: {link(row, STATED_WORDS[int(row.value)])}"
        for row in records(where(rows, statistic="dose_stated"))
    ]


def _slopes(rows: pd.DataFrame, name: str, labels: Labels) -> str:
    """The slopes of one measure: adjusted for the kind of comparator, then at each kind alone."""
    unit = prose(measure_label(labels, name).unit)
    told = [
        (words, row)
        for statistic, words in SLOPES.items()
        if (row := maybe(rows, statistic=statistic, level="adjusted")) is not None
    ]
    if not told:
        return f"In {unit} too few trials differ in the dose to tell"
    said = f"In {unit} and adjusted for the comparator: {_together(told)}"
    alone = [row for row in records(where(rows, statistic="slope")) if row.level != "adjusted"]
    return said + "".join(_alone(rows, row, labels) for row in alone if not _unsure(row))


def _together(told: list[tuple[str, Any]]) -> str:
    """Slopes side by side; what holds of all of them is said once."""
    if all(_unsure(row) for _, row in told):
        said = "; ".join(f"{words} {link(row, fixed(row.value, _DECIMALS))}" for words, row in told)
        return f"{said}; {TOO_FEW}"
    return "; ".join(f"{words} {_number(row)}{_open(row)}" for words, row in told)


def _number(row: Any) -> str:
    if _unsure(row):
        return f"{link(row, fixed(row.value, _DECIMALS))}, {TOO_FEW}"
    return link(row, with_interval(row, _DECIMALS))


def _alone(rows: pd.DataFrame, row: Any, labels: Labels) -> str:
    """The slope over the weeks at one kind of comparator, and whether bands of weeks move it."""
    name = prose(synthesis_label(labels, str(row.level)))
    said = f". Compared with {name} alone, a week longer {_number(row)}{_open(row) or _CLEAR}"
    others = [
        (words, end)
        for reading, words in READINGS.items()
        if reading
        and (end := maybe(rows, statistic=f"slope{reading}", level=row.level)) is not None
    ]
    if not others:
        return said
    ends = ", ".join(
        f"{words.removeprefix('bands of weeks ')} {_number(end)}" for words, end in others
    )
    alike = all(_open(end) == _open(row) and not _unsure(end) for _, end in others)
    moved = "the answer is the same" if alike else "the answer hangs on lengths that are not told"
    return f"{said}, with {READINGS['']}; {ends}: {moved}"


def _unsure(row: Any) -> bool:
    """Whether too few trials stand behind a slope for an interval."""
    return is_missing(row.lower) or is_missing(row.upper)


def _open(row: Any) -> str:
    return ", open" if not _unsure(row) and row.lower <= 0 <= row.upper else ""
