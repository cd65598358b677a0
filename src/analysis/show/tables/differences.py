"""Differences between arms with their precision, week by week, and the further methods beside."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.effects import adjusted_row, effect_rows
from analysis.show.link import cell, link
from analysis.show.numbers import (
    DF_DECIMALS,
    SE_DECIMALS,
    count,
    decimals_of,
    fixed,
    interval_level,
    is_missing,
    p_value,
    span,
)
from analysis.show.origin import origin
from analysis.show.select import arms_of, column_values, maybe, one_key, records, where
from analysis.show.select import thresholds as threshold_rows
from analysis.show.tables.dress import dress, source
from analysis.show.words import (
    arm_label,
    better,
    inside,
    measure_label,
    method_label,
    week_label,
)
from analysis.terms import Labels, MeasureLabel


def differences(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each arm minus its comparator by week: difference, standard error, interval, df and p.

    Args:
        rows: result rows `difference`, or `change` where nothing is compared; of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    main = effect_rows(rows)
    question, key = one_key(main, "question"), one_key(main, "measure")
    statistic = main["statistic"].iloc[0]
    measure = measure_label(labels, key)
    own = where(rows, question=question, statistic=statistic, measure=key)
    ordered = [
        row
        for arm in arms_of(own, labels)
        for row in sorted(records(where(own, arm=arm)), key=_order)
    ]
    compared = statistic == "difference"
    title = "Difference in" if compared else "Change from baseline in"
    return dress(
        [_line(row, measure, labels) | _family(rows, row, measure) for row in ordered],
        ordered,
        labels,
        name="differences",
        title=f"{title} {inside(measure.label)} by week",
        headings=_headings(own, rows, compared, labels),
        group="group",
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}: {_side(measure, compared)}.",
            *_sizes(rows, labels, question, key, compared),
            *_adjusting(rows, question),
            *source(ordered, labels),
        ],
    )


def _headings(
    own: pd.DataFrame, rows: pd.DataFrame, compared: bool, labels: Labels
) -> dict[str, str]:
    level = maybe(rows, question=one_key(own, "question"), statistic="interval_level")
    name = "Interval" if level is None else f"{link(level, interval_level(level.value))} % interval"
    headings = {
        "row": "Week",
        "value": "Difference" if compared else "Change",
        "se": "Standard error",
        "interval": name,
        "df": "Degrees of freedom",
        "p": "p",
        "p_adjusted": "Adjusted p",
        "joint": "Simultaneous interval",
        "seen": "With a score",
    }
    # A method that gives no p value, or no degrees of freedom, gets no column of dashes.
    empty = [key for key in ("se", "df", "p") if own[key].isna().all()]
    family = where(rows, question=one_key(own, "question"), statistic="difference_adjusted")
    empty += ["p_adjusted"] if family.empty else []
    empty += ["joint"] if family["lower"].isna().all() else []
    # Pseudo-participants all have scores because they were made so.
    empty += ["seen"] if labels.pseudo_participants else []
    return {key: words for key, words in headings.items() if key not in empty}


def _order(row: Any) -> tuple:
    return ("" if is_missing(row.level) else str(row.level), row.week)


def _line(row: Any, measure: MeasureLabel, labels: Labels) -> dict[str, str]:
    decimals = decimals_of(measure)
    group = arm_label(labels, row.arm) if not is_missing(row.arm) else "All participants"
    if not is_missing(row.comparator):
        group = f"{group} minus {inside(arm_label(labels, row.comparator))}"
    method = "" if is_missing(row.level) else f" ({method_label(str(row.level))})"
    return {
        "group": group,
        "row": week_label(int(row.week)) + method,
        "value": cell(row, fixed(row.value, decimals)),
        "se": link(row, fixed(row.se, SE_DECIMALS)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "df": link(row, fixed(row.df, DF_DECIMALS)),
        "p": link(row, p_value(row.p)),
        "seen": link(row, count(row.n_observed)),
    }


def _family(rows: pd.DataFrame, row: Any, measure: MeasureLabel) -> dict[str, str]:
    """The comparison among those of its family; nothing for one that is in none."""
    found = adjusted_row(rows, row)
    if found is None:
        return {"p_adjusted": "", "joint": ""}
    joint = "" if is_missing(found.lower) else span(found.lower, found.upper, decimals_of(measure))
    return {
        "p_adjusted": link(found, p_value(found.p)),
        "joint": link(found, joint) if joint else "",
    }


def _adjusting(rows: pd.DataFrame, question: str) -> list[str]:
    found = where(rows, question=question, statistic="difference_adjusted")
    methods = column_values(records(found), "method")
    told = html.escape("; then ".join(methods))
    return [f"Adjusted p: {told}."] if methods else []


def _side(measure: MeasureLabel, compared: bool) -> str:
    sign = "negative" if measure.lower_is_better else "positive"
    return f"{sign} favours the first-named group" if compared else f"{sign} is an improvement"


def _sizes(
    rows: pd.DataFrame, labels: Labels, question: str, measure: str, compared: bool
) -> list[str]:
    if not compared:
        return []
    own = where(rows, question=question)
    words = measure_label(labels, measure)
    return [
        f"The {html.escape(name)} is {link(row, fixed(row.value, decimals_of(words)))} "
        f"{html.escape(words.unit)}: {origin(own, labels, row, name)}."
        for name, row in threshold_rows(own, labels, question, measure, "between groups")
    ]
