"""The training log of a few people as lanes: each week a mark, hollow where nobody came."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.show.figures.style import (
    FAINT,
    INK,
    SMALL,
    arm_styles,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.link import is_planned
from analysis.show.select import arms_of, records, some, where
from analysis.show.words import arm_label
from analysis.terms import Labels

_LANE = 0.17  # inches a person
_STOPPED = {"withdrew": "|", "stopped programme": "X", "death": "|"}
_AREA = 14.0  # points squared a session


def swimmers(rows: pd.DataFrame, labels: Labels) -> Figure:
    """A lane a person: sessions attended in each week, flare-ups, and where the programme ended.

    Args:
        rows: result rows `swim_*` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    ends = some(where(rows, statistic="swim_end"), "<question>.swim_end.<arm>.person 01")
    arms = arms_of(ends, labels)
    with look():
        figure = new_figure(1.5 + _LANE * len(ends) + 0.45 * len(arms))
        axes = figure.add_subplot()
        ticks, place = [], 0.0
        for arm in arms:
            words = textwrap.shorten(arm_label(labels, arm), 70, placeholder="…")
            axes.text(0.4, place, words, weight="bold", fontsize=SMALL, va="center")
            for end in records(where(ends, arm=arm)):
                place += 1
                ticks.append((place, str(end.level).removeprefix("person ")))
                _lane(axes, rows, end, labels, place)
            place += 2
        axes.set_yticks([at for at, _ in ticks], [words for _, words in ticks], fontsize=SMALL)
        axes.set_ylim(place - 1, -1)
        axes.set_xlim(0.2, max(ends["value"].max(), _last(rows)) + 0.9)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("week of the programme")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        words = "Sessions of people drawn by lot: the larger the mark, the more in that week; "
        title(figure, words + "hollow none, star flare-up, cross stopped, bar left the trial", 86)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(ends)))
        return figure


def _last(rows: pd.DataFrame) -> int:
    return int(where(rows, statistic="swim_sessions")["week"].max())


def _lane(axes: Axes, rows: pd.DataFrame, end: object, labels: Labels, place: float) -> None:
    style = arm_styles(labels)[end.arm]
    own = where(rows, statistic="swim_sessions", arm=end.arm, level=end.level)
    axes.plot([0.5, end.value + 0.3], [place, place], color=FAINT, linewidth=0.5, zorder=1)
    for row in records(own):
        came = row.value > 0
        axes.scatter(
            [int(row.week)],
            [place],
            s=_AREA * (row.value if came else 1),
            marker=style.marker,
            facecolors=style.colour if came else "white",
            edgecolors=style.colour,
            linewidths=0.7,
            zorder=2,
        )
    flares = records(where(rows, statistic="swim_flare_up", arm=end.arm, level=end.level))
    if flares:
        at = [int(row.week) + 0.42 for row in flares]
        axes.plot(at, [place] * len(at), "*", color=INK, markersize=6, zorder=3)
    if end.method in _STOPPED:
        mark = _STOPPED[end.method]
        axes.plot([end.value + 0.5], [place], mark, color=INK, markersize=7, zorder=3)
