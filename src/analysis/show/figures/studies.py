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
from analysis.show.numbers import decimals_of, fixed, interval
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
    groups = [_group(rows, pool, labels, measure) for pool in main]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        _draw_sizes(axes, rows, labels, found[0])
        name_sides(axes, *_sides(measure))
        title(figure, f"{measure.label} ({measure.unit}): published effects and their pools")
        stamp(figure, labels, planned=all(is_planned(row) for row in main))
        return figure


def _group(rows: pd.DataFrame, pool: Any, labels: Labels, measure: MeasureLabel) -> Group:
    key = str(pool.level)
    weights = {row.level: row.value for row in of_pool(rows, "weight", key)}
    lines = [
        Line(
            row=row,
            left=textwrap.shorten(study_label(labels, row), _TEXT, placeholder=" …"),
            right=_numbers(row, measure),
            style=_STUDY,
            # The area of a square follows the weight.
            size=3 + 0.9 * weights[row.level] ** 0.5,
        )
        for row in of_pool(rows, "effect", key)
    ]
    pooled = ArmStyle(seaborn.color_palette("colorblind")[0], "D", "-")
    words = {"left": "Together", "right": _numbers(pool, measure)}
    lines.append(Line(row=pool, style=pooled, diamond=True, bold=True, **words))
    if new := at_pool(rows, "prediction", key):
        shown = interval(new.lower, new.upper, decimals_of(measure))
        words = {"left": "A new study", "right": shown}
        lines.append(Line(row=new, style=ArmStyle(INK, "|", "-"), main=False, size=0, **words))
    heading = "\n".join(textwrap.wrap(sentence_case(synthesis_label(labels, key)), _LONGEST))
    return Group(heading, lines)


def _numbers(row: Any, measure: MeasureLabel) -> str:
    decimals = decimals_of(measure)
    return f"{fixed(row.value, decimals)} {interval(row.lower, row.upper, decimals)}"


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


def _sides(measure: MeasureLabel) -> tuple[str, str]:
    good, bad = "favours the training", "favours the comparator"
    return (good, bad) if measure.lower_is_better else (bad, good)
