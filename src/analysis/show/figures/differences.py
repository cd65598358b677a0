"""Differences between arms as intervals beside no difference and the sizes that matter."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.effects import effect_rows, week_asked
from analysis.show.figures.forest import (
    Group,
    Line,
    draw_groups,
    draw_no_difference,
    draw_size,
    height,
    name_sides,
)
from analysis.show.figures.style import arm_styles, legend, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import decimals_of, fixed, is_missing, with_interval
from analysis.show.select import arms_of, one_key, records, thresholds, where
from analysis.show.words import arm_label, inside, measure_label, method_label, week_label
from analysis.terms import Labels

_ROOM = 1.5  # inches for title, legend, axis and the words below


def differences(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Every arm minus its comparator, by week, with intervals, thresholds and the better side.

    Args:
        rows: result rows `difference`, or `change` where nothing is compared, of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, several questions, or a threshold of the plan without a row.
    """
    main = effect_rows(rows)
    question, key = one_key(main, "question"), one_key(main, "measure")
    compared = main["statistic"].iloc[0] == "difference"
    own = where(rows, question=question)
    effects = where(own, statistic=main["statistic"].iloc[0], measure=key)
    groups = _groups(effects, labels, week_asked(own, main, labels))
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        if compared:
            _draw_sizes(axes, own, labels, question, key)
        name_sides(axes, *_sides(effects, labels))
        what = "Difference in" if compared else "Change from baseline in"
        measure = measure_label(labels, key)
        words = f"{what} {inside(measure.label)} ({measure.unit}) by week"
        title(figure, f"{words}, with {interval_words(own, question)}")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(effects)))
        return figure


def _groups(effects: pd.DataFrame, labels: Labels, asked: int) -> list[Group]:
    styles = arm_styles(labels)
    measure = measure_label(labels, one_key(effects, "measure"))
    found = []
    for arm in arms_of(effects, labels):
        rows = sorted(records(where(effects, arm=arm)), key=_order)
        lines = [
            Line(
                row=row,
                left=_left(row),
                right=with_interval(row, decimals_of(measure)),
                style=styles[arm],
                main=is_missing(row.level),
                bold=row.week == asked and is_missing(row.level),
            )
            for row in rows
        ]
        found.append(Group(_group(rows[0], labels), lines))
    return found


def _order(row: Any) -> tuple:
    return (int(row.week), "" if is_missing(row.level) else str(row.level))


def _left(row: Any) -> str:
    week = week_label(int(row.week))
    return week if is_missing(row.level) else f"{method_label(str(row.level))}, {week.lower()}"


def _group(row: Any, labels: Labels) -> str:
    parts = [arm_label(labels, row.arm)]
    if not is_missing(row.comparator):
        parts.append(f"minus {inside(arm_label(labels, row.comparator))}")
    return "\n".join(line for part in parts for line in textwrap.wrap(part, 24))


def _draw_sizes(axes: Axes, rows: pd.DataFrame, labels: Labels, question: str, key: str) -> None:
    """The sizes that matter between groups, on the side that is better."""
    measure = measure_label(labels, key)
    sizes = thresholds(rows, labels, question, key, "between groups")
    for place, (name, row) in enumerate(sizes):
        at = -row.value if measure.lower_is_better else row.value
        words = f"{name}: {fixed(row.value, decimals_of(measure))} {measure.unit}"
        draw_size(axes, at, words, place, f"threshold-{row.id}")
    if sizes:
        legend(axes, room=0.3)


def _sides(effects: pd.DataFrame, labels: Labels) -> tuple[str, str]:
    """Words for the left and the right of no difference."""
    measure = measure_label(labels, one_key(effects, "measure"))
    arms = arms_of(effects, labels)
    others = list(effects["comparator"].dropna().unique())
    good, bad = "improved", "got worse"
    if others:
        first = inside(arm_label(labels, arms[0])) if len(arms) == 1 else "the programme"
        other = inside(arm_label(labels, others[0])) if len(others) == 1 else "the comparator"
        good, bad = f"favours {first}", f"favours {other}"
    return (good, bad) if measure.lower_is_better else (bad, good)
