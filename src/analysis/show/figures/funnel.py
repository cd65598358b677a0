"""The funnel: trials by their precision, with the limits of chance and contours of p."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.evidence import of_pool, own_rows, pooled_rows, study_label
from analysis.show.figures.style import FAINT, INK, SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.select import absent, maybe
from analysis.show.whose import words_for
from analysis.show.words import measure_label
from analysis.terms import Labels

_POINT = "#262626"
# Between the contours, from the middle out: p above 0.1, to 0.05, to 0.01, below.
_SHADES = ("#ffffff", "#e9e9e9", "#d2d2d2", "#bcbcbc")
_NAMED = 20  # trials; more would be a key that nobody reads
_TEXT = 24


def funnel(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The trials of the main synthesis by their standard error, large ones at the top.

    Args:
        rows: result rows `pooled`, `trial_effect`, `funnel_limit` and `funnel_contour` of one
            question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no limits.
    """
    rows = own_rows(rows, "funnel_limit")
    main = pooled_rows(rows)[0]
    limit = maybe(rows, statistic="funnel_limit", level=main.level)
    if limit is None:
        raise absent(f"<question>.funnel_limit.{main.measure}.{main.level}")
    trials = of_pool(rows, "trial_effect", str(main.level))
    measure = measure_label(labels, main.measure)
    with look():
        figure = new_figure(max(4.2, 1.8 + 0.19 * min(len(trials), _NAMED)))
        axes = figure.add_subplot()
        _shade(axes, of_pool(rows, "funnel_contour", str(main.level)), limit, trials)
        _triangle(axes, limit)
        _points(axes, trials, labels)
        axes.set_ylim(limit.se, 0)
        axes.set_xlabel(f"{measure.label}, {measure.unit}; negative favours the training")
        axes.set_ylabel("Standard error (small at the top)")
        title(figure, f"{measure.label}: do small studies tell another story?")
        axes.spines[["top", "right"]].set_visible(False)
        stamp(figure, words_for(labels, [main]), planned=is_planned(main))
        return figure


def _shade(axes: Axes, contours: list[Any], limit: Any, trials: list[Any]) -> None:
    """Regions of p around no difference, the outermost as wide as everything that is drawn."""
    ends = [row for row in (*contours, limit)] + trials
    reach = 1.05 * max(abs(x) for row in ends for x in (row.value, *_ends(row)))
    axes.set_xlim(-reach, reach)
    if not contours:
        return
    names = _regions(contours)
    axes.axvspan(-reach, reach, color=_SHADES[-1], linewidth=0, zorder=0, label=names[-1])
    for row, shade, name in list(zip(contours, _SHADES, names, strict=False))[::-1]:
        ends = [row.lower, 0, row.upper]
        place = {"zorder": 0, "linewidth": 0.6, "edgecolor": FAINT, "gid": f"contour-{row.id}"}
        axes.fill(ends, [row.se, 0, row.se], facecolor=shade, label=name, **place)
    handles, told = axes.get_legend_handles_labels()
    # A white region needs an edge to be seen in the legend, and the middle comes first.
    for handle in handles:
        handle.set(edgecolor=FAINT, linewidth=0.6)
    axes.legend(
        handles[::-1],
        told[::-1],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(told),
        frameon=False,
        handlelength=1.4,
        columnspacing=1.4,
    )


def _ends(row: Any) -> tuple[float, ...]:
    """How far a row reaches; of a trial its effect alone is drawn."""
    return () if row.statistic == "trial_effect" else (row.lower, row.upper)


def _regions(contours: list[Any]) -> list[str]:
    """`p above 0.1`, `0.05 to 0.1`, ..., `p below 0.01`, from the middle out."""
    ps = [100 - float(str(row.level).partition(": ")[2]) for row in contours]
    told = [f"{p / 100:g}" for p in ps]
    between = [f"{low} to {high}" for high, low in pairwise(told)]
    return [f"p above {told[0]}", *between, f"below {told[-1]}"]


def _triangle(axes: Axes, limit: Any) -> None:
    """Where 95 % of trials lie if chance alone parts them from the pool."""
    for end in (limit.lower, limit.upper):
        line = {"color": INK, "linestyle": "--", "linewidth": 1.0, "zorder": 1}
        axes.plot([limit.value, end], [0, limit.se], gid=f"limit-{limit.id}", **line)
    axes.axvline(limit.value, color=INK, linewidth=1.1, zorder=1, gid="pool")


def _points(axes: Axes, trials: list[Any], labels: Labels) -> None:
    """Each trial, with a number whose name stands at the right."""
    named = len(trials) <= _NAMED
    key = []
    for number, row in enumerate(trials, 1):
        mark = {"marker": "o", "color": _POINT, "markersize": 6, "zorder": 3}
        axes.plot([row.value], [row.se], gid=f"point-{row.id}", **mark)
        if named:
            key.append(f"{number}  {textwrap.shorten(study_label(labels, row), _TEXT)}")
    if not named:
        return
    for number, (row, side) in enumerate(zip(trials, _sides(trials), strict=True), 1):
        axes.annotate(
            str(number),
            (row.value, row.se),
            xytext=(6 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=SMALL,
            zorder=4,
        )
    axes.annotate(
        "\n".join(key),
        (1, 1),
        xycoords="axes fraction",
        xytext=(10, 0),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        annotation_clip=False,
    )


def _sides(trials: list[Any]) -> list[int]:
    """The side of each number: away from the nearest trial of about the same precision."""
    sides = []
    for row in trials:
        near = [t for t in trials if t is not row and abs(t.se - row.se) < 0.08 * row.se]
        closest = min(near, key=lambda t: abs(t.value - row.value), default=None)
        left = closest is not None and closest.value > row.value
        sides.append(-1 if left else 1)
    return sides
