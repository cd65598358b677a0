"""Effects by the dose of training, a panel a dose and measure, marked by the comparator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.show.evidence import (
    DOSES,
    WEEKS,
    doses_of,
    of_measure,
    of_pool,
    own_rows,
    pooled_rows,
    synthesis_label,
)
from analysis.show.figures.style import INK, bare, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import is_missing
from analysis.show.select import records, where
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_MARKS = ("o", "s", "^", "D")
_PALETTE = (0, 3, 2, 4)  # of seaborn's colour-blind palette: far apart first
_PANEL = 2.15  # inches
_SIDE = 0.016  # of the largest dose, between marks at one dose


def doses(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Effects over weeks, sessions a week and sessions in all, on each measure of the question.

    Args:
        rows: result rows `pooled`, `count`, `effect`, the doses of effects, `curve`.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    measures = list(dict.fromkeys(str(row.measure) for row in found))
    with look():
        figure = new_figure(0.9 + _PANEL * len(DOSES))
        panels = figure.subplots(len(DOSES), len(measures), squeeze=False)
        for column, name in enumerate(measures):
            own = of_measure(rows, name)
            for line, dose in enumerate(DOSES):
                _panel(panels[line][column], own, dose, labels)
            measure = measure_label(labels, name)
            panels[0][column].set_title(f"{measure.label}, {measure.unit}")
        handles, names = panels[0][-1].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower left", ncols=3, frameon=False)
        title(figure, "Effect by the dose of training; negative favours the training")
        stamp(figure, labels, planned=all(is_planned(row) for row in found))
        return figure


def _panel(axes: Axes, rows: pd.DataFrame, dose: str, labels: Labels) -> None:
    axes.axhline(0, color=INK, linewidth=1.1, zorder=1)
    pools = pooled_rows(rows)
    told = [
        (place, row, at)
        for place, pool in enumerate(pools)
        for row, at in _told(rows, pool, dose)
        if not is_missing(at)
    ]
    widest = max((at for *_, at in told), default=1.0)
    seen: dict[float, int] = {}
    drawn: set[int] = set()
    for place, row, at in sorted(told, key=lambda each: (each[2], each[0])):
        seen[at] = seen.get(at, -1) + 1
        name = sentence_case(synthesis_label(labels, str(pools[place].level)))
        _mark(axes, row, at + _SIDE * widest * seen[at], place, None if place in drawn else name)
        drawn.add(place)
    if dose == WEEKS:
        _curve(axes, rows, pools, labels)
    axes.set_xlim(0, widest * 1.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(DOSES[dose])
    bare(axes)


def _told(rows: pd.DataFrame, pool: Any, dose: str) -> Iterator[tuple[Any, Any]]:
    """Each effect of a pool with its dose."""
    effects = of_pool(rows, "effect", str(pool.level))
    return zip(effects, doses_of(rows, pool, dose), strict=True)


def _mark(axes: Axes, row: Any, at: float, place: int, name: str | None) -> None:
    colour = seaborn.color_palette("colorblind")[_PALETTE[place % len(_PALETTE)]]
    line = {"color": colour, "linewidth": 1.0, "alpha": 0.6, "zorder": 2}
    axes.plot([at, at], [row.lower, row.upper], **line)
    mark = {"marker": _MARKS[place % len(_MARKS)], "color": colour, "markersize": 5}
    axes.plot([at], [row.value], linestyle="none", label=name, zorder=3, **mark)


def _curve(axes: Axes, rows: pd.DataFrame, pools: list[Any], labels: Labels) -> None:
    """The curve over the weeks with its band, in the colour of its comparator."""
    told = records(where(rows, statistic="curve"))
    if not told:
        return
    place = [str(pool.level) for pool in pools].index(str(told[0].level))
    colour = seaborn.color_palette("colorblind")[_PALETTE[place % len(_PALETTE)]]
    weeks = [row.week for row in told]
    axes.plot(
        weeks,
        [row.value for row in told],
        color=colour,
        linewidth=1.4,
        label="Curve, with its interval",
    )
    axes.fill_between(
        weeks,
        [row.lower for row in told],
        [row.upper for row in told],
        color=colour,
        alpha=0.12,
        linewidth=0,
    )
