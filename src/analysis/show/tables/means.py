"""Means by arm and week: least-squares means of the model, and scores as observed."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import mean_rows, quantity
from analysis.show.numbers import count, decimals_of, fixed, interval, interval_level, is_missing
from analysis.show.select import arms_of, by_week, maybe, one_key, records, weeks_of, where
from analysis.show.tables.dress import dress, source
from analysis.show.tables.missing import not_in_model
from analysis.show.words import arm_label, better, measure_label, sentence_case, week_label
from analysis.terms import Labels


def ls_means(rows: pd.DataFrame, labels: Labels) -> GT:
    """The model's mean by arm and week with its interval, and how many had a score.

    Args:
        rows: result rows `ls_mean` by arm and week, or `change` where nothing is compared.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    means = mean_rows(rows)
    measure = measure_label(labels, one_key(means, "measure"))
    what = quantity(means, measure)
    level = maybe(where(rows, question=means["question"].iloc[0]), statistic="interval_level")
    name = "interval" if level is None else f"{cell(level, interval_level(level.value))} % interval"
    return weeks_by_arm(
        means,
        labels,
        lambda row: value_over_interval(row, decimals_of(measure)),
        name="ls-means",
        title=f"{what} by week",
        headings=(f"Mean<br>({name})", "With a score"),
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}. Means of the model, which uses "
            "the scores of every week.",
            *source(records(means), labels),
        ],
    )


def observed(rows: pd.DataFrame, labels: Labels) -> GT:
    """Mean and standard deviation of the scores as they were seen, by arm and week.

    Args:
        rows: result rows `observed_mean` and `observed_sd` by arm and week; baseline is week 0.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    means = by_week(rows, "observed_mean")
    measure = measure_label(labels, one_key(means, "measure"))
    decimals = decimals_of(measure)
    same = where(rows, question=one_key(means, "question"), statistic="observed_sd")

    def write(row: Any) -> str:
        sd = maybe(same, measure=row.measure, week=row.week, arm=row.arm)
        spread = "" if sd is None else f" {cell(sd, f'({fixed(sd.value, decimals)})')}"
        return cell(row, fixed(row.value, decimals)) + spread

    return weeks_by_arm(
        means,
        labels,
        write,
        name="observed",
        title=f"{measure.label} as observed",
        headings=("Mean (SD)", "With a score"),
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}. {_whose(labels)}",
            *not_in_model(rows, labels, one_key(means, "question")),
            *source(records(means), labels),
        ],
    )


def _whose(labels: Labels) -> str:
    """Whose scores the means are of; rows made from published means leave nobody out."""
    if labels.pseudo_participants:
        return (
            "Means of the rows as they were made from printed figures; how many real people had a "
            "score they cannot tell."
        )
    return (
        "Means of those in the model who have a score at that week; nothing is filled in for the "
        "others."
    )


def value_over_interval(row: Any, decimals: int) -> str:
    """The HTML of a cell: the value, and below it the interval."""
    return (
        f"{cell(row, fixed(row.value, decimals))}<br>"
        f"{cell(row, interval(row.lower, row.upper, decimals))}"
    )


def weeks_by_arm(
    means: pd.DataFrame,
    labels: Labels,
    write: Callable[[Any], str],
    *,
    name: str,
    title: str,
    headings: tuple[str, str],
    notes: list[str],
) -> GT:
    """A line a week, two columns an arm: the mean, and how many had a score.

    Args:
        means: result rows by arm and week.
        labels: the study's words.
        write: from a row to the HTML of its cell.
        name: part of the table's id.
        title: words above the table.
        headings: of the two columns.
        notes: HTML notes below.
    """
    arms = arms_of(means, labels)
    cells = []
    for week in weeks_of(means):
        line = {"row": week_label(week)}
        for arm in arms:
            row = maybe(means, week=week, arm=arm)
            if row is not None:
                line[f"{arm}_mean"] = write(row)
                line[f"{arm}_n"] = cell(row, count(row.n_observed))
        cells.append(line)
    # Pseudo-participants all have scores because they were made so.
    seen = {} if labels.pseudo_participants else {"n": headings[1]}
    shown = {"mean": headings[0], **seen}
    columns = {"row": "Week"} | {f"{a}_{key}": shown[key] for a in arms for key in shown}
    return dress(
        cells,
        records(means),
        labels,
        name=name,
        title=sentence_case(title),
        headings=columns,
        spanners={_arm(means, labels, a): [f"{a}_{key}" for key in shown] for a in arms},
        notes=notes,
    )


def _arm(means: pd.DataFrame, labels: Labels, arm: str) -> str:
    """An arm's words and how many of its people are in the analysis."""
    words = html.escape(arm_label(labels, arm))
    row = records(where(means, arm=arm))[0]
    return words if is_missing(row.n) else f"{words} (n = {link(row, count(row.n))})"
