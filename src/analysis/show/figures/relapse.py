"""Kaplan-Meier curves with their bands, and the people still followed below them."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.show.figures.style import (
    SMALL,
    arm_styles,
    bare,
    legend,
    legend_height,
    look,
    mark_programme_end,
    new_figure,
    stamp,
    title,
    week_axis,
)
from analysis.show.link import is_planned
from analysis.show.means import interval_words
from analysis.show.numbers import count
from analysis.show.relapses import relapse_word
from analysis.show.select import arms_of, by_week, maybe, one_key, records, weeks_of, where
from analysis.show.words import arm_label
from analysis.terms import Labels

_NAME = 20


def relapse_free(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The percentage of people without a relapse so far, with the numbers at risk.

    Args:
        rows: result rows `free_percent` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    own = by_week(rows, "free_percent")
    arms = arms_of(own, labels)
    with look():
        figure = new_figure(4.3 + 0.2 * len(arms) + legend_height(labels.arms.values()))
        heights = [3.1, 0.2 * (len(arms) + 1)]
        axes, below = figure.subplots(2, 1, sharex=True, height_ratios=heights)
        _draw(axes, own, labels)
        weeks = weeks_of(own)
        visits = [0, *(week for week in labels.weeks if week in weeks)]
        week_axis(axes, visits, labels)
        mark_programme_end(axes, labels, weeks)
        axes.set_ylim(0, 103)
        axes.set_ylabel(f"percent without a {relapse_word(rows)}")
        axes.set_xlabel("")
        bare(axes)
        _numbers(below, own, arms, visits, labels)
        name = interval_words(rows, one_key(own, "question"))
        title(figure, f"People without a {relapse_word(rows)} so far, with {name}")
        if len(arms) > 1:
            legend(axes)
        stamp(figure, labels, planned=all(is_planned(row) for row in records(own)))
        return figure


def _draw(axes: Axes, rows: pd.DataFrame, labels: Labels) -> None:
    styles = arm_styles(labels)
    for arm in arms_of(rows, labels):
        points = sorted(records(where(rows, arm=arm)), key=lambda row: row.week)
        weeks = [int(row.week) for row in points]
        style = styles[arm]
        axes.fill_between(
            weeks,
            [float(row.lower) for row in points],
            [float(row.upper) for row in points],
            step="post",
            color=style.colour,
            alpha=0.14,
            linewidth=0,
        )
        axes.step(
            weeks,
            [float(row.value) for row in points],
            where="post",
            color=style.colour,
            linestyle=style.line,
            marker=style.marker,
            markevery=[i for i, week in enumerate(weeks) if week in labels.weeks],
            markersize=5,
            linewidth=1.8,
            label=arm_label(labels, arm),
            gid=f"arm-{arm}",
        )


def _numbers(
    axes: Axes, rows: pd.DataFrame, arms: list[str], weeks: list[int], labels: Labels
) -> None:
    """How many are still followed and without a relapse, at the visits that have room."""
    axes.set_ylim(len(arms) + 0.5, -0.5)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(axis="both", length=0)
    axes.tick_params(axis="x", labelbottom=True)
    axes.text(0, 0, "Still at risk", fontsize=SMALL, weight="bold", ha="left", va="center")
    # Short names, or they would push the curves to the right.
    names = [textwrap.shorten(arm_label(labels, arm), _NAME, placeholder=" …") for arm in arms]
    axes.set_yticks(range(1, len(arms) + 1), names)
    last, shown = max(weeks), []
    for week in sorted(weeks):
        if not shown or week - shown[-1] >= 0.055 * last:
            shown.append(week)
    for place, arm in enumerate(arms, start=1):
        for week in shown:
            row = maybe(rows, arm=arm, week=week)
            if row is not None:
                axes.text(
                    week,
                    place,
                    count(row.n_observed),
                    fontsize=SMALL,
                    ha="center",
                    va="center",
                    color=arm_styles(labels)[arm].colour,
                )
    randomised = labels.design.startswith("randomised")
    axes.set_xlabel(f"Weeks since {'randomisation' if randomised else 'the start'}")
