"""Effects drawn at their dose: those of one dose side by side about it, a band as a level line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes

from analysis.show.evidence import WEEKS, doses_of, of_pool, synthesis_label
from analysis.show.numbers import is_missing
from analysis.show.words import sentence_case
from analysis.terms import Labels

_MARKS = ("o", "s", "^", "D")
_PALETTE = (0, 3, 2, 4)  # of seaborn's colour-blind palette: far apart first
# How far from its dose a mark may stand: it is never read as another dose.
REACH = {WEEKS: 0.25, "sessions_a_week": 0.1, "sessions_in_all": 0.25}
_SIZE = 5.0


def colour_of(place: int) -> tuple[float, float, float]:
    """The colour of a kind of comparator, by its place in the question."""
    return seaborn.color_palette("colorblind")[_PALETTE[place % len(_PALETTE)]]


def side_by_side(doses: Sequence[float], reach: float) -> list[float]:
    """Where marks at these doses stand: those of one dose spread evenly, centred on it."""
    many, seen = Counter(doses), Counter()
    places = []
    for dose in doses:
        step = min(reach, 2 * reach / max(many[dose] - 1, 1))
        places.append(dose + step * (seen[dose] - (many[dose] - 1) / 2))
        seen[dose] += 1
    return places


def draw_effects(
    axes: Axes,
    rows: pd.DataFrame,
    pools: Sequence[Any],
    dose: str,
    labels: Labels,
    sizes: dict[str, float] | None = None,
) -> None:
    """Each effect of the pools at its dose, with its interval, and the axis of the doses.

    Args:
        axes: to draw on.
        rows: the question's result rows.
        pools: rows `pooled` of one measure, a kind of comparator each.
        dose: a key of `DOSES`.
        labels: the study's words.
        sizes: points of each mark by the level of its effect; all alike without them.
    """
    told = sorted(_told(rows, pools, dose), key=lambda each: (each[2].value, each[0]))
    places = side_by_side([at.value for *_, at in told], REACH[dose])
    drawn: set[int] = set()
    for (place, row, at), x in zip(told, places, strict=True):
        name = None if place in drawn else synthesis_label(labels, str(pools[place].level))
        size = _SIZE if sizes is None else sizes[row.level]
        _mark(axes, row, x, place, sentence_case(name) if name else None, size)
        _band(axes, row, at, place)
        drawn.add(place)
    _limits(axes, [at for *_, at in told])


def _told(rows: pd.DataFrame, pools: Sequence[Any], dose: str) -> Iterator[tuple[int, Any, Any]]:
    """The place of the pool, the effect and its dose, where it is told."""
    for place, pool in enumerate(pools):
        effects = of_pool(rows, "effect", str(pool.level))
        for row, at in zip(effects, doses_of(rows, pool, dose), strict=True):
            if at is not None:
                yield place, row, at


def _mark(axes: Axes, row: Any, x: float, place: int, name: str | None, size: float) -> None:
    line = {"color": colour_of(place), "linewidth": 1.0, "alpha": 0.6, "zorder": 2}
    axes.plot([x, x], [row.lower, row.upper], gid=f"interval-{row.id}", **line)
    axes.plot(
        [x],
        [row.value],
        marker=_MARKS[place % len(_MARKS)],
        color=colour_of(place),
        markersize=size,
        markeredgecolor="white",
        markeredgewidth=0.6,
        linestyle="none",
        label=name,
        zorder=3,
        gid=f"point-{row.id}",
    )


def _band(axes: Axes, row: Any, at: Any, place: int) -> None:
    """A line across the weeks that a length told as a band may be."""
    if is_missing(at.lower) or is_missing(at.upper):
        return
    ends = [at.lower, at.upper]
    line = {"color": colour_of(place), "linewidth": 1.0, "alpha": 0.6, "zorder": 2}
    line |= {"marker": "|", "markersize": 7}
    axes.plot(ends, [row.value, row.value], gid=f"band-{at.id}", **line)


def _limits(axes: Axes, doses: Sequence[Any]) -> None:
    """Room about the doses and the bands they are told as; a dose needs no nought."""
    told = [(each.value, each.lower, each.upper) for each in doses]
    ends = [end for three in told for end in three if not is_missing(end)]
    if ends:
        room = max(0.4, 0.06 * (max(ends) - min(ends)))
        axes.set_xlim(min(ends) - room, max(ends) + room)
