"""A network of trials: nodes are kinds of training and of comparator, lines are trials."""

from __future__ import annotations

import math
import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import INK, SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import count, is_missing
from analysis.show.select import absent, records, where
from analysis.show.whose import words_for
from analysis.show.words import sentence_case
from analysis.terms import Labels

_NODE = "#0072b2"
_LARGEST = 34.0  # points, the node of most people


def network(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The network, a line as thick as trials compare its ends, a node as large as its people.

    Args:
        rows: result rows `network_edge` and `network_node` of one question.
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
    told = {str(row.level): row for row in records(where(rows, statistic="network_node"))}
    sizes = _sizes(told)
    with look():
        figure = new_figure(4.2)
        axes = figure.add_subplot()
        for row, pair in zip(edges, ends, strict=True):
            _edge(axes, row, *(places[node] for node in pair))
        for node, place in places.items():
            mark = {"marker": "o", "markersize": sizes[node], "color": _NODE, "zorder": 3}
            axes.plot(*([at] for at in place), gid=f"node-{node}", **mark)
            words = textwrap.wrap(sentence_case(node), 18) + _many(told[node])
            _name(axes, place, "\n".join(words), sizes[node])
        axes.set_xlim(-2.2, 2.2)
        axes.set_ylim(-1.45, 1.75)
        axes.set_axis_off()
        title(figure, "Which kinds of training were compared with which")
        stamp(figure, words_for(labels, edges), planned=all(is_planned(row) for row in edges))
        return figure


def _sizes(told: dict) -> dict[str, float]:
    """Diameters in points: the area is the people, or the trials where a kind's are not told."""
    people = all(not is_missing(row.n) for row in told.values())
    many = {node: float(row.n if people else row.value) for node, row in told.items()}
    return {
        node: max(6.0, _LARGEST * math.sqrt(n / max(many.values()))) for node, n in many.items()
    }


def _many(row: object) -> list[str]:
    trials = f"{count(row.value)} trial{'' if row.value == 1 else 's'}"
    return [trials if is_missing(row.n) else f"{trials}, {count(row.n)} people"]


def _name(axes: Axes, place: tuple[float, float], words: str, size: float) -> None:
    """The words of a node, outside the ring and clear of its mark."""
    x, y = place
    side = "left" if x > 0.1 else "right" if x < -0.1 else "center"
    gap = size / 2 + 5
    across = {"left": gap, "right": -gap, "center": 0}[side]
    up = gap * (1 if y >= 0 else -1) if side == "center" else 0
    level = "center" if side != "center" else "bottom" if y >= 0 else "top"
    axes.annotate(
        words,
        place,
        xytext=(across, up),
        textcoords="offset points",
        ha=side,
        va=level,
        fontsize=SMALL,
    )


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
