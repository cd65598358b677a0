"""What was gained, and what is left of it, as a table."""

from __future__ import annotations

import html
import math
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.gains import Gain, gains_of
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, span
from analysis.show.select import maybe, one_key, records, where
from analysis.show.tables.dress import dress, source
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import arm_label, inside, measure_label, sentence_case, week_label
from analysis.terms import Labels


def durability(rows: pd.DataFrame, labels: Labels) -> GT:
    """Gains at the end and later, what share is left, and for how long it lasts.

    Args:
        rows: result rows of one question about durability.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    found = gains_of(rows, labels)
    measure = measure_label(labels, one_key(found[0].rows, "measure"))
    cells = [line for gain in found for line in _lines(gain, labels, decimals_of(measure))]
    name = sentence_case(interval_words(rows, one_key(found[0].rows, "question")))
    sustained = [
        _sustained(row, labels) for row in records(where(rows, statistic="sustained_percent"))
    ]
    return dress(
        cells,
        records(found[0].rows),
        labels,
        name="durability",
        title=f"The gain in {inside(measure.label)}, and what is left of it",
        headings={
            "row": "When",
            "value": "Gain",
            "interval": name,
            "kept": "Left of it",
            "fieller": f"{name}, Fieller",
            "bootstrap": f"{name}, bootstrap",
        },
        group="group",
        notes=[
            f"In {html.escape(measure.unit)}, positive is better than at the start. "
            f"{_unbounded(cells)}“The end” is that of the programme; a gain that was not above the "
            "size by then is said not to have reached it.",
            *sustained,
            *_left_out(rows, labels),
            *(f"{words}." for words in unknown_arms(rows, labels)),
            *source(found[0].gains, labels),
        ],
    )


def _unbounded(cells: list[dict[str, str]]) -> str:
    """What ∞ means, where one stands in the table."""
    there = any("∞" in words for line in cells for words in line.values())
    return "An end of ∞: the data do not bound it. " if there else ""


def _lines(gain: Gain, labels: Labels, decimals: int) -> list[dict[str, str]]:
    group = arm_label(labels, gain.arm)
    if gain.comparator is not None:
        group = f"{group} beyond {inside(arm_label(labels, gain.comparator))}"
    lines = []
    for row in gain.gains:
        line = {
            "group": group,
            "row": week_label(int(row.week)),
            "value": cell(row, fixed(row.value, decimals)),
            "interval": link(row, span(row.lower, row.upper, decimals)),
        }
        share = next((k for k in gain.kept if k.week == row.week), None)
        again = maybe(gain.rows, statistic=f"{row.statistic}_kept_bootstrap", week=row.week)
        line |= {"kept": "", "fieller": "", "bootstrap": ""}
        if share is not None:
            line["kept"] = cell(share, f"{fixed(share.value, 0)} %")
            line["fieller"] = link(share, span(share.lower, share.upper, 0))
        if again is not None:
            line["bootstrap"] = link(again, span(again.lower, again.upper, 0))
        lines.append(line)
    if gain.below is not None:
        lines.append(_below(group, gain))
    if gain.half_life is not None:
        lines.append(_half_life(group, gain))
    return lines


def _below(group: str, gain: Gain) -> dict[str, str]:
    """The week in which the gain fell below the size, on the clock of the trial."""
    row = gain.below
    level = row.level if isinstance(row.level, str) else None
    # Sizes between groups and within a person are never mixed: each is called by its name.
    size = f"a person's {level.partition(': ')[2]}" if level else "the worthwhile effect"
    words = f"Week of the trial at which it is below {size}"
    return _duration(group, words, row, gain.week_words(row.value), gain.weeks_words(row))


def _half_life(group: str, gain: Gain) -> dict[str, str]:
    """A length of time, not a week of the trial: it is counted from the programme's end on."""
    row, end = gain.half_life, count(gain.gains[0].week)
    value, lower = (
        "does not fade" if math.isinf(x) else fixed(x, 0) for x in (row.value, row.lower)
    )
    more = " and more" if math.isinf(row.upper) else f" to {fixed(row.upper, 0)}"
    words = f"Half-life: weeks from week {end} on in which half of it is lost"
    return _duration(group, words, row, value, lower if math.isinf(row.lower) else lower + more)


def _duration(group: str, words: str, row: Any, value: str, interval: str) -> dict[str, str]:
    return {
        "group": group,
        "row": words,
        "value": cell(row, value),
        "interval": link(row, interval),
        "kept": "",
        "fieller": "",
        "bootstrap": "",
    }


def _left_out(rows: pd.DataFrame, labels: Labels) -> list[str]:
    return [
        f"{html.escape(arm_label(labels, row.arm))}: {link(row, count(row.value))} people are not "
        f"in it ({html.escape(str(row.level))})."
        for row in records(where(rows, statistic="left_out"))
    ]


def _sustained(row: Any, labels: Labels) -> str:
    return (
        f"{html.escape(arm_label(labels, row.arm))}: {link(row, f'{fixed(row.value, 0)} %')} "
        f"({link(row, span(row.lower, row.upper, 0))}) of {link(row, count(row.n))} gained and "
        f"held it at every later visit ({html.escape(str(row.method))})."
    )
