"""Responders by arm over the weeks, a panel a threshold, and their cumulative curve."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    INK,
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
from analysis.show.means import interval_words
from analysis.show.responding import (
    PERCENT_SCALE,
    Responders,
    at_least,
    responders,
    threshold_label,
)
from analysis.show.select import absent, arms_of, records, weeks_of, where
from analysis.show.words import arm_label, inside, measure_label, sentence_case, week_label
from analysis.terms import Labels

_PANEL = 2.3  # inches
_DODGE = 0.009  # of the time axis, between arms, so that intervals do not hide one another
_DASHES = [(0, (5, 3)), (0, (1, 2)), (0, (5, 2, 1, 2)), (0, (8, 3))]
_CURVES = {PERCENT_SCALE: "curve_percent", "points": "curve_points"}


def by_week(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The share of responders by arm and week with intervals, a panel a threshold.

    Args:
        rows: result rows of one question about responders.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    own = where(found.rows, statistic="responder_percent")
    names = [arm_label(labels, arm) for arm in arms_of(own, labels)]
    weeks = weeks_of(own)
    with look():
        height = 1.0 + legend_height(names) + _PANEL * len(found.thresholds)
        figure = new_figure(height)
        panels = figure.subplots(len(found.thresholds), 1, sharex=True, squeeze=False)[:, 0]
        for axes, threshold in zip(panels, found.thresholds, strict=True):
            _draw_weeks(axes, found.of("responder_percent", threshold), labels, max(weeks))
            week_axis(axes, weeks, labels)
            words = sentence_case(at_least(found, labels, threshold))
            # On white, because the end of the programme may run behind the words.
            behind = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            place = {"transform": axes.transAxes, "va": "top", "bbox": behind}
            axes.text(0.01, 0.99, words, weight="bold", **place)
            _finish(axes)
        for axes in panels[:-1]:
            axes.set_xlabel("")
        mark_programme_end(panels[0], labels, weeks)
        if len(names) > 1:
            legend(panels[0])
        measure = measure_label(labels, found.measure)
        name = interval_words(found.rows, found.question)
        title(figure, f"{measure.label}: responders by group and week, with {name}")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _draw_weeks(axes: Axes, rows: pd.DataFrame, labels: Labels, last: int) -> None:
    styles = arm_styles(labels)
    arms = arms_of(rows, labels)
    for place, arm in enumerate(arms):
        points = sorted(records(where(rows, arm=arm)), key=lambda row: row.week)
        shift = (place - (len(arms) - 1) / 2) * _DODGE * last
        drawn = axes.errorbar(
            [int(row.week) + shift for row in points],
            [float(row.value) for row in points],
            yerr=[
                [max(0.0, row.value - row.lower) for row in points],
                [max(0.0, row.upper - row.value) for row in points],
            ],
            color=styles[arm].colour,
            marker=styles[arm].marker,
            linestyle=styles[arm].line,
            markersize=6,
            linewidth=1.6,
            elinewidth=1.3,
            capsize=2.5,
            label=arm_label(labels, arm),
        )
        drawn.lines[0].set_gid(f"arm-{arm}")


def curve(rows: pd.DataFrame, labels: Labels) -> Figure:
    """For every improvement the share of each arm that improved by at least so much.

    A panel for percent of baseline and one for points, where thresholds are on both; each
    threshold is a line of its own.

    Args:
        rows: result rows of one question about responders.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    scales = [scale for scale in _CURVES if len(where(found.rows, statistic=_CURVES[scale]))]
    if not scales:
        raise absent(f"{found.question}.curve_percent.{found.measure}.week{found.week}")
    names = [arm_label(labels, arm) for arm in arms_of(found.rows, labels)]
    with look():
        figure = new_figure(1.1 + legend_height(names) + 2.9 * len(scales))
        panels = figure.subplots(len(scales), 1, squeeze=False)[:, 0]
        for axes, scale in zip(panels, scales, strict=True):
            _draw_curve(axes, found, labels, scale)
            _mark_thresholds(axes, found, labels, scale)
            _finish(axes)
        if len(names) > 1:
            legend(panels[0])
        measure = measure_label(labels, found.measure)
        when = inside(week_label(found.week))
        title(figure, f"{measure.label}: who improved by at least so much, {when}")
        drawn = where(found.rows, statistic=_CURVES[scales[0]])
        stamp(figure, labels, planned=all(is_planned(row) for row in records(drawn)))
        return figure


def _draw_curve(axes: Axes, found: Responders, labels: Labels, scale: str) -> None:
    styles = arm_styles(labels)
    own = where(found.rows, statistic=_CURVES[scale])
    for arm in arms_of(own, labels):
        points = sorted((float(r.level), float(r.value)) for r in records(where(own, arm=arm)))
        axes.plot(
            [x for x, _ in points],
            [share for _, share in points],
            color=styles[arm].colour,
            marker=styles[arm].marker,
            linestyle=styles[arm].line,
            markersize=4,
            linewidth=1.6,
            label=arm_label(labels, arm),
            gid=f"curve-{scale}-{arm}",
        )
    measure = measure_label(labels, found.measure)
    unit = "% of the score at the start" if scale == PERCENT_SCALE else measure.unit
    axes.set_xlabel(f"improvement of at least so much ({unit})")
    axes.set_xlim(left=0)


def _mark_thresholds(axes: Axes, found: Responders, labels: Labels, scale: str) -> None:
    """A dashed line at each threshold of this scale, named beside its top."""
    here = [t for t in found.thresholds if threshold_label(labels, found.measure, t).scale == scale]
    sizes: Sequence = sorted(((found.size(name), name) for name in here), key=lambda x: x[0].value)
    for place, (row, name) in enumerate(sizes):
        axes.axvline(
            row.value, color=INK, linestyle=_DASHES[place % len(_DASHES)], linewidth=1.2, zorder=1,
            gid=f"threshold-{row.id}",
        )  # fmt: skip
        axes.annotate(
            name,
            (row.value, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4, -3 - 13 * place),
            textcoords="offset points",
            va="top",
            fontsize=SMALL,
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )


def _finish(axes: Axes) -> None:
    axes.set_ylim(0, 103)
    axes.set_ylabel("percent of the group")
    bare(axes)
    axes.tick_params(labelsize=SMALL)
