"""Adverse events as dots: the share of each arm, and beside it the difference between arms."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    FAINT,
    GRID,
    INK,
    LEGEND_LINE,
    SMALL,
    arm_styles,
    legend,
    legend_height,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.headings import MAIN, TYPES, at_week, harm_rows, heading, levels_of
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.select import arms_of, maybe, one_key, records, weeks_of, where
from analysis.show.words import arm_label, inside
from analysis.terms import Labels

_LINE = 0.34  # inches a heading
_SPREAD = 0.2  # how far the arms of a heading stand apart, in lines


def harms(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The share of people with each harm by arm, and the differences with intervals.

    Args:
        rows: result rows `harm_risk` and `risk_difference` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or of several questions.
    """
    own = harm_rows(rows)
    here = at_week(own, weeks_of(own)[-1])
    levels = levels_of(here, MAIN, TYPES)
    names = [arm_label(labels, arm) for arm in arms_of(here, labels)]
    compared = len(where(here, statistic="risk_difference")) > 0
    with look():
        figure = new_figure(1.35 + _LINE * len(levels) + legend_height(names))
        axes = figure.subplots(1, 2 if compared else 1, sharey=True, squeeze=False)[0]
        _draw(axes[0], here, levels, labels, "harm_risk")
        axes[0].set_xlabel("percent of the people of the group")
        axes[0].set_xlim(left=0)
        if compared:
            _draw(axes[1], here, levels, labels, "risk_difference")
            axes[1].axvline(0, color=INK, linewidth=1.1, zorder=1)
            other = inside(arm_label(labels, labels.reference))
            words = textwrap.wrap(f"percentage points more than {other}", 30)
            axes[1].set_xlabel("\n".join([*words, "(right of 0: more people harmed)"]))
            axes[1].tick_params(axis="y", length=0)
        _name(axes[0], levels)
        legend(axes[0], room=0.4)
        # The names may reach over the neighbour; the empty title keeps their line free.
        axes[0].get_legend().set_in_layout(False)
        lines = round(legend_height(names) / LEGEND_LINE)
        axes[0].set_title("\n" * (lines - 1) + " ")
        week, name = weeks_of(own)[-1], interval_words(rows, one_key(own, "question"))
        title(figure, f"People with a harm up to week {week}, and differences, with {name}")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(here)))
        return figure


def _draw(
    axes: Axes, rows: pd.DataFrame, levels: list[str], labels: Labels, statistic: str
) -> None:
    styles = arm_styles(labels)
    own = where(rows, statistic=statistic)
    arms = arms_of(own, labels)
    for place, arm in enumerate(arms):
        shift = (place - (len(arms) - 1) / 2) * _SPREAD
        found = [(at, maybe(own, arm=arm, level=level)) for at, level in enumerate(levels)]
        found = [(at + shift, row) for at, row in found if row is not None]
        if statistic == "risk_difference":
            axes.hlines(
                [at for at, _ in found],
                [row.lower for _, row in found],
                [row.upper for _, row in found],
                color=styles[arm].colour,
                linewidth=1.6,
                zorder=2,
            )
        axes.plot(
            [row.value for _, row in found],
            [at for at, _ in found],
            marker=styles[arm].marker,
            color=styles[arm].colour,
            linestyle="none",
            markersize=6,
            label=arm_label(labels, arm),
            clip_on=False,
            zorder=3,
            gid=f"{statistic}-{arm}",
        )
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _name(axes: Axes, levels: list[str]) -> None:
    """The headings at the left; a fine line parts those of all events from the kinds."""
    words = ["\n".join(textwrap.wrap(heading(level), 26)) for level in levels]
    axes.set_yticks(range(len(levels)), words, fontsize=SMALL)
    axes.set_ylim(len(levels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, pad=8)
    kinds = [at for at, level in enumerate(levels) if level.startswith("type: ")]
    if kinds and kinds[0]:
        for each in axes.figure.axes:
            each.axhline(kinds[0] - 0.5, color=FAINT, linewidth=0.6, linestyle=":")
