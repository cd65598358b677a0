"""Our trial among the others: published effects, their pool, and this trial's own result."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from analysis.show.evidence import own_rows, pooled_rows
from analysis.show.figures.forest import (
    Group,
    Line,
    draw_groups,
    draw_no_difference,
    height,
    name_sides,
)
from analysis.show.figures.studies import published_lines, sides_of
from analysis.show.figures.style import arm_styles, even_lines, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import decimals_of, with_interval
from analysis.show.select import records, where
from analysis.show.whose import with_stamp, words_for
from analysis.show.words import arm_label, measure_label
from analysis.terms import Labels, MeasureLabel

_ROOM = 1.5
_TEXT = 34


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
    groups = [Group("Published", published_lines(rows, main, labels)), _ours(own, labels, measure)]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        name_sides(axes, *sides_of(measure))
        title(figure, f"{measure.label} ({measure.unit}): this trial among published ones")
        # The published trials had real people: the stamp stands at this trial's own lines.
        stamp(figure, words_for(labels, [main]), planned=all(is_planned(row) for row in own))
        return figure


def _ours(own: list, labels: Labels, measure: MeasureLabel) -> Group:
    styles = arm_styles(labels)
    lines = [
        Line(
            row=row,
            left="\n".join(even_lines(arm_label(labels, row.arm), _TEXT)),
            right=with_interval(row, decimals_of(measure)),
            style=styles[row.arm],
            bold=True,
        )
        for row in own
    ]
    return Group(with_stamp(labels, "This trial"), lines)
