"""How many scores are missing, by arm over the weeks."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    arm_styles,
    bare,
    legend,
    legend_height,
    look,
    mark_programme_end,
    new_figure,
    stamp,
    title,
    week_axis,
)
from analysis.show.link import is_planned
from analysis.show.select import arms_of, by_week, one_key, records, weeks_of, where
from analysis.show.words import arm_label, measure_label
from analysis.terms import Labels

_LEAST_TOP = 10  # percent: a trial with hardly any gaps is not drawn as if it had many


def missing(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The percentage of people without a score, by arm and week, to scale.

    Args:
        rows: result rows `missing_percent` of one question, by arm and week.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = by_week(rows, "missing_percent")
    measure = measure_label(labels, one_key(own, "measure"))
    weeks = weeks_of(own)
    with look():
        figure = new_figure(3.2 + legend_height(labels.arms.values()))
        axes = figure.add_subplot()
        _draw_lines(axes, own, labels)
        week_axis(axes, weeks, labels)
        mark_programme_end(axes, labels, weeks)
        axes.set_ylim(0, min(103, max(_LEAST_TOP, own["value"].max() * 1.15)))
        axes.set_ylabel("percent of the group")
        title(figure, f"{measure.label}: people without a score")
        if own["arm"].nunique() > 1:
            legend(axes)
        bare(axes)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _draw_lines(axes: Axes, rows: pd.DataFrame, labels: Labels) -> None:
    styles = arm_styles(labels)
    for arm in arms_of(rows, labels):
        points = sorted(records(where(rows, arm=arm)), key=lambda row: row.week)
        axes.plot(
            [int(row.week) for row in points],
            [float(row.value) for row in points],
            color=styles[arm].colour,
            marker=styles[arm].marker,
            linestyle=styles[arm].line,
            markersize=6,
            linewidth=1.6,
            label=arm_label(labels, arm),
            # Nobody missing is drawn on the axis, whole.
            clip_on=False,
            gid=f"arm-{arm}",
        )
