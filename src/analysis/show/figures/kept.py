"""What is left of a gain at each later visit, as intervals beside all and nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.forest import Group, Line, draw_groups, height
from analysis.show.figures.style import FAINT, SMALL, arm_styles, look, new_figure, stamp, title
from analysis.show.gains import Gain, gains_of
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import fixed, is_missing
from analysis.show.select import one_key
from analysis.show.words import arm_label, inside, measure_label, week_label
from analysis.terms import Labels

_REACH = (-60.0, 220.0)  # percent; what lies beyond is told in figures at the right


def kept(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The share of the gain at the programme's end that is left, by group and difference.

    Args:
        rows: result rows `gain_kept` and `extra_gain_kept` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    found = gains_of(rows, labels)
    groups = [_group(gain, labels) for gain in found if gain.kept]
    with look():
        figure = new_figure(1.35 + height(groups))
        axes = figure.add_subplot()
        for at, words in ((0, "nothing is left"), (100, "all is kept")):
            axes.axvline(at, color=FAINT, linewidth=1.0, zorder=1)
            axes.annotate(
                words,
                (at, 0),
                xycoords=("data", "axes fraction"),
                xytext=(0, -20),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=SMALL,
            )
        axes.set_xlim(*_limits(found))
        draw_groups(axes, groups)
        for line in axes.lines:
            line.set_clip_on(True)
        _go_on(axes, groups)
        measure = inside(measure_label(labels, one_key(found[0].rows, "measure")).label)
        title(
            figure,
            f"Percent of the gain in {measure} at the end of the programme that is left, with "
            f"{interval_words(rows, one_key(found[0].rows, 'question'))}",
        )
        stamp(figure, labels, planned=all(is_planned(r) for gain in found for r in gain.kept))
        return figure


def _go_on(axes: Axes, groups: Sequence[Group]) -> None:
    """An arrow where an interval goes on beyond the frame."""
    low, high = axes.get_xlim()
    for at, line in zip(
        axes.get_yticks(), [each for group in groups for each in group.lines], strict=True
    ):
        ends = ((line.row.lower < low, low, "<"), (line.row.upper > high, high, ">"))
        for beyond, edge, mark in ends:
            if beyond:
                axes.plot(
                    [edge],
                    [at],
                    marker=mark,
                    color=line.style.colour,
                    markersize=7,
                    linestyle="none",
                    clip_on=False,
                    zorder=4,
                    gid=f"goes-on-{line.row.id}",
                )


def _limits(found: list[Gain]) -> tuple[float, float]:
    ends = [end for gain in found for row in gain.kept for end in (row.lower, row.upper)]
    finite = [end for end in ends if not is_missing(end) and abs(end) != float("inf")]
    low, high = min([0.0, *finite]) - 8, max([100.0, *finite]) + 8
    return max(low, _REACH[0]), min(high, _REACH[1])


def _group(gain: Gain, labels: Labels) -> Group:
    words = arm_label(labels, gain.arm)
    if gain.comparator is not None:
        words = f"{words}\nbeyond {inside(arm_label(labels, gain.comparator))}"
    heading = "\n".join(line for part in words.split("\n") for line in textwrap.wrap(part, 24))
    style = arm_styles(labels)[gain.arm]
    lines = [
        Line(
            row=row,
            left=week_label(int(row.week)),
            right=f"{fixed(row.value, 0)} % ({fixed(row.lower, 0)} to {fixed(row.upper, 0)})",
            style=style,
            main=gain.comparator is None,
        )
        for row in gain.kept
    ]
    return Group(heading, lines)
