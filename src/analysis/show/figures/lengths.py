"""Effects by length of the programme, marked by what the training was compared with."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.show.evidence import WEEKS, first_measure, of_pool, own_rows, synthesis_label
from analysis.show.figures.dose_marks import draw_effects
from analysis.show.figures.style import INK, LEGEND_LINE, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.whose import words_for
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_NOTE = "marks of one length stand side by side;\nthe larger mark weighs more in its pool"


def lengths(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The effects of a question about length, over the weeks of the programme.

    Args:
        rows: result rows `pooled`, `effect`, `weight` and `weeks` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    found = first_measure(rows)
    measure = measure_label(labels, found[0].measure)
    names = [sentence_case(synthesis_label(labels, str(pool.level))) for pool in found]
    weights = [row for pool in found for row in of_pool(rows, "weight", str(pool.level))]
    sizes = {row.level: 4 + 0.9 * row.value**0.5 for row in weights}
    with look():
        figure = new_figure(4.2 + LEGEND_LINE * len(names))
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, linewidth=1.1, zorder=1, gid="no-difference")
        draw_effects(axes, rows, found, WEEKS, labels, sizes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.set_xlabel(f"Length of the programme, weeks\n{_NOTE}", loc="left")
        side = "negative favours the training"
        axes.set_ylabel(f"{measure.label}, {measure.unit}\n{side}")
        title(figure, f"{measure.label}: effect by length of the programme")
        # One below the other: a narrow screen shows all of them.
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        stamp(figure, words_for(labels, found), planned=all(is_planned(row) for row in found))
        return figure
