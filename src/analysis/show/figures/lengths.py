"""Effects by length of the programme, marked by what the training was compared with."""

from __future__ import annotations

from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.evidence import of_pool, own_rows, pooled_rows, synthesis_label
from analysis.show.figures.style import INK, legend, legend_height, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import is_missing
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_NOTE = "marks of one length stand side by side; the larger mark weighs more in its pool"
_MARKS = ("o", "s", "^", "D")
_PALETTE = (0, 3, 2, 4)  # of seaborn's colour-blind palette: far apart first


def lengths(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The effects of a question about length, over the weeks of the programme.

    Args:
        rows: result rows `pooled`, `effect` and `weight` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = [row for row in pooled_rows(rows) if row.measure == pooled_rows(rows)[0].measure]
    measure = measure_label(labels, found[0].measure)
    names = [synthesis_label(labels, str(pool.level)) for pool in found]
    with look():
        figure = new_figure(4.0 + legend_height(names))
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, linewidth=1.1, zorder=1, gid="no-difference")
        for place, pool in enumerate(found):
            _bubbles(axes, rows, pool, place, sentence_case(names[place]))
        axes.set_xlabel(f"Length of the programme, weeks\n{_NOTE}")
        side = "negative favours the training"
        axes.set_ylabel(f"{measure.label}, {measure.unit}\n{side}")
        axes.set_xlim(left=0)
        title(figure, f"{measure.label}: effect by length of the programme")
        legend(axes, room=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        stamp(figure, labels, planned=all(is_planned(row) for row in found))
        return figure


def _bubbles(axes: Axes, rows: pd.DataFrame, pool: Any, place: int, name: str) -> None:
    key = str(pool.level)
    weights = {row.level: row.value for row in of_pool(rows, "weight", key)}
    dots = [row for row in of_pool(rows, "effect", key) if not is_missing(row.week)]
    colour = seaborn.color_palette("colorblind")[_PALETTE[place % len(_PALETTE)]]
    # Effects of one length stand side by side, so that none hides another.
    seen: dict[int, int] = {}
    for row in dots:
        shift = 0.18 * seen.setdefault(int(row.week), 0)
        seen[int(row.week)] += 1
        at = int(row.week) + shift + 0.09 * place
        line = {"color": colour, "linewidth": 1.0, "alpha": 0.6, "zorder": 2}
        axes.plot([at, at], [row.lower, row.upper], gid=f"interval-{row.id}", **line)
        axes.plot(
            [at],
            [row.value],
            marker=_MARKS[place % len(_MARKS)],
            color=colour,
            markersize=4 + 0.9 * weights[row.level] ** 0.5,
            linestyle="none",
            label=name if row is dots[0] else None,
            zorder=3,
            gid=f"point-{row.id}",
        )
