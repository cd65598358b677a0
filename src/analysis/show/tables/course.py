"""The course in figures: changes since the start, differences by shape, and single people."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.curve_fit import f_test, furthest
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import (
    DF_DECIMALS,
    SE_DECIMALS,
    decimals_of,
    fixed,
    is_missing,
    p_value,
    size,
    span,
)
from analysis.show.select import (
    absent,
    arms_of,
    by_week,
    maybe,
    one_key,
    records,
    weeks_of,
    where,
)
from analysis.show.tables.dress import dress, source
from analysis.show.tables.means import value_over_interval, weeks_by_arm
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import (
    arm_label,
    better,
    inside,
    measure_label,
    sentence_case,
    week_label,
)
from analysis.terms import Labels


def course_changes(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each arm's change since the start along the main curve.

    Args:
        rows: result rows `course_change` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = where(by_week(rows, "course_change"), level=None)
    measure = measure_label(labels, one_key(own, "measure"))
    name = interval_words(rows, one_key(own, "question"))
    decimals = decimals_of(measure)
    seen = where(rows, statistic="observed_change", question=one_key(own, "question"))

    def shown(row: Any) -> str:
        met = maybe(seen, week=row.week, arm=row.arm)
        words = "" if met is None else f"<br>seen {link(met, fixed(met.value, decimals))}"
        return value_over_interval(row, decimals) + words

    return weeks_by_arm(
        own,
        labels,
        shown,
        name="course-changes",
        title=f"Mean change in {inside(measure.label)} since the start",
        headings=(f"Change<br>({name})", "With a score"),
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}. Between visits nobody is asked: "
            "the curve joins them. Below it the mean change of the people seen at a visit, without "
            "a model.",
            *(f"{words}." for words in unknown_arms(rows, labels)),
            *source(records(own), labels),
        ],
    )


def course_differences(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each arm minus its comparator at every planned visit, by each shape and model of the course.

    Args:
        rows: result rows `course_difference` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = by_week(rows, "course_difference")
    measure = measure_label(labels, one_key(own, "measure"))
    ordered = [
        row
        for arm in arms_of(own, labels)
        for row in sorted(records(where(own, arm=arm)), key=_order)
        if row.week in labels.weeks  # the main curve has rows between visits too
    ]
    decimals = decimals_of(measure)
    cells = [
        {
            "group": f"{arm_label(labels, row.arm)} minus "
            f"{inside(arm_label(labels, row.comparator))}",
            "row": week_label(int(row.week)),
            "model": "main" if is_missing(row.level) else html.escape(str(row.level)),
            "value": cell(row, fixed(row.value, decimals)),
            "se": link(row, fixed(row.se, SE_DECIMALS)),
            "interval": link(row, span(row.lower, row.upper, decimals)),
            "df": link(row, fixed(row.df, DF_DECIMALS)),
            "p": link(row, p_value(row.p)),
        }
        for row in ordered
    ]
    name = interval_words(rows, one_key(own, "question"))
    return dress(
        cells,
        ordered,
        labels,
        name="course-differences",
        title=f"Difference in the change in {inside(measure.label)}, by shape of the course",
        headings={
            "row": "Week",
            "model": "Shape or model",
            "value": "Difference",
            "se": "Standard error",
            "interval": sentence_case(name),
            "df": "Degrees of freedom",
            "p": "p",
        },
        group="group",
        texts=["model"],
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}. Visits as categories have no "
            "shape at all: they tell of each visit by itself, and nothing of the weeks between.",
            *_fits(rows, own, decimals, labels),
            *(f"{words}." for words in unknown_arms(rows, labels)),
            *source([row for row in ordered if is_missing(row.level)], labels),
        ],
    )


def _fits(rows: pd.DataFrame, own: pd.DataFrame, decimals: int, labels: Labels) -> list[str]:
    """How far each shape lies from the visits at most, with its test."""
    tests = where(rows, statistic="lack_of_fit", question=one_key(own, "question"))
    said = []
    for test in records(tests):
        far = furthest(rows, test)
        name = "main" if is_missing(test.level) else html.escape(str(test.level))
        said.append(
            f"{name} at most {link(far, size(far.value, decimals))} (week "
            f"{link(far, str(int(far.week)))}, {html.escape(inside(arm_label(labels, far.arm)))}), "
            f"{link(test, f_test(test))}"
        )
    return [f"From visits as categories the shapes lie away: {'; '.join(said)}."] if said else []


def _order(row: Any) -> tuple:
    return (row.week, "" if is_missing(row.level) else str(row.level))


def trajectories(rows: pd.DataFrame, labels: Labels) -> GT:
    """The scores of the few people drawn, and the course that the model gives each.

    Args:
        rows: result rows `trajectory_seen` and `trajectory_shrunken` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    seen, smooth = by_week(rows, "trajectory_seen"), by_week(rows, "trajectory_shrunken")
    measure = measure_label(labels, one_key(seen, "measure"))
    decimals = decimals_of(measure)
    weeks = weeks_of(smooth)
    cells, used = [], []
    for person in dict.fromkeys(smooth["level"]):
        for table, words in ((seen, "seen"), (smooth, "model")):
            own = where(table, level=person)
            line = {
                "group": arm_label(
                    labels, str(smooth.loc[smooth["level"] == person, "arm"].iloc[0])
                ),
                "row": f"{sentence_case(str(person))}, {words}",
            }
            for week in weeks:
                row = maybe(own, week=week)
                line[f"w{week}"] = "" if row is None else cell(row, fixed(row.value, decimals))
                used += [] if row is None else [row]
            cells.append(line)
    if not cells:
        raise absent("<question>.trajectory_seen.<measure>.<week>.<arm>.<person>")
    return dress(
        cells,
        used,
        labels,
        name="trajectories",
        title=f"{measure.label} of a few people drawn at random",
        headings={"row": "Person"} | {f"w{week}": week_label(week) for week in weeks},
        group="group",
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}. Drawn with the seed of the plan, "
            "alike from the people whose scores changed least, middling and most."
        ],
    )
