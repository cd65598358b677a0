"""A forest of published effects: each study, its pool as a diamond, and where a new one may lie."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.evidence import (
    at_pool,
    of_pool,
    own_rows,
    pooled_rows,
    study_label,
    synthesis_label,
)
from analysis.show.figures.forest import (
    Group,
    Line,
    draw_groups,
    draw_no_difference,
    draw_size,
    height,
    name_sides,
)
from analysis.show.figures.style import INK, ArmStyle, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import decimals_of, fixed, interval, with_interval
from analysis.show.select import where
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels, MeasureLabel

_ROOM = 1.5  # inches for title, axis and the words below
_STUDY = ArmStyle("#4d4d4d", "s", "-")
_LONGEST = 34
_TEXT = 46


def studies(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The effects of the question's syntheses of its main measure, with their pools.

    Args:
        rows: result rows `pooled`, `effect`, `weight`, and `prediction` where there are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows)
    found = pooled_rows(rows)
    main = [row for row in found if row.measure == found[0].measure]
    measure = measure_label(labels, found[0].measure)
    groups = [_group(rows, pool, labels) for pool in main]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        _draw_sizes(axes, rows, labels, found[0])
        name_sides(axes, *sides_of(measure))
        title(figure, f"{measure.label} ({measure.unit}): published effects and their pools")
        stamp(figure, labels, planned=all(is_planned(row) for row in main))
        return figure


def published_lines(
    rows: pd.DataFrame, pool: Any, labels: Labels, sizes: dict[str, float] | None = None
) -> list[Line]:
    """The lines of a synthesis: each effect, the pool, and where a new study may lie.

    Args:
        rows: the question's result rows.
        pool: the row `pooled` of the synthesis.
        labels: the study's words.
        sizes: of the marks by the effect's level; None draws all alike.
    """
    key, decimals = str(pool.level), decimals_of(measure_label(labels, pool.measure))
    lines = [
        Line(
            row=row,
            left=textwrap.shorten(study_label(labels, row), _TEXT, placeholder=" …"),
            right=with_interval(row, decimals),
            style=_STUDY,
            **({} if sizes is None else {"size": sizes[row.level]}),
        )
        for row in of_pool(rows, "effect", key)
    ]
    pooled = ArmStyle(seaborn.color_palette("colorblind")[0], "D", "-")
    words = {"left": "Together", "right": with_interval(pool, decimals)}
    lines.append(Line(row=pool, style=pooled, diamond=True, bold=True, **words))
    if new := at_pool(rows, "prediction", key):
        words = {"left": "A new study", "right": interval(new.lower, new.upper, decimals)}
        lines.append(Line(row=new, style=ArmStyle(INK, "|", "-"), main=False, size=0, **words))
    return lines


def _group(rows: pd.DataFrame, pool: Any, labels: Labels) -> Group:
    key = str(pool.level)
    # The area of a square follows the weight.
    sizes = {row.level: 3 + 0.9 * row.value**0.5 for row in of_pool(rows, "weight", key)}
    heading = "\n".join(textwrap.wrap(sentence_case(synthesis_label(labels, key)), _LONGEST))
    return Group(heading, published_lines(rows, pool, labels, sizes))


def _draw_sizes(axes: Axes, rows: pd.DataFrame, labels: Labels, main: Any) -> None:
    """The size that matters in a synthesis, on the side that is better."""
    measure = measure_label(labels, main.measure)
    sizes = where(rows, statistic="threshold", measure=main.measure)
    for place, row in enumerate(sizes.itertuples(index=False)):
        at = -row.value if measure.lower_is_better else row.value
        name = str(row.level).partition(": ")[2]
        words = f"{name}: {fixed(row.value, decimals_of(measure))} {measure.unit}"
        draw_size(axes, at, words, place, f"threshold-{row.id}")
    if len(sizes):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, handlelength=3.4)


def sides_of(measure: MeasureLabel) -> tuple[str, str]:
    """What an effect at the left of no difference favours, and one at the right."""
    good, bad = "favours the training", "favours the comparator"
    return (good, bad) if measure.lower_is_better else (bad, good)
