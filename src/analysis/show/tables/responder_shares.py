"""Shares of responders by arm: over the weeks, and for every size of improvement."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.numbers import count, percent
from analysis.show.responding import (
    PERCENT_SCALE,
    Responders,
    at_least,
    responders,
    share_words,
)
from analysis.show.select import arms_of, maybe, records, weeks_of, where
from analysis.show.tables.dress import arm_headings, dress
from analysis.show.words import arm_label, inside, measure_label, sentence_case, week_label
from analysis.terms import Labels


def by_week(rows: pd.DataFrame, labels: Labels) -> GT:
    """The share of responders by threshold, week and arm, under the main handling.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    cells, used = [], []
    arms = arms_of(where(found.rows, statistic="responder_percent"), labels)
    for threshold in found.thresholds:
        own = found.of("responder_percent", threshold)
        for week in weeks_of(own):
            line = {
                "group": sentence_case(at_least(found, labels, threshold)),
                "row": week_label(week),
            }
            for arm in arms:
                row = maybe(own, week=week, arm=arm)
                if row is not None:
                    used.append(row)
                    line[arm] = cell(row, share_words(row))
            cells.append(line)
    return _by_arm(cells, used, found, labels, arms, "responders-by-week", "Week", "by week")


def curve(rows: pd.DataFrame, labels: Labels) -> GT:
    """The share of each arm that improved by at least so much.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    unit = measure_label(labels, found.measure).unit
    cells, used = [], []
    arms = arms_of(where(found.rows, statistic="responder_percent"), labels)
    for statistic, words, scale in (
        ("curve_percent", PERCENT_SCALE, "%"),
        ("curve_points", f"points ({unit})", unit),
    ):
        own = where(found.rows, statistic=statistic)
        for level in own["level"].drop_duplicates():
            line = {"group": sentence_case(words), "row": f"{level} {scale}"}
            for row in records(where(own, level=level)):
                used.append(row)
                line[str(row.arm)] = cell(row, percent(row.value, row.n))
            cells.append(line)
    head = f"{inside(week_label(found.week))}, cumulative"
    return _by_arm(cells, used, found, labels, arms, "responder-curve", "At least", head)


def _by_arm(
    cells: list[dict[str, str]],
    used: list[Any],
    found: Responders,
    labels: Labels,
    arms: list[str],
    name: str,
    stub: str,
    when: str,
) -> GT:
    measure = measure_label(labels, found.measure)
    people = "; ".join(
        f"{html.escape(arm_label(labels, arm))}: {link(row, count(row.n))} people"
        for arm in arms
        if (row := found.at_week("responder_percent", found.thresholds[0], arm)) is not None
    )
    return dress(
        cells,
        used,
        labels,
        name=name,
        title=f"Responders by {inside(measure.label)}, {when}",
        headings={"row": stub} | arm_headings(arms, labels),
        group="group",
        notes=[f"Percent of the people of each group. {people}."],
    )
