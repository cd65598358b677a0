"""Where a conclusion tips: a map of points added to absent scores on either side."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from analysis.show.figures.style import FAINT, INK, SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.select import arms_of, maybe, one_key, records, where
from analysis.show.tables.tipping import Place, conclusion, places, tipping_rows
from analysis.show.words import arm_label, inside, measure_label
from analysis.terms import Labels

_SAME, _OTHER = "#dfe7ee", "#e7a977"
_HATCH = "////"
_MARKS = ("D", "s", "^", "v", "P")


def tipping(rows: pd.DataFrame, labels: Labels) -> Figure:
    """A panel a comparison: where the conclusion holds, where it changes, and what returned people
    scored beside their prediction.

    Args:
        rows: result rows of a question `tipping`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = tipping_rows(rows)
    grid = where(own, statistic="tipping_difference")
    measure = measure_label(labels, one_key(grid, "measure"))
    arms = arms_of(grid, labels)
    with look():
        figure = new_figure(4.9)
        panels = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
        for axes, arm in zip(panels, arms, strict=True):
            (start,) = records(where(own, statistic="tipping_start", arm=arm))
            _draw_map(axes, places(own, arm), conclusion(start))
            _draw_edge(axes, own, arm)
            _draw_returned(axes, own, arm)
            axes.plot([0], [0], marker="*", markersize=13, color=INK, zorder=5, gid=f"start-{arm}")
            words = f"{arm_label(labels, arm)} minus {inside(arm_label(labels, start.comparator))}"
            axes.set_title("\n".join(textwrap.wrap(words, 34)), fontsize=SMALL + 0.5)
            axes.set_xlabel(
                f"Added to absent scores of\n{inside(arm_label(labels, start.comparator))} "
                f"({measure.unit})"
            )
        panels[0].set_ylabel(f"Added to absent scores of the programme ({measure.unit})")
        figure.legend(handles=_handles(own), loc="outside lower left", ncols=2, frameon=False)
        week = int(grid["week"].iloc[0])
        title(figure, f"Does the conclusion about {inside(measure.label)} at week {week} change?")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(grid)))
        return figure


def _draw_map(axes: Axes, found: list[Place], first: str) -> None:
    """A cell a point of the grid, reaching half-way to its neighbours."""
    across = sorted({place.comparator for place in found})
    up = sorted({place.arm for place in found})
    for place in found:
        left, right = _reach(across, place.comparator)
        bottom, top = _reach(up, place.arm)
        changed = conclusion(place.row) != first
        axes.add_patch(
            Rectangle(
                (left, bottom),
                right - left,
                top - bottom,
                facecolor=_OTHER if changed else _SAME,
                hatch=_HATCH if changed else "",
                edgecolor="white",
                linewidth=0.5,
                gid=f"cell-{place.row.id}",
            )
        )
    axes.set_xlim(_reach(across, across[0])[0], _reach(across, across[-1])[1])
    axes.set_ylim(_reach(up, up[0])[0], _reach(up, up[-1])[1])
    axes.spines[["top", "right"]].set_visible(False)


def _reach(ends: list[float], at: float) -> tuple[float, float]:
    """From half-way to the place below to half-way to the place above."""
    place = ends.index(at)
    below = ends[place] - ends[place - 1] if place else (ends[1] - at if len(ends) > 1 else 2.0)
    above = ends[place + 1] - at if place + 1 < len(ends) else below
    return at - below / 2, at + above / 2


def _draw_edge(axes: Axes, own: pd.DataFrame, arm: str) -> None:
    """The line along which the conclusion changes, a line for each change."""
    edges: dict[str, list[tuple[float, float]]] = {}
    for row in records(where(own, statistic="tipping_point", arm=arm)):
        change, _, other = str(row.level).partition(" with comparator ")
        edges.setdefault(change, []).append((float(other), row.value))
    for change, line in edges.items():
        x, y = zip(*sorted(line), strict=True)
        name = f"edge-{arm}-{change.replace(' ', '-')}"
        axes.plot(x, y, color=INK, linewidth=1.8, marker="o", markersize=3, zorder=4, gid=name)


def _draw_returned(axes: Axes, own: pd.DataFrame, arm: str) -> None:
    """Mean and quartiles of what returned people scored beside their prediction, on both sides."""
    (start,) = records(where(own, statistic="tipping_start", arm=arm))
    style = {"color": INK, "linewidth": 1.2, "linestyle": ":", "zorder": 4}
    for place, level in enumerate(_levels(own)):
        here = where(own, statistic="returned_shift", level=level)
        mine, other = maybe(here, arm=arm), maybe(here, arm=start.comparator)
        if mine is None:
            continue
        x = 0.0 if other is None else other.value
        axes.plot([x, x], [mine.lower, mine.upper], **style)
        if other is not None:
            axes.plot([other.lower, other.upper], [mine.value, mine.value], **style)
        mark = {"marker": _MARKS[place % len(_MARKS)], "color": "white", "markeredgecolor": INK}
        gid = f"returned-{mine.id}"
        axes.plot([x], [mine.value], markersize=6, zorder=5, gid=gid, **mark)


def _levels(own: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(where(own, statistic="returned_shift")["level"]))


def _returned_words(level: str) -> str:
    """`really scored: after they stopped the programme`."""
    words = level.replace("after: ", "after they ").replace("stopped pro", "stopped the pro")
    return f"really scored: {words.replace('they other treatment', 'took up other treatment')}"


def _handles(own: pd.DataFrame) -> list[Any]:
    handles = [
        Patch(facecolor=_SAME, edgecolor=FAINT, label="the conclusion holds"),
        Patch(facecolor=_OTHER, hatch=_HATCH, edgecolor="white", label="another conclusion"),
        Line2D([], [], color=INK, marker="*", linestyle="none", markersize=11, label="as assumed"),
    ]
    if len(where(own, statistic="tipping_point")):
        handles.append(Line2D([], [], color=INK, linewidth=1.8, label="where it changes"))
    for place, level in enumerate(_levels(own)):
        mark = {"marker": _MARKS[place % len(_MARKS)], "color": "white", "markeredgecolor": INK}
        handles.append(Line2D([], [], linestyle="none", label=_returned_words(level), **mark))
    return handles
