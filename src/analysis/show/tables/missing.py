"""How many scores are missing, by arm and week."""

from __future__ import annotations

import html

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.numbers import count, percent
from analysis.show.select import arms_of, by_week, maybe, one_key, records, weeks_of, where
from analysis.show.tables.dress import arm_headings, dress
from analysis.show.words import arm_label, inside, left_out_label, measure_label, week_label
from analysis.terms import Labels


def missing(rows: pd.DataFrame, labels: Labels) -> GT:
    """The percentage of people without a score, by arm and week.

    Args:
        rows: result rows `missing_percent` of one question, by arm and week.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = by_week(rows, "missing_percent")
    question = one_key(own, "question")
    measure = measure_label(labels, one_key(own, "measure"))
    arms = arms_of(own, labels)
    cells = []
    for week in weeks_of(own):
        line = {"row": week_label(week)}
        for arm in arms:
            row = maybe(own, week=week, arm=arm)
            if row is not None:
                line[arm] = cell(row, percent(row.value, row.n))
        cells.append(line)
    return dress(
        cells,
        records(own),
        labels,
        name="missing",
        title=f"{measure.label}: people without a score",
        headings={"row": "Week"} | arm_headings(arms, labels),
        notes=[
            "Percent of all people of each group, in the model or not.",
            *not_in_model(rows, labels, question),
        ],
    )


def not_in_model(rows: pd.DataFrame, labels: Labels, question: str) -> list[str]:
    """Notes on who of each group the model of a question could not use, and why; HTML."""
    return [
        f"Not in the model: {link(row, count(row.value))} of "
        f"{html.escape(inside(arm_label(labels, row.arm)))}, "
        f"{html.escape(left_out_label(labels, str(row.level)))}."
        for row in records(where(rows, question=question, statistic="left_out"))
    ]
