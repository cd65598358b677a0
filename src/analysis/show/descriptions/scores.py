"""Figures of the flow and of scores over weeks, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.effects import answer
from analysis.show.link import plain
from analysis.show.means import interval_words, mean_rows, quantity
from analysis.show.numbers import decimals_of, fixed, is_missing, percent, with_interval
from analysis.show.select import arms_of, by_week, maybe, one_key, thresholds, weeks_of
from analysis.show.sentences import flow as flow_sentence
from analysis.show.words import (
    arm_label,
    better,
    inside,
    joined,
    measure_label,
    sentence_case,
    week_label,
)
from analysis.terms import Labels


def flow(rows: pd.DataFrame, labels: Labels) -> str:
    """The flow diagram in words."""
    words = plain(flow_sentence(rows, labels)).removeprefix(f"{labels.start}, ")
    return closed(["Flow diagram of participants", sentence_case(words).rstrip(".")], labels)


def course(rows: pd.DataFrame, labels: Labels) -> str:
    """The course in words: what is drawn, and the means at the programme's end and at the last."""
    means = mean_rows(rows)
    measure = measure_label(labels, one_key(means, "measure"))
    name = interval_words(rows, one_key(means, "question"))
    decimals = decimals_of(measure)

    def write(row: Any) -> str:
        return with_interval(row, decimals)

    what = f"Line chart over weeks: {inside(quantity(means, measure))}, {measure.unit}, with {name}"
    return _over_weeks(means, labels, f"{what}; {better(measure)}", write)


def observed(rows: pd.DataFrame, labels: Labels) -> str:
    """The observed means in words."""
    means = by_week(rows, "observed_mean")
    measure = measure_label(labels, one_key(means, "measure"))
    what = f"Line chart over weeks: mean {inside(measure.label)} as observed, {measure.unit}"
    decimals = decimals_of(measure)
    return _over_weeks(
        means, labels, f"{what}; {better(measure)}", lambda row: fixed(row.value, decimals)
    )


def missing(rows: pd.DataFrame, labels: Labels) -> str:
    """The missing scores in words."""
    own = by_week(rows, "missing_percent")
    measure = measure_label(labels, one_key(own, "measure"))
    what = f"Line chart over weeks: percent of people without a score of {inside(measure.label)}"
    return _over_weeks(own, labels, what, lambda row: percent(row.value, row.n))


def differences(rows: pd.DataFrame, labels: Labels) -> str:
    """The differences in words: those at the week asked about, and the sizes that matter."""
    found = answer(rows, labels)
    measure = measure_label(labels, found.measure)
    decimals = decimals_of(measure)
    compared = found.statistic == "difference"
    what = "differences" if compared else "changes from baseline"
    name = interval_words(rows, found.question)
    parts = [
        f"Interval chart by week: {what} in {inside(measure.label)}, {measure.unit}, with {name}",
        f"{better(measure).capitalize()}",
    ]
    for row in found.effects:
        whose = arm_label(labels, row.arm)
        if not is_missing(row.comparator):
            whose += f" minus {inside(arm_label(labels, row.comparator))}"
        shown = with_interval(row, decimals)
        parts.append(f"{whose} at week {found.week}: {shown}")
    if compared:
        sizes = thresholds(found.rows, labels, found.question, found.measure, "between groups")
        for name, row in sizes:
            size = fixed(row.value, decimals)
            parts.append(f"A dashed line marks the {name}, {size} {measure.unit}")
    return closed(parts, labels, found.effects)


def _over_weeks(rows: pd.DataFrame, labels: Labels, what: str, write: Callable[[Any], str]) -> str:
    """What is drawn, then each arm's number at the first and last week and the programme's end."""
    weeks = weeks_of(rows)
    told = sorted({weeks[0], weeks[-1], *({labels.programme_weeks} & set(weeks))})
    parts = [what]
    used = []
    for week in told:
        found = [maybe(rows, week=week, arm=arm) for arm in arms_of(rows, labels)]
        found = [row for row in found if row is not None]
        used += found
        said = [f"{inside(arm_label(labels, row.arm))} {write(row)}" for row in found]
        parts.append(f"{week_label(week)}: {joined(said)}")
    return closed(parts, labels, used)
