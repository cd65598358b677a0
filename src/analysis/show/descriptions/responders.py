"""Figures of responders, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.means import interval_words
from analysis.show.numbers import percent
from analysis.show.responding import (
    PERCENT_SCALE,
    Responders,
    at_least,
    responders,
    share_words,
    threshold_label,
)
from analysis.show.select import arms_of, maybe, weeks_of
from analysis.show.words import arm_label, inside, joined, measure_label, sentence_case, week_label
from analysis.terms import Labels


def by_week(rows: pd.DataFrame, labels: Labels) -> str:
    """Responders over the weeks in words: each threshold at the week asked about and the last."""
    found = responders(rows)
    name = interval_words(found.rows, found.question)
    measure = measure_label(labels, found.measure)
    what = f"Line charts over weeks: percent of people who respond, by {inside(measure.label)}"
    parts, used = [f"{what}, by group with {name}"], []
    for threshold in found.thresholds:
        own = found.of("responder_percent", threshold)
        for week in sorted({found.week, weeks_of(own)[-1]}):
            told = _at(own, week, labels)
            used += told
            said = [f"{inside(arm_label(labels, row.arm))} {share_words(row)}" for row in told]
            start = sentence_case(at_least(found, labels, threshold))
            parts.append(f"{start}, {inside(week_label(week))}: {joined(said)}")
    return closed(parts, labels, used)


def curve(rows: pd.DataFrame, labels: Labels) -> str:
    """The cumulative curve in words: what is drawn, and its height at each threshold."""
    found = responders(rows)
    measure = measure_label(labels, found.measure)
    what = (
        "Falling curves: for every improvement, the percent of each group that improved by at "
        f"least so much in {inside(measure.label)}, {inside(week_label(found.week))}"
    )
    parts, used = [what], []
    for threshold in found.thresholds:
        told = _reached(found, labels, threshold)
        used += told
        said = [f"{inside(arm_label(labels, row.arm))} {percent(row.value, row.n)}" for row in told]
        parts.append(f"A line marks {at_least(found, labels, threshold)}: {joined(said)}")
    return closed(parts, labels, used)


def _at(own: pd.DataFrame, week: int, labels: Labels) -> list[Any]:
    found = [maybe(own, week=week, arm=arm) for arm in arms_of(own, labels)]
    return [row for row in found if row is not None]


def _reached(found: Responders, labels: Labels, threshold: str) -> list[Any]:
    percents = threshold_label(labels, found.measure, threshold).scale == PERCENT_SCALE
    level = f"{found.size(threshold).value:g}"
    statistic = "curve_percent" if percents else "curve_points"
    arms = arms_of(found.rows, labels)
    rows = [maybe(found.rows, statistic=statistic, level=level, arm=arm) for arm in arms]
    return [row for row in rows if row is not None]
