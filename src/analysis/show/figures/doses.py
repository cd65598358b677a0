"""Effects by the dose of training, a panel a dose and measure, marked by the comparator."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.show.evidence import (
    DOSES,
    READINGS,
    WEEKS,
    of_measure,
    own_rows,
    pooled_rows,
)
from analysis.show.figures.dose_marks import colour_of, draw_effects
from analysis.show.figures.style import INK, bare, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import is_missing
from analysis.show.select import records, where
from analysis.show.whose import words_for
from analysis.show.words import inside, measure_label
from analysis.terms import Labels

# Inches of a panel; curves over the weeks need room.
_PANEL, _WEEKS_PANEL, _ROOM = 1.75, 2.6, 1.6
_LINES = {"": "-", "_shortest": (0, (5, 2)), "_longest": (0, (1.5, 1.5))}
_CURVES = {
    "": "Curve over the weeks",
    "_shortest": "The same with bands at their shorter end",
    "_longest": "The same with bands at their longer end",
}
_UNSURE = ", without an interval: too few trials"


def doses(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Effects over weeks, sessions a week and sessions in all, on each measure of the question.

    The panels stand below each other, so that a narrow screen shows the start of each.

    Args:
        rows: result rows `pooled`, `count`, `effect`, the doses of effects, `curve`.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = pooled_rows(rows)
    measures = list(dict.fromkeys(str(row.measure) for row in found))
    shown = [(name, dose) for name in measures for dose in DOSES]
    with look():
        heights = [_WEEKS_PANEL if dose == WEEKS else _PANEL for _, dose in shown]
        figure = new_figure(_ROOM + sum(heights))
        panels = figure.subplots(len(shown), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (name, dose) in zip(panels, shown, strict=True):
            _panel(axes, of_measure(rows, name), dose, labels)
            measure = measure_label(labels, name)
            axes.set_title(f"{measure.label} ({measure.unit}) by {inside(DOSES[dose])}")
        named = {}
        for axes in panels:
            handles, names = axes.get_legend_handles_labels()
            named |= dict(zip(names, handles, strict=True))
        # One below the other: a narrow screen shows all of them.
        figure.legend(named.values(), named.keys(), loc="outside lower left", frameon=False)
        title(figure, "Effect by the dose of training; negative favours the training")
        stamp(figure, words_for(labels, found), planned=all(is_planned(row) for row in found))
        return figure


def _panel(axes: Axes, rows: pd.DataFrame, dose: str, labels: Labels) -> None:
    axes.axhline(0, color=INK, linewidth=1.1, zorder=1)
    pools = pooled_rows(rows)
    draw_effects(axes, rows, pools, dose, labels)
    if dose == WEEKS:
        for reading in READINGS:
            _curve(axes, rows, pools, reading)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    bare(axes)


def _curve(axes: Axes, rows: pd.DataFrame, pools: list[Any], reading: str) -> None:
    """A curve over the weeks in the colour of its comparator, with its band where it has one."""
    told = records(where(rows, statistic=f"curve{reading}"))
    if not told:
        return
    colour = colour_of([str(pool.level) for pool in pools].index(str(told[0].level)))
    weeks = [row.week for row in told]
    line = {"color": colour, "linewidth": 1.4 if reading == "" else 1.0}
    unsure = any(is_missing(row.lower) for row in told)
    name = _CURVES[reading] + (_UNSURE if unsure and reading == "" else "")
    line |= {"linestyle": _LINES[reading], "label": name}
    axes.plot(weeks, [row.value for row in told], **line)
    if reading == "" and not unsure:
        ends = [row.lower for row in told], [row.upper for row in told]
        axes.fill_between(weeks, *ends, color=colour, alpha=0.12, linewidth=0)
