"""The course: means by arm over the weeks, to scale, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    FAINT,
    SMALL,
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
from analysis.show.means import interval_words, mean_rows, quantity
from analysis.show.numbers import is_missing
from analysis.show.select import arms_of, by_week, one_key, records, where
from analysis.show.words import arm_label, measure_label
from analysis.terms import Labels

_DODGE = 0.009  # of the time axis, between arms, so that intervals do not hide one another


@dataclass(frozen=True)
class _Line:
    """One arm's points: weeks, values, and the lengths of the intervals below and above."""

    arm: str
    weeks: list[int]
    values: list[float]
    below: list[float]
    above: list[float]


def course(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The model's means by arm and week with their intervals; a change starts at 0 at week 0.

    Args:
        rows: result rows `ls_mean`, or `change` where nothing is compared, of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    means = mean_rows(rows)
    measure = measure_label(labels, one_key(means, "measure"))
    what = quantity(means, measure)
    # A change from baseline is 0 at baseline, for everyone and without error.
    from_zero = "change" in what
    name = interval_words(rows, one_key(means, "question"))
    return _draw(
        [_line(where(means, arm=arm), arm, from_zero) for arm in arms_of(means, labels)],
        means,
        labels,
        heading=f"{what}, with {name}",
        zero=from_zero,
    )


def observed(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The mean scores as observed, by arm and week, baseline at week 0.

    Args:
        rows: result rows `observed_mean` of one question, by arm and week.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    means = by_week(rows, "observed_mean")
    measure = measure_label(labels, one_key(means, "measure"))
    return _draw(
        [_line(where(means, arm=arm), arm, False) for arm in arms_of(means, labels)],
        means,
        labels,
        heading=f"{measure.label} as observed, means of those in the model with a score",
        zero=False,
    )


def _line(rows: pd.DataFrame, arm: str, from_zero: bool) -> _Line:
    points: list[Any] = sorted(records(rows), key=lambda row: row.week)
    start = [(0, 0.0, 0.0, 0.0)] if from_zero and points[0].week > 0 else []
    drawn = start + [(int(r.week), float(r.value), *_lengths(r)) for r in points]
    weeks, values, below, above = (list(part) for part in zip(*drawn, strict=True))
    return _Line(arm, weeks, values, below, above)


def _lengths(row: Any) -> tuple[float, float]:
    # matplotlib wants the interval as lengths from the point.
    if is_missing(row.lower) or is_missing(row.upper):
        return 0.0, 0.0
    return max(0.0, row.value - row.lower), max(0.0, row.upper - row.value)


def _draw(
    lines: list[_Line], rows: pd.DataFrame, labels: Labels, *, heading: str, zero: bool
) -> Figure:
    with look():
        figure = new_figure(4.1 + legend_height(arm_label(labels, line.arm) for line in lines))
        axes = figure.add_subplot()
        weeks = sorted({week for line in lines for week in line.weeks})
        _draw_lines(axes, lines, labels, last=max(weeks))
        if zero:
            axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
        week_axis(axes, weeks, labels)
        mark_programme_end(axes, labels, weeks)
        measure = measure_label(labels, one_key(rows, "measure"))
        arrow = "↓ lower is better" if measure.lower_is_better else "higher is better ↑"
        axes.set_ylabel(f"{measure.unit}   ({arrow})")
        title(figure, heading)
        if len(lines) > 1:
            legend(axes)
        bare(axes)
        axes.tick_params(labelsize=SMALL)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(rows)))
        return figure


def _draw_lines(axes: Axes, lines: list[_Line], labels: Labels, *, last: int) -> None:
    styles = arm_styles(labels)
    for place, line in enumerate(lines):
        style = styles[line.arm]
        bars = any(line.below + line.above)
        shift = (place - (len(lines) - 1) / 2) * _DODGE * last if bars else 0
        drawn = axes.errorbar(
            # Everyone starts together; only later points stand side by side.
            [week + (shift if week > 0 else 0) for week in line.weeks],
            line.values,
            yerr=[line.below, line.above] if bars else None,
            color=style.colour,
            marker=style.marker,
            linestyle=style.line,
            markersize=6,
            linewidth=1.6,
            elinewidth=1.3,
            capsize=2.5,
            label=arm_label(labels, line.arm),
        )
        drawn.lines[0].set_gid(f"arm-{line.arm}")
