"""Flare-ups by days since the last session: is there a wave after training?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    arm_styles,
    bare,
    legend,
    legend_height,
    look,
    new_figure,
    stamp,
    title,
)
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import is_missing
from analysis.show.select import arms_of, maybe, one_key, records, some, where
from analysis.show.words import arm_label
from analysis.terms import Labels

_SPREAD = 0.14
# The first two are sums of the others; before the first session there is no distance to it.
_NOT_DRAWN = ("soon after a session", "other days", "no session yet")


def flare_days(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The rate of flare-ups by days since the last attended session, with intervals, by arm.

    Args:
        rows: result rows `flare_rate` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = where(rows, statistic="flare_rate")
    own = some(own[~own["level"].isin(_NOT_DRAWN)], "<question>.flare_rate.<arm>.day 0")
    levels = list(dict.fromkeys(own["level"]))
    arms = arms_of(own, labels)
    names = [arm_label(labels, arm) for arm in arms]
    with look():
        figure = new_figure(3.3 + legend_height(names))
        axes = figure.add_subplot()
        for place, arm in enumerate(arms):
            shift = (place - (len(arms) - 1) / 2) * _SPREAD
            _draw(axes, where(own, arm=arm), levels, labels, arm, shift)
        axes.set_xticks(range(len(levels)), [_short(level) for level in levels])
        axes.set_ylim(bottom=0)
        axes.set_ylabel("flare-ups in 1000 days")
        axes.set_xlabel("days since the last attended session")
        bare(axes)
        if len(arms) > 1:
            legend(axes, room=0.3)
        name = interval_words(rows, one_key(own, "question"))
        title(figure, f"Flare-ups during the programme by days since a session, with {name}")
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _draw(
    axes: Axes, rows: pd.DataFrame, levels: list[str], labels: Labels, arm: str, shift: float
) -> None:
    style = arm_styles(labels)[arm]
    found = [(at + shift, maybe(rows, level=level)) for at, level in enumerate(levels)]
    found = [(at, row) for at, row in found if row is not None and not is_missing(row.value)]
    axes.vlines(
        [at for at, _ in found],
        [row.lower for _, row in found],
        [row.upper for _, row in found],
        color=style.colour,
        linewidth=1.6,
    )
    axes.plot(
        [at for at, _ in found],
        [row.value for _, row in found],
        marker=style.marker,
        color=style.colour,
        linestyle="none",
        markersize=6.5,
        label=arm_label(labels, arm),
        clip_on=False,
        gid=f"arm-{arm}",
    )


def _short(level: str) -> str:
    return level.removeprefix("day ").replace(" or ", "\nor ")
