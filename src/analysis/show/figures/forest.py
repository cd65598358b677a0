"""Intervals drawn one below the other, in groups, with their numbers beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from analysis.show.figures.style import FAINT, GRID, INK, SMALL, ArmStyle
from analysis.show.numbers import is_missing

_LINE = 0.27  # inches a row
_FIRST, _NEXT = 126, 42  # points: the first column at the right, and each further one
_DASHES = [(0, (5, 3)), (0, (1, 2)), (0, (5, 2, 1, 2))]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One interval: its result row, the words at its left and right, and how it stands out.

    A diamond spans its interval: it stands for a pool of the lines above it. Further words stand
    right of `right`, in columns.
    """

    row: Any
    left: str
    right: str
    style: ArmStyle
    main: bool = True
    bold: bool = False
    diamond: bool = False
    size: float = 7
    further: tuple[str, ...] = ()

    @property
    def tall(self) -> float:
        """Height, in lines of the figure; words of several lines stand closer than those."""
        return 1 + 0.55 * self.left.count("\n")


@dataclass(frozen=True)
class Group:
    """Intervals under one heading, with words below them at the left."""

    heading: str
    lines: Sequence[Line]
    foot: str = ""

    @property
    def head(self) -> float:
        """Height of the heading, in lines of the figure; headings stand closer than those."""
        return 0.45 + 0.55 * (self.heading.count("\n") + 1)

    @property
    def end(self) -> float:
        """Height of the words below, in lines of the figure."""
        return 0.6 * (self.foot.count("\n") + 1) if self.foot else 0.0


def height(groups: Sequence[Group]) -> float:
    """Inches that all groups take."""
    return _LINE * sum(
        group.head + sum(line.tall for line in group.lines) + group.end for group in groups
    )


def draw_groups(axes: Axes, groups: Sequence[Group], columns: Sequence[str] = ()) -> None:
    """Draw all groups from the top down; `columns` names the words at the right."""
    beside = axes.get_yaxis_transform()
    same = {"transform": beside, "va": "center", "fontsize": SMALL}
    ticks: list[tuple[float, str]] = []
    place = 0.0
    _words_beside(axes, groups[0].head / 2, columns, "bold")
    for group in groups:
        middle = place + group.head / 2
        axes.text(-0.015, middle, group.heading, ha="right", weight="bold", **same)
        place += group.head
        for line in group.lines:
            middle = place + line.tall / 2
            _draw_interval(axes, line, middle)
            weight = "bold" if line.bold else "normal"
            _words_beside(axes, middle, (line.right, *line.further), weight)
            ticks.append((middle, line.left))
            place += line.tall
        if group.foot:
            middle = place + group.end / 2
            axes.text(-0.015, middle, group.foot, ha="right", color=FAINT, **same)
            place += group.end
    axes.set_yticks([at for at, _ in ticks], [words for _, words in ticks])
    axes.set_ylim(place + 0.1, 0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _words_beside(axes: Axes, place: float, words: Sequence[str], weight: str) -> None:
    """Words right of the axes: the first column from its left, the others to their right end."""
    for column, shown in enumerate(words):
        axes.annotate(
            shown,
            (1, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(6 if column == 0 else _FIRST + _NEXT * column, 0),
            textcoords="offset points",
            ha="left" if column == 0 else "right",
            va="center",
            fontsize=SMALL,
            weight=weight,
            annotation_clip=False,
        )


def _draw_interval(axes: Axes, line: Line, place: float) -> None:
    row, style = line.row, line.style
    if line.diamond:
        ends = [row.lower, row.value, row.upper, row.value]
        heights = [place, place - 0.3, place, place + 0.3]
        axes.fill(ends, heights, color=style.colour, linewidth=0, zorder=3, gid=f"pool-{row.id}")
        return
    if not (is_missing(row.lower) or is_missing(row.upper)):
        axes.plot(
            [row.lower, row.upper],
            [place, place],
            color=style.colour,
            linewidth=1.8,
            solid_capstyle="butt",
            zorder=2,
            gid=f"interval-{row.id}",
        )
    axes.plot(
        [row.value],
        [place],
        marker=style.marker,
        color=style.colour,
        markersize=line.size,
        # Hollow marks are the further methods, so that they are not read as more evidence.
        markerfacecolor=style.colour if line.main else "white",
        linestyle="none",
        zorder=3,
        gid=f"point-{row.id}",
    )


def draw_no_difference(axes: Axes) -> None:
    """The line of no difference."""
    axes.axvline(0, color=INK, linewidth=1.1, zorder=1, gid="no-difference")


def draw_size(axes: Axes, at: float, words: str, place: int, gid: str) -> None:
    """A dashed line at a size that matters, named in the legend."""
    dashes = _DASHES[place % len(_DASHES)]
    axes.axvline(at, color=INK, linestyle=dashes, linewidth=1.2, zorder=1, label=words, gid=gid)


def name_sides(axes: Axes, left: str, right: str) -> None:
    """What it means to lie left or right of no difference, below the axis, each on its side."""
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high)) * 0.12
    axes.set_xlim(min(low, -reach), max(high, reach))
    for words, shift, side in [(f"← {left}", -7, "right"), (f"{right} →", 7, "left")]:
        axes.annotate(
            "\n".join(textwrap.wrap(words, 30)),
            (0, 0),
            xycoords=("data", "axes fraction"),
            xytext=(shift, -22),
            textcoords="offset points",
            ha=side,
            va="top",
        )
