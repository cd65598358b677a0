"""The same comparison under each assumption about absent scores, as intervals one below another."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.assumed import MODEL, short_name, side_by_side
from analysis.show.figures.forest import (
    Group,
    Line,
    draw_groups,
    draw_no_difference,
    draw_size,
    height,
    name_sides,
)
from analysis.show.figures.style import (
    ArmStyle,
    arm_styles,
    legend,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import decimals_of, fixed, with_interval
from analysis.show.select import thresholds, where
from analysis.show.words import arm_label, inside, measure_label, week_label
from analysis.terms import Labels, MeasureLabel

_ROOM = 1.5  # inches for title, legend, axis and the words below
_MODEL_NAME = "Mixed model"


def assumptions(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Effect and interval under the model and under each assumption, beside the sizes that matter.

    Args:
        rows: result rows of a question `missing`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, several questions, or a threshold of the plan without a row.
    """
    found = side_by_side(rows, labels)
    used = [row for each in found.values() for row in each]
    first, styles = used[0], arm_styles(labels)
    measure = measure_label(labels, first.measure)
    groups = [
        Group(_heading(each[0], labels), _lines(each, styles[arm], measure))
        for arm, each in found.items()
    ]
    compared = first.statistic == "difference"
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        if compared:
            _draw_sizes(axes, rows, labels, first)
        name_sides(axes, *_sides(used, labels, measure))
        what = "Difference in" if compared else "Change from baseline in"
        words = f"{what} {inside(measure.label)} ({measure.unit}) at {week_label(int(first.week))}"
        words = f"{words.replace('at W', 'at w')}, by what absent scores are taken to be"
        title(figure, f"{words}, with {interval_words(rows, first.question)}")
        stamp(figure, labels, planned=all(is_planned(row) for row in used))
        return figure


def _lines(rows: list[Any], style: ArmStyle, measure: MeasureLabel) -> list[Line]:
    decimals = decimals_of(measure)
    return [
        Line(
            row=row,
            left=_MODEL_NAME if row.level == MODEL else short_name(row.level),
            right=with_interval(row, decimals),
            style=style,
            main=row.level == MODEL,
            bold=row.level == MODEL,
        )
        for row in rows
    ]


def _heading(row: Any, labels: Labels) -> str:
    parts = [arm_label(labels, row.arm)]
    if row.statistic == "difference":
        parts.append(f"minus {inside(arm_label(labels, row.comparator))}")
    return "\n".join(line for part in parts for line in textwrap.wrap(part, 24))


def _draw_sizes(axes: Axes, rows: pd.DataFrame, labels: Labels, first: Any) -> None:
    """The sizes that matter between groups, on the side that is better."""
    measure = measure_label(labels, first.measure)
    own = where(rows, question=first.question)
    sizes = thresholds(own, labels, first.question, first.measure, "between groups")
    for place, (name, row) in enumerate(sizes):
        at = -row.value if measure.lower_is_better else row.value
        words = f"{name}: {fixed(row.value, decimals_of(measure))} {measure.unit}"
        draw_size(axes, at, words, place, f"threshold-{row.id}")
    if sizes:
        legend(axes, room=0.3)


def _sides(used: list[Any], labels: Labels, measure: MeasureLabel) -> tuple[str, str]:
    good, bad = "improved", "got worse"
    if used[0].statistic == "difference":
        arms = {row.arm for row in used}
        alone = inside(arm_label(labels, used[0].arm)) if len(arms) == 1 else "the programme"
        good = f"favours {alone}"
        bad = f"favours {inside(arm_label(labels, used[0].comparator))}"
    return (good, bad) if measure.lower_is_better else (bad, good)
