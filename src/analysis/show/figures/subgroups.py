"""A forest of the differences in each subgroup, below the difference in everyone."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.figure import Figure

from analysis.show.figures.forest import (
    Group,
    Line,
    draw_groups,
    draw_no_difference,
    height,
    name_sides,
)
from analysis.show.figures.style import arm_styles, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import decimals_of, with_interval
from analysis.show.select import arms_of, one_key, records, some, where
from analysis.show.words import arm_label, inside, measure_label, sentence_case
from analysis.terms import Labels

_ROOM = 1.5  # inches for title, axis and the words below


def subgroups(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The difference of each arm from the comparator, in everyone and in each subgroup.

    Args:
        rows: result rows `subgroup_difference` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(
        where(rows, statistic="subgroup_difference"),
        "<question>.subgroup_difference.<measure>.<week>.<arm>.everyone",
    )
    measure = measure_label(labels, one_key(own, "measure"))
    groups = [_group(own, labels, level) for level in dict.fromkeys(own["level"])]
    with look():
        figure = new_figure(_ROOM + height(groups))
        axes = figure.add_subplot()
        draw_no_difference(axes)
        draw_groups(axes, groups)
        other = inside(arm_label(labels, one_key(own, "comparator")))
        sides = ("favours the programme", f"favours {other}")
        name_sides(axes, *(sides if measure.lower_is_better else sides[::-1]))
        name = interval_words(rows, one_key(own, "question"))
        words = f"Difference in {inside(measure.label)} ({measure.unit}) by group, with {name}"
        title(figure, words)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _group(own: pd.DataFrame, labels: Labels, level: str) -> Group:
    here = where(own, level=level)
    measure = measure_label(labels, one_key(here, "measure"))
    decimals, styles = decimals_of(measure), arm_styles(labels)
    lines = [
        Line(
            row=row,
            left=textwrap.shorten(arm_label(labels, row.arm), 30, placeholder="…"),
            right=with_interval(row, decimals),
            style=styles[row.arm],
            bold=level == "everyone",
        )
        for arm in arms_of(here, labels)
        for row in records(where(here, arm=arm))
    ]
    return Group("\n".join(textwrap.wrap(sentence_case(str(level)), 30)), lines)
