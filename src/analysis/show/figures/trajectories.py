"""A few people's own courses: scores as seen, and the course that the model gives each of them."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    FAINT,
    SMALL,
    ArmStyle,
    arm_styles,
    bare,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.select import arms_of, by_week, one_key, records, weeks_of, where
from analysis.show.words import arm_label, measure_label
from analysis.terms import Labels


def trajectories(rows: pd.DataFrame, labels: Labels) -> Figure:
    """One panel an arm, the same scale in all: dots are scores, lines the shrunken courses.

    Args:
        rows: result rows `trajectory_seen` and `trajectory_shrunken` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    seen, smooth = by_week(rows, "trajectory_seen"), by_week(rows, "trajectory_shrunken")
    measure = measure_label(labels, one_key(seen, "measure"))
    arms = arms_of(seen, labels)
    with look():
        figure = new_figure(3.4)
        panels = figure.subplots(1, len(arms), sharex=True, sharey=True, squeeze=False)[0]
        for axes, arm in zip(panels, arms, strict=True):
            style = arm_styles(labels)[arm]
            _panel(axes, where(seen, arm=arm), where(smooth, arm=arm), style)
            words = "\n".join(textwrap.wrap(arm_label(labels, arm), 26))
            axes.set_title(words, fontsize=SMALL + 0.5)
            axes.set_xticks(_ticks(weeks_of(seen), labels))
            if labels.programme_weeks is not None:
                axes.axvline(labels.programme_weeks, color=FAINT, linestyle=":", linewidth=1.1)
        arrow = "↓ lower is better" if measure.lower_is_better else "higher is better ↑"
        panels[0].set_ylabel(f"{measure.unit}   ({arrow})")
        panels[len(arms) // 2].set_xlabel("Weeks since the start")
        title(
            figure,
            f"{measure.label} of a few people drawn at random: scores as seen (dots) and the "
            "courses that the model gives them (thick lines)",
        )
        stamp(figure, labels)
        return figure


def _panel(axes: Axes, seen: pd.DataFrame, smooth: pd.DataFrame, style: ArmStyle) -> None:
    for person in dict.fromkeys(seen["level"]):
        for table, look_of in (
            (seen, {"marker": style.marker, "markersize": 2.6, "linewidth": 0.6, "alpha": 0.45}),
            (smooth, {"linewidth": 1.7, "alpha": 0.9}),
        ):
            points = sorted(records(where(table, level=person)), key=lambda row: row.week)
            weeks = [int(row.week) for row in points]
            values = [float(row.value) for row in points]
            axes.plot(weeks, values, color=style.colour, **look_of)
    bare(axes)


def _ticks(weeks: list[int], labels: Labels) -> list[int]:
    """The start, the end of the programme, and what is left of years."""
    last = max(weeks)
    wanted = [0, labels.programme_weeks or 0, *range(52, last + 1, 52), last]
    return sorted({week for week in wanted if week <= last})
