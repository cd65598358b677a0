"""Flare-ups by days since the last session: is there a wave after training?"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from analysis.show.figures.style import (
    INK,
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
from analysis.show.select import arms_of, maybe, one_key, records, some, where
from analysis.show.words import arm_label
from analysis.terms import Labels

_SPREAD = 0.14
_SOON = "soon after a session"
# Ratios beyond these are at the edge of the figure, with an arrow; the table tells them.
_LEAST, _MOST = 1 / 16, 16.0
_TICKS = {1 / 16: "1/16", 1 / 8: "1/8", 1 / 4: "1/4", 1 / 2: "1/2"}
_TICKS |= {float(n): str(n) for n in (1, 2, 4, 8, 16)}


def flare_days(rows: pd.DataFrame, labels: Labels) -> Figure:
    """How often flare-ups come so many days after a session, against a person's later days, by arm.

    Args:
        rows: result rows `flare_ratio` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(where(rows, statistic="flare_ratio"), "<question>.flare_ratio.<arm>.day 0")
    days = own[own["level"] != _SOON]
    levels = [*sorted(set(days["level"])), _SOON]
    arms = arms_of(own, labels)
    names = [arm_label(labels, arm) for arm in arms]
    with look():
        figure = new_figure(3.6 + legend_height(names))
        axes = figure.add_subplot()
        axes.axhline(1, color=INK, linewidth=1.1, zorder=1)
        for place, arm in enumerate(arms):
            shift = (place - (len(arms) - 1) / 2) * _SPREAD
            found = [(at, maybe(own, arm=arm, level=level)) for at, level in enumerate(levels)]
            _draw(axes, [(at + shift, row) for at, row in found if row is not None], labels, arm)
        _dress(axes, levels)
        if len(arms) > 1:
            legend(axes, room=0.3)
        name = interval_words(rows, one_key(own, "question"))
        title(figure, f"Flare-ups after a session, against other days of the same person, {name}")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _dress(axes: Axes, levels: list[str]) -> None:
    axes.set_yscale("log")
    axes.set_ylim(_LEAST / 1.2, _MOST * 1.2)
    axes.yaxis.set_major_locator(FixedLocator(list(_TICKS)))
    axes.yaxis.set_major_formatter(FixedFormatter(list(_TICKS.values())))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("times as often\n(above 1: more often after a session)")
    axes.set_xticks(range(len(levels)), [_short(level) for level in levels])
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_xlabel("days since the last attended session")
    axes.axvline(len(levels) - 1.5, color=INK, linewidth=0.6, linestyle=":")
    bare(axes)


def _draw(axes: Axes, found: list[tuple[float, Any]], labels: Labels, arm: str) -> None:
    style = arm_styles(labels)[arm]
    for at, row in found:
        # A ratio of 0, none of these days, or beyond the edge: hollow there.
        if not _LEAST <= row.value <= _MOST:
            edge = min(max(row.value, _LEAST), _MOST)
            hollow = {"marker": style.marker, "markerfacecolor": "white", "zorder": 3}
            axes.plot([at], [edge], color=style.colour, markersize=6.5, linestyle="none", **hollow)
        low, high = max(row.lower, _LEAST), min(row.upper, _MOST)
        axes.vlines(at, low, high, color=style.colour, linewidth=1.6, gid=f"interval-{row.id}")
        for end, shown, arrow in ((row.lower, low, "v"), (row.upper, high, "^")):
            if end != shown and row.value != end:
                axes.plot([at], [shown], marker=arrow, color=style.colour, markersize=5)
    inside = [(at, row) for at, row in found if _LEAST <= row.value <= _MOST]
    axes.plot(
        [at for at, _ in inside],
        [row.value for _, row in inside],
        marker=style.marker,
        color=style.colour,
        linestyle="none",
        markersize=6.5,
        label=arm_label(labels, arm),
        clip_on=False,
        gid=f"arm-{arm}",
    )


def _short(level: str) -> str:
    return "all days soon\nafter one" if level == _SOON else level.removeprefix("day ")
