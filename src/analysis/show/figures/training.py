"""The training over the weeks of the programme: attendance, progression, steps between visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.show.figures.style import (
    INK,
    LEGEND_LINE,
    SMALL,
    arm_styles,
    bare,
    legend,
    legend_height,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.select import arms_of, one_key, records, some, where
from analysis.show.tables.training import PROGRESS, progress_words
from analysis.show.words import arm_label, better, inside, measure_label
from analysis.terms import Labels

_SPREAD = 0.16


def attendance(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Percent of the planned sessions that were attended, by week of the programme and arm.

    Args:
        rows: result rows `attended_by_week` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = _need(rows, "attended_by_week")
    with look():
        figure = new_figure(3.1 + legend_height(_names(own, labels)))
        axes = figure.add_subplot()
        for arm in arms_of(own, labels):
            _line(axes, where(own, arm=arm), labels, arm, bounds=True, named=True)
        axes.set_ylim(0, max(103, own[["value", "upper"]].max().max() * 1.03))
        axes.set_ylabel("percent of planned sessions")
        axes.set_xlabel("week of the programme")
        _tidy(axes)
        legend(axes, room=0.3)
        title(
            figure,
            "Sessions attended of those planned, everyone randomised counting, with "
            "95\N{NO-BREAK SPACE}% interval",
        )
        stamp(figure, labels, planned=_planned(own))
        return figure


def progress(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Load, exertion, soreness and pain by week of the programme, a small chart each.

    Args:
        rows: result rows `progress_*` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(rows[rows["statistic"].isin(PROGRESS)], "<question>.progress_exertion.week1.<arm>")
    kinds = [kind for kind in PROGRESS if (own["statistic"] == kind).any()]
    names = _names(own, labels)
    with look():
        lines = round(legend_height(names) / LEGEND_LINE)
        figure = new_figure(1.05 + 1.9 * len(kinds) + legend_height(names))
        charts = figure.subplots(len(kinds), 1, sharex=True, squeeze=False)[:, 0]
        for axes, kind in zip(charts, kinds, strict=True):
            here = where(own, statistic=kind)
            for arm in arms_of(here, labels):
                _line(axes, where(here, arm=arm), labels, arm, bounds=True)
            axes.set_title(progress_words(kind, labels), fontsize=SMALL)
            _tidy(axes)
        charts[-1].set_xlabel("week of the programme")
        _names_on_top(charts, own, labels, lines)
        title(figure, "Load, effort, soreness and pain of those who trained, with 95 % interval")
        stamp(figure, labels, planned=_planned(own))
        return figure


def falls(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The mean change a week between visits during the programme, by arm, with intervals.

    Args:
        rows: result rows `fall_per_week` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = _need(rows, "fall_per_week")
    measure = measure_label(labels, one_key(own, "measure"))
    levels = list(dict.fromkeys(own["level"]))
    arms = arms_of(own, labels)
    with look():
        figure = new_figure(3.2 + legend_height(_names(own, labels)))
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, linewidth=1.1, zorder=1)
        for place, arm in enumerate(arms):
            shift = (place - (len(arms) - 1) / 2) * _SPREAD
            found = records(where(own, arm=arm))
            _marks(axes, [(levels.index(row.level) + shift, row) for row in found], labels, arm)
        axes.set_xticks(range(len(levels)), [level.removeprefix("weeks ") for level in levels])
        axes.set_xlabel("weeks from visit to visit")
        axes.set_ylabel(f"{measure.unit} a week; {better(measure)}")
        bare(axes)
        if len(arms) > 1:
            legend(axes, room=0.3)
        name = interval_words(rows, one_key(own, "question"))
        title(figure, f"Change in {inside(measure.label)} a week, with {name}")
        stamp(figure, labels, planned=_planned(own))
        return figure


def _need(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    return some(where(rows, statistic=statistic), f"<question>.{statistic}.<week>.<arm>")


def _names(rows: pd.DataFrame, labels: Labels) -> list[str]:
    return [arm_label(labels, arm) for arm in arms_of(rows, labels)]


def _planned(rows: pd.DataFrame) -> bool:
    return all(is_planned(row) for row in records(rows))


def _line(
    axes: Axes,
    rows: pd.DataFrame,
    labels: Labels,
    arm: str,
    *,
    bounds: bool = False,
    named: bool = False,
) -> None:
    style, found = arm_styles(labels)[arm], sorted(records(rows), key=lambda row: row.week)
    weeks = [int(row.week) for row in found]
    if bounds:
        lower, upper = ([getattr(row, end) for row in found] for end in ("lower", "upper"))
        axes.fill_between(weeks, lower, upper, color=style.colour, alpha=0.15, linewidth=0)
    axes.plot(
        weeks,
        [row.value for row in found],
        color=style.colour,
        marker=style.marker,
        linestyle=style.line,
        markersize=4.5,
        linewidth=1.5,
        # Where several charts stand below one another the names stand above them once.
        label=arm_label(labels, arm) if named else None,
        gid=f"arm-{arm}",
    )


def _marks(axes: Axes, found: Sequence[tuple[float, Any]], labels: Labels, arm: str) -> None:
    style = arm_styles(labels)[arm]
    at = [place for place, _ in found]
    lower, upper = ([getattr(row, end) for _, row in found] for end in ("lower", "upper"))
    axes.vlines(at, lower, upper, color=style.colour, linewidth=1.6)
    axes.plot(
        at,
        [row.value for _, row in found],
        marker=style.marker,
        color=style.colour,
        linestyle="none",
        markersize=6.5,
        label=arm_label(labels, arm),
        gid=f"arm-{arm}",
    )


def _tidy(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    bare(axes)


def _names_on_top(charts: Sequence[Axes], rows: pd.DataFrame, labels: Labels, lines: int) -> None:
    """The arms' names once, above the first chart, also of arms that this chart lacks."""
    first = charts[0]
    for arm in arms_of(rows, labels):
        style = arm_styles(labels)[arm]
        mark = {"color": style.colour, "marker": style.marker, "linestyle": style.line}
        first.plot([], [], label=arm_label(labels, arm), markersize=4.5, **mark)
    legend(first, room=1.9)
    first.get_legend().set_in_layout(False)
    # Empty lines in the middle keep the room of the names free, and a gap below the figure's title.
    first.set_title("\n".join([" "] * (lines + 2)), loc="center", fontsize=SMALL)
