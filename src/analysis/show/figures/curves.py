"""The course as a curve with its band, by arm, to the last visit."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    FAINT,
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
from analysis.show.means import interval_words
from analysis.show.select import arms_of, by_week, one_key, records, where
from analysis.show.words import arm_label, inside, measure_label
from analysis.terms import Labels


def curves(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Each arm's change since the start over time, the main shape of the course with its interval.

    Args:
        rows: result rows `course_change` and `observed_change` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = where(by_week(rows, "course_change"), level=None)
    measure = measure_label(labels, one_key(own, "measure"))
    with look():
        figure = new_figure(4.3 + legend_height(labels.arms.values()))
        axes = figure.add_subplot()
        seen = where(rows, statistic="observed_change", question=one_key(own, "question"))
        _draw(axes, own, seen, labels)
        axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
        visits = [w for w in labels.weeks if w <= own["week"].max()]
        week_axis(axes, [0, *visits], labels)
        mark_programme_end(axes, labels, visits)
        arrow = "↓ lower is better" if measure.lower_is_better else "higher is better ↑"
        axes.set_ylabel(f"{measure.unit}   ({arrow})")
        name = interval_words(rows, one_key(own, "question"))
        title(
            figure,
            f"Mean change in {inside(measure.label)} since the start: lines of the model with "
            f"{name}, hollow marks the means of people seen",
        )
        if own["arm"].nunique() > 1:
            legend(axes)
        bare(axes)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _draw(axes: Axes, rows: pd.DataFrame, seen: pd.DataFrame, labels: Labels) -> None:
    styles = arm_styles(labels)
    for arm in arms_of(rows, labels):
        points = sorted(records(where(rows, arm=arm)), key=lambda row: row.week)
        weeks = [0, *(int(row.week) for row in points)]
        axes.fill_between(
            weeks,
            [0.0, *(float(row.lower) for row in points)],
            [0.0, *(float(row.upper) for row in points)],
            color=styles[arm].colour,
            alpha=0.16,
            linewidth=0,
        )
        axes.plot(
            weeks,
            [0.0, *(float(row.value) for row in points)],
            color=styles[arm].colour,
            linestyle=styles[arm].line,
            linewidth=1.9,
            gid=f"arm-{arm}",
        )
        # Hollow marks are what was seen, beside the line that is the model's.
        met = sorted(records(where(seen, arm=arm)), key=lambda row: row.week)
        look_of = {"marker": styles[arm].marker, "markersize": 6, "markerfacecolor": "white"}
        look_of |= {"color": styles[arm].colour, "markeredgewidth": 1.4}
        axes.plot(
            [int(row.week) for row in met],
            [float(row.value) for row in met],
            linestyle="none",
            zorder=3,
            gid=f"seen-{arm}",
            **look_of,
        )
        axes.plot(
            [],
            [],
            linestyle=styles[arm].line,
            label=arm_label(labels, arm),
            **look_of,
            linewidth=1.9,
        )
