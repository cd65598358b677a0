"""The funnel: effects by their precision, with the limits that chance alone would keep."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from analysis.show.evidence import of_pool, own_rows, pooled_rows
from analysis.show.figures.style import INK, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.select import absent, maybe
from analysis.show.words import measure_label
from analysis.terms import Labels

_GREY = "#4d4d4d"


def funnel(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The effects of the main synthesis by their standard error, large studies at the top.

    Args:
        rows: result rows `pooled`, `effect`, `weight` and `funnel_limit` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no limits.
    """
    rows = own_rows(rows, "funnel_limit")
    main = pooled_rows(rows)[0]
    limit = maybe(rows, statistic="funnel_limit", level=main.level)
    if limit is None:
        raise absent(f"<question>.funnel_limit.{main.measure}.{main.level}")
    measure = measure_label(labels, main.measure)
    with look():
        figure = new_figure(3.8)
        axes = figure.add_subplot()
        for end in (limit.lower, limit.upper):
            line = {"color": INK, "linestyle": "--", "linewidth": 1.0}
            axes.plot([limit.value, end], [0, limit.se], gid=f"limit-{limit.id}", **line)
        axes.axvline(limit.value, color=INK, linewidth=1.1, gid="pool")
        for row in of_pool(rows, "effect", str(main.level)):
            axes.plot(
                [row.value], [row.se], marker="o", color=_GREY, markersize=6, gid=f"point-{row.id}"
            )
        axes.set_ylim(limit.se, 0)
        axes.set_xlabel(f"{measure.label}, {measure.unit}; negative favours the training")
        axes.set_ylabel("Standard error (small at the top)")
        title(figure, f"{measure.label}: do small studies tell another story?")
        axes.spines[["top", "right"]].set_visible(False)
        stamp(figure, labels, planned=is_planned(main))
        return figure
