"""Shares of people who improved, beside what is expected without the programme."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.figure import Figure

from analysis.show.figures.forest import Group, Line, draw_groups, height
from analysis.show.figures.style import (
    FAINT,
    SMALL,
    ArmStyle,
    arm_styles,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.link import is_planned
from analysis.show.majority import Share, shares
from analysis.show.means import interval_words
from analysis.show.numbers import fixed, is_missing
from analysis.show.select import maybe, one_key
from analysis.show.words import arm_label, inside, measure_label, sentence_case
from analysis.terms import Labels

_ALONE = ArmStyle(FAINT, "D", "-")


def majority(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Each kind of improvement: the share of each arm seen, and of regression to the mean alone.

    Args:
        rows: result rows of one question about the majority.
        labels: the study's words.

    Raises:
        ClaimError: no shares.
    """
    found = shares(rows, labels)
    groups = [_group(share, labels) for share in found]
    least, most = (maybe(rows, statistic=f"benchmark_{end}") for end in ("least", "most"))
    real = least is not None and most is not None
    with look():
        figure = new_figure(1.5 + height(groups))
        axes = figure.add_subplot()
        axes.set_xlim(0, 100)
        draw_groups(axes, groups)
        if real:
            # The band is of any improvement only, so it stands behind the first group alone.
            depth = groups[0].head + len(groups[0].lines)
            axes.fill_between(
                [least.value, most.value], depth, 0, color="#d9d9d9", alpha=0.55, zorder=0
            )
            axes.annotate(
                "real trials without\nthe treatment",
                ((least.value + most.value) / 2, 0.1),
                ha="center",
                va="top",
                fontsize=SMALL,
                color=FAINT,
            )
        axes.set_xlabel("percent of the people seen")
        question = one_key(rows, "question")
        measure = measure_label(labels, str(found[0].arms[0].measure))
        week = int(found[0].arms[0].week)
        title(
            figure,
            f"People whose {inside(measure.label)} had improved by week {week}, with "
            f"{interval_words(rows, question)}",
        )
        planned = all(is_planned(r) for s in found for r in s.arms)
        stamp(figure, labels, planned=planned, but="the grey band" if real else "")
        return figure


def _group(share: Share, labels: Labels) -> Group:
    styles = arm_styles(labels)
    lines = [
        Line(
            row=row,
            left=arm_label(labels, row.arm),
            right=f"{fixed(row.value, 0)} % ({fixed(row.lower, 0)} to {fixed(row.upper, 0)})",
            style=styles[row.arm],
        )
        for row in share.arms
    ]
    if share.expected is not None:
        right = f"{fixed(share.expected.value, 0)} %"
        alone = "Regression to the mean alone"
        lines.append(Line(row=share.expected, left=alone, right=right, style=_ALONE, main=False))
    words = sentence_case(share.words)
    if not is_missing(share.needed.value) and share.needed.value > 0:
        words = f"{words} ({fixed(share.needed.value, 0)})"
    return Group("\n".join(textwrap.wrap(words, 26)), lines)
