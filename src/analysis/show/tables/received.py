"""Effects of dose: a week as offered and a session as received, and the steps between visits."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, span
from analysis.show.select import arms_of, maybe, one_key, some, where
from analysis.show.tables.dress import arm_headings, dress, source
from analysis.show.words import arm_label, better, inside, measure_label, sentence_case
from analysis.terms import Labels

LINES = {
    "offered_difference": "The offer as a whole",
    "offered_per_week": "The same, spread over the planned weeks",
    "received_sessions": "Sessions more because of the offer",
    "received_f": "Strength of that (F)",
    "received_per_session": "A session received",
    "received_per_week": "A planned week of sessions received",
}
_DECIMALS = {"received_f": 0, "received_sessions": 1}


def received(rows: pd.DataFrame, labels: Labels) -> GT:
    """The offer, a week of it, and a session received, by arm; two questions in one table's parts.

    Args:
        rows: result rows of a question about dose.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(
        rows[rows["statistic"].isin(LINES)],
        "<question>.received_per_session.<measure>.<week>.<arm>",
    )
    measure = measure_label(labels, one_key(own, "measure"))
    arms = arms_of(own, labels)
    used: list[Any] = []
    cells = []
    for statistic, words in LINES.items():
        line = {"group": "As offered" if statistic.startswith("offered") else "As received"}
        line["row"] = words
        for arm in arms:
            row = maybe(own, statistic=statistic, arm=arm)
            if row is not None:
                used.append(row)
                line[arm] = _shown(row, _DECIMALS.get(statistic, 2))
        cells.append(line)
    other = one_key(own, "comparator")
    title = (
        f"Difference in {inside(measure.label)} from {inside(arm_label(labels, other))}, by dose"
    )
    return dress(
        cells,
        used,
        labels,
        name="received",
        title=title,
        headings={"row": "Dose"} | arm_headings(arms, labels),
        group="group",
        notes=[
            f"In {html.escape(measure.unit)} with "
            f"{interval_words(rows, one_key(own, 'question'))}; {better(measure)}.",
            *_length(own),
            *_left_out(rows, labels),
            *source(used, labels),
        ],
    )


def _shown(row: Any, decimals: int) -> str:
    shown = cell(row, fixed(row.value, decimals))
    if pd.isna(row.lower):
        return shown
    return f"{shown} ({link(row, span(row.lower, row.upper, decimals))})"


def _length(own: pd.DataFrame) -> list[str]:
    if where(own, statistic="offered_per_week", level="length not randomised").empty:
        return []
    return [
        "The length of the programme was not randomised: spread over its weeks, the difference is "
        "an average of the planned weeks, and does not tell what a longer or shorter one does."
    ]


def _left_out(rows: pd.DataFrame, labels: Labels) -> list[str]:
    found = where(rows, statistic="received_left_out")
    return [
        f"{html.escape(arm_label(labels, row.arm))} and its comparator: "
        f"{link(row, count(row.value))} people without a score at week {row.week}, or without a "
        "planned covariate, are not in it."
        for row in found.itertuples()
    ]


def falls(rows: pd.DataFrame, labels: Labels) -> GT:
    """The mean change a week between visits during the programme, by arm.

    Args:
        rows: result rows `fall_per_week` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(
        where(rows, statistic="fall_per_week"), "<question>.fall_per_week.<measure>.<week>.<arm>"
    )
    measure = measure_label(labels, one_key(own, "measure"))
    arms = arms_of(own, labels)
    used: list[Any] = []
    cells = []
    for level in dict.fromkeys(own["level"]):
        line = {"row": sentence_case(level)}
        for arm in arms:
            row = maybe(own, arm=arm, level=level)
            if row is not None:
                used.append(row)
                line[arm] = f"{_shown(row, 2)}; {link(row, count(row.n))}"
        cells.append(line)
    return dress(
        cells,
        used,
        labels,
        name="falls",
        title=f"Change in {inside(measure.label)} a week, from visit to visit",
        headings={"row": "Weeks"} | arm_headings(arms, labels),
        notes=[
            f"In {html.escape(measure.unit)} a week; {better(measure)}. Then the "
            f"{interval_words(rows, one_key(own, 'question'))}, and the people with both scores.",
            *source(used, labels),
        ],
    )
