"""Figures of absent scores, in words: who was seen, what was assumed, where a conclusion tips."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.assumed import short_name, side_by_side
from analysis.show.courses import OBSERVED, courses
from analysis.show.descriptions.closed import closed
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, interval
from analysis.show.select import arms_of, maybe, records, where
from analysis.show.tables.tipping import tipping_rows
from analysis.show.words import arm_label, better, inside, joined, measure_label, week_label
from analysis.terms import Labels


def xray(rows: pd.DataFrame, labels: Labels) -> str:
    """The mosaic in words: how many planned values there were in each arm, and how they stand."""
    found = courses(rows, labels)
    used = [course.row for each in found.values() for course in each]
    measure = measure_label(labels, used[0].measure)
    own = where(rows, question=used[0].question, statistic="planned_values", week=None)
    parts = [
        f"Mosaic of the planned values of {inside(measure.label)}, a panel a group, a row a person "
        "and a column a planned week, sorted by who was seen longest"
    ]
    for arm in found:
        at = {row.level: row for row in records(where(own, arm=arm))}
        total = at.pop("planned")
        order = sorted(at.items(), key=lambda each: (each[0] != OBSERVED, each[0]))
        told = [f"{count(row.value)} {level}" for level, row in order]
        parts.append(f"{arm_label(labels, arm)}: of {count(total.value)}, {joined(told)}")
    return closed(parts, labels, used)


def assumptions(rows: pd.DataFrame, labels: Labels) -> str:
    """The intervals under each assumption in words."""
    found = side_by_side(rows, labels)
    used = [row for each in found.values() for row in each]
    first = used[0]
    measure = measure_label(labels, first.measure)
    compared = first.statistic == "difference"
    what = "differences" if compared else "changes from baseline"
    parts = [
        f"Interval chart by assumption about absent scores: {what} in {inside(measure.label)}, "
        f"{measure.unit}, at {week_label(int(first.week)).lower()}, with "
        f"{interval_words(rows, first.question)}",
        better(measure).capitalize(),
    ]
    for each in found.values():
        parts.append(f"{_whose(each[0], labels)}: {joined([_shown(row, labels) for row in each])}")
    return closed(parts, labels, used)


def tipping(rows: pd.DataFrame, labels: Labels) -> str:
    """The map in words: how large the grid is, how much of it changes the conclusion, and where."""
    own = tipping_rows(rows)
    totals = where(own, statistic="tipped")
    used = records(where(own, statistic="tipping_start"))
    measure = measure_label(labels, used[0].measure)
    parts = [
        f"Map of the conclusion about {inside(measure.label)} by points ({measure.unit}) added to "
        "absent scores of the comparator, across, and of the programme, up"
    ]
    for arm in arms_of(totals, labels):
        total = maybe(totals, arm=arm)
        parts.append(
            f"{_whose(total, labels)}: the conclusion changes at {count(total.value)} of "
            f"{count(total.n)} points of the map"
        )
        for row in records(where(own, statistic="tipping_point", arm=arm)):
            change, _, other = str(row.level).partition(" with comparator ")
            if float(other) == 0:
                at = fixed(row.value, decimals_of(measure))
                parts.append(
                    f"With nothing added in the comparator, it moves from {change} at {at} points"
                )
    return closed(parts, labels, used)


def _whose(row: Any, labels: Labels) -> str:
    arm = arm_label(labels, row.arm)
    if row.comparator is None or pd.isna(row.comparator):
        return arm
    return f"{arm} minus {inside(arm_label(labels, row.comparator))}"


def _shown(row: Any, labels: Labels) -> str:
    decimals = decimals_of(measure_label(labels, row.measure))
    bounds = interval(row.lower, row.upper, decimals)
    return f"{short_name(row.level)} {fixed(row.value, decimals)} {bounds}"
