"""Our trial among the others: published effects, their pool, and this trial's own result."""

from __future__ import annotations

import textwrap

import pandas as pd
import seaborn
from matplotlib.figure import Figure

from analysis.show.evidence import at_pool, of_pool, own_rows, pooled_rows, study_label
from analysis.show.figures.forest import Group, Line, draw_groups, draw_no_difference, height
from analysis.show.figures.forest import name_sides as sides
from analysis.show.figures.style import INK, ArmStyle, arm_styles, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import decimals_of, fixed, interval
from analysis.show.select import records, where
from analysis.show.words import arm_label, measure_label
from analysis.terms import Labels, MeasureLabel

_ROOM = 1.5
_STUDY = ArmStyle("#4d4d4d", "s", "-")
_TEXT = 46


def among(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The published effects with their pool and the interval for a new study; then our own.

    Args:
        rows: result rows `pooled`, `effect`, `prediction` and `own` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no result of this trial.
    """
    rows = own_rows(rows, "own")
    main = pooled_rows(rows)[0]
    measure = measure_label(labels, main.measure)
    own = records(where(rows, statistic="own"))
    groups = [_published(rows, main, labels, measure), _ours(own, labels, measure)]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        sides(axes, "favours the training", "favours the comparator")
        title(figure, f"{measure.label} ({measure.unit}): this trial among published ones")
        stamp(figure, labels, planned=all(is_planned(row) for row in own))
        return figure


def _published(rows: pd.DataFrame, main: object, labels: Labels, measure: MeasureLabel) -> Group:
    key = str(main.level)
    lines = [
        Line(
            row=row,
            left=textwrap.shorten(study_label(labels, row), _TEXT, placeholder=" …"),
            right=_numbers(row, measure),
            style=_STUDY,
        )
        for row in of_pool(rows, "effect", key)
    ]
    pooled = ArmStyle(seaborn.color_palette("colorblind")[0], "D", "-")
    words = {"left": "Together", "right": _numbers(main, measure)}
    lines.append(Line(row=main, style=pooled, diamond=True, bold=True, **words))
    if new := at_pool(rows, "prediction", key):
        told = interval(new.lower, new.upper, decimals_of(measure))
        words = {"left": "A new study", "right": told}
        lines.append(Line(row=new, style=ArmStyle(INK, "|", "-"), main=False, size=0, **words))
    return Group("Published", lines)


def _ours(own: list, labels: Labels, measure: MeasureLabel) -> Group:
    styles = arm_styles(labels)
    lines = [
        Line(
            row=row,
            left=textwrap.shorten(arm_label(labels, row.arm), _TEXT, placeholder=" …"),
            right=_numbers(row, measure),
            style=styles[row.arm],
            bold=True,
        )
        for row in own
    ]
    return Group("This trial", lines)


def _numbers(row: object, measure: MeasureLabel) -> str:
    decimals = decimals_of(measure)
    return f"{fixed(row.value, decimals)} {interval(row.lower, row.upper, decimals)}"
