"""A network of trials: nodes are kinds of training and of comparator, lines are trials."""

from __future__ import annotations

import math
import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import INK, SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.select import absent, records, where
from analysis.show.words import sentence_case
from analysis.terms import Labels

_NODE = "#0072b2"


def network(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The network, a line as thick as trials compare its ends.

    Args:
        rows: result rows `network_edge` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    edges = records(where(rows, statistic="network_edge"))
    if not edges:
        raise absent("<question>.network_edge.<measure>.<node> minus <node>")
    ends = [str(row.level).split(" minus ") for row in edges]
    nodes = list(dict.fromkeys(node for pair in ends for node in pair))
    places = {node: _place(n, len(nodes)) for n, node in enumerate(nodes)}
    with look():
        figure = new_figure(4.2)
        axes = figure.add_subplot()
        for row, pair in zip(edges, ends, strict=True):
            _edge(axes, row, *(places[node] for node in pair))
        for node, (x, y) in places.items():
            axes.plot(
                [x], [y], marker="o", markersize=14, color=_NODE, zorder=3, gid=f"node-{node}"
            )
            words = "\n".join(textwrap.wrap(sentence_case(node), 18))
            side = "left" if x > 0.1 else "right" if x < -0.1 else "center"
            shift = 0.13 if side == "left" else -0.13 if side == "right" else 0
            above = 0.2 * (1 if y >= 0 else -1) if side == "center" else 0
            axes.text(x + shift, y + above, words, ha=side, va="center", fontsize=SMALL)
        axes.set_xlim(-2.2, 2.2)
        axes.set_ylim(-1.45, 1.45)
        axes.set_axis_off()
        title(figure, "Which kinds of training were compared with which")
        stamp(figure, labels, planned=all(is_planned(row) for row in edges))
        return figure


def _place(n: int, nodes: int) -> tuple[float, float]:
    angle = math.pi / 2 - 2 * math.pi * n / nodes
    return 1.15 * math.cos(angle), math.sin(angle)


def _edge(axes: Axes, row: object, one: tuple, other: tuple) -> None:
    width = 1.0 + 1.6 * math.sqrt(row.value)
    line = {"color": INK, "linewidth": width, "alpha": 0.6, "zorder": 1}
    axes.plot([one[0], other[0]], [one[1], other[1]], gid=f"edge-{row.id}", **line)
    # Off the middle, so that lines that cross there keep their numbers apart.
    x, y = (0.58 * a + 0.42 * b for a, b in zip(one, other, strict=True))
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    axes.text(x, y, f"{int(row.value)}", ha="center", va="center", fontsize=SMALL, bbox=box)
