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
    on_one_axis,
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
from analysis.show.figures.style import INK, ArmStyle, even_lines, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.numbers import (
    count,
    decimals_of,
    fixed,
    interval,
    is_missing,
    p_statement,
    percent,
    with_interval,
)
from analysis.show.select import where
from analysis.show.whose import words_for
from analysis.show.words import inside, joined, measure_label, sentence_case
from analysis.terms import Labels, MeasureLabel

_ROOM = 1.5  # inches for title, axis and the words below
_STUDY = ArmStyle("#4d4d4d", "s", "-")
_LONGEST = 26
_TEXT, _TEXT_ALONE = 30, 34  # letters of a line of a study beside weights, and without them
_LARGEST = 12.0  # points, the square of the greatest weight
COLUMNS = ("Effect and interval", "Weight")
PEOPLE = "People"
NEW = "A new study's true effect"


def studies(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The effects of the question's syntheses on the scale of its main measure, with their pools.

    Args:
        rows: result rows `pooled`, `effect`, `weight`; and `prediction`, `i2`, `tau2`, `q` where
            there are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows)
    found = pooled_rows(rows)
    measure = measure_label(labels, found[0].measure)
    main = on_one_axis(found, labels)
    names = list(dict.fromkeys(measure_label(labels, row.measure).label for row in main))
    told = _people_told(rows, main)
    named = len(names) > 1
    groups = [_group(rows, pool, labels, named=named, people=told) for pool in main]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups, [*COLUMNS, *([PEOPLE] if told else [])])
        _draw_sizes(axes, rows, labels, found[0])
        name_sides(axes, *sides_of(measure))
        words = joined([names[0], *(inside(name) for name in names[1:])])
        title(figure, f"{words} ({measure.unit}): published effects and their pools")
        stamp(figure, words_for(labels, main), planned=all(is_planned(row) for row in main))
        return figure


def published_lines(
    rows: pd.DataFrame,
    pool: Any,
    labels: Labels,
    sizes: dict[str, float] | None = None,
    *,
    people: bool = False,
) -> list[Line]:
    """The lines of a synthesis: each effect, the pool, and where a new study may lie.

    Args:
        rows: the question's result rows.
        pool: the row `pooled` of the synthesis.
        labels: the study's words.
        sizes: of the marks by the effect's level, with the weights beside; None draws all alike.
        people: whether the people stand beside the weights.
    """
    key, decimals = str(pool.level), decimals_of(measure_label(labels, pool.measure))
    weights = {row.level: row for row in of_pool(rows, "weight", key)}
    width = _TEXT_ALONE if sizes is None else _TEXT
    lines = [
        Line(
            row=row,
            left="\n".join(even_lines(study_label(labels, row), width)),
            right=with_interval(row, decimals),
            style=_STUDY,
            **({} if sizes is None else _weighed(row, weights[row.level], sizes, people)),
        )
        for row in of_pool(rows, "effect", key)
    ]
    pooled = ArmStyle(seaborn.color_palette("colorblind")[0], "D", "-")
    left = "Together" if is_missing(pool.p) else f"Together ({p_statement(pool.p)})"
    words = {"left": left, "right": with_interval(pool, decimals)}
    whole = {} if sizes is None else {"further": (percent(100),)}
    lines.append(Line(row=pool, style=pooled, diamond=True, bold=True, **words, **whole))
    if new := at_pool(rows, "prediction", key):
        words = {"left": NEW, "right": interval(new.lower, new.upper, decimals)}
        lines.append(Line(row=new, style=ArmStyle(INK, "|", "-"), main=False, size=0, **words))
    return lines


def _people_told(rows: pd.DataFrame, pools: list[Any]) -> bool:
    """Whether at least half of the effects tell their people: else a column would stand empty."""
    told = [is_missing(row.n) for pool in pools for row in of_pool(rows, "effect", str(pool.level))]
    return 2 * sum(told) <= len(told)


def _weighed(row: Any, weight: Any, sizes: dict[str, float], people: bool) -> dict:
    further = (percent(weight.value), *((count(row.n),) if people else ()))
    return {"size": sizes[row.level], "further": further}


def _group(rows: pd.DataFrame, pool: Any, labels: Labels, *, named: bool, people: bool) -> Group:
    key = str(pool.level)
    weights = {row.level: row.value for row in of_pool(rows, "weight", key)}
    # The area of a square is its weight; the least is still seen.
    most = max(weights.values())
    sizes = {level: max(3.0, _LARGEST * (w / most) ** 0.5) for level, w in weights.items()}
    words = synthesis_label(labels, key)
    words = f"{measure_label(labels, pool.measure).label}, {words}" if named else words
    heading = "\n".join(textwrap.wrap(sentence_case(words), _LONGEST))
    lines = published_lines(rows, pool, labels, sizes, people=people)
    return Group(heading, lines, _foot(rows, pool, key))


def _foot(rows: pd.DataFrame, pool: Any, key: str) -> str:
    """How many, and how studies differ, in two lines."""
    trials, effects = count(pool.n_observed), count(pool.n)
    many = f"{effects} effects of {trials} trials" if effects != trials else f"{trials} trials"
    parts = [many]
    share, spread = at_pool(rows, "i2", key), at_pool(rows, "tau2", key)
    if share and spread:
        parts.append(f"I² {percent(share.value)}, τ² {fixed(spread.value, 2)}")
        if (q := at_pool(rows, "q", key)) and not is_missing(q.p):
            parts[-1] += f", Q {p_statement(q.p)}"
    return "\n".join(parts)


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
