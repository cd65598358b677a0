"""Figures of the training, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, span
from analysis.show.select import arms_of, maybe, one_key, records, some, weeks_of, where
from analysis.show.tables.training import PROGRESS, progress_words
from analysis.show.words import arm_label, better, inside, joined, measure_label
from analysis.terms import Labels


def attendance(rows: pd.DataFrame, labels: Labels) -> str:
    """Attendance by week in words: the first, the middle and the last week."""
    own = _need(rows, "attended_by_week")
    parts = ["Line chart: percent of the planned sessions attended, by week, with 95 % interval"]
    for arm in arms_of(own, labels):
        here = where(own, arm=arm)
        said = [
            f"week {row.week} {percent(row.value, row.n)} ({span(row.lower, row.upper, 0)})"
            for row in _first_middle_last(here)
        ]
        parts.append(f"{arm_label(labels, arm)}: {', '.join(said)}")
    return closed(parts, labels, records(own))


def swimmers(rows: pd.DataFrame, labels: Labels) -> str:
    """The lanes in words: how many people, how long they trained, and what ended it."""
    ends = _need(rows, "swim_end")
    parts = ["Lanes of people drawn by lot, with the sessions that each attended in every week"]
    for arm in arms_of(ends, labels):
        here = records(where(ends, arm=arm))
        said = [f"{count(row.value)} weeks, {row.method}" for row in here]
        parts.append(f"{arm_label(labels, arm)}: {'; '.join(said)}")
    return closed(parts, labels, records(ends))


def progress(rows: pd.DataFrame, labels: Labels) -> str:
    """Progression in words: the first, the middle and the last week of every chart."""
    own = some(rows[rows["statistic"].isin(PROGRESS)], "<question>.progress_exertion.week1.<arm>")
    parts = ["Line charts by week of the programme, of those who trained, with 95 % interval"]
    for statistic in PROGRESS:
        here = where(own, statistic=statistic)
        said = [
            f"{inside(arm_label(labels, arm))} "
            + ", ".join(
                f"week {row.week} {fixed(row.value, 1)}"
                for row in _first_middle_last(where(here, arm=arm))
            )
            for arm in arms_of(here, labels)
        ]
        parts += [f"{progress_words(statistic, labels)}: {joined(said)}"] if said else []
    return closed(parts, labels, records(own))


def falls(rows: pd.DataFrame, labels: Labels) -> str:
    """The steps between visits in words."""
    own = _need(rows, "fall_per_week")
    measure = measure_label(labels, one_key(own, "measure"))
    name = interval_words(rows, one_key(own, "question"))
    parts = [
        f"Interval chart: change in {inside(measure.label)} a week from visit to visit, "
        f"{measure.unit}, with {name}; {better(measure)}"
    ]
    for level in dict.fromkeys(own["level"]):
        found = [maybe(own, arm=arm, level=level) for arm in arms_of(own, labels)]
        said = [
            f"{inside(arm_label(labels, row.arm))} {fixed(row.value, 2)} "
            f"({span(row.lower, row.upper, 2)})"
            for row in found
            if row is not None
        ]
        parts.append(f"{level.capitalize()}: {joined(said)}")
    return closed(parts, labels, records(own))


def _need(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    return some(where(rows, statistic=statistic), f"<question>.{statistic}.<week>.<arm>")


def _first_middle_last(rows: pd.DataFrame) -> list:
    weeks = weeks_of(rows)
    told = sorted({weeks[0], weeks[len(weeks) // 2], weeks[-1]})
    return [maybe(rows, week=week) for week in told]
