"""The time to a first relapse, and all relapses, in figures."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, is_missing, p_value, span
from analysis.show.select import absent, by_week, one_key, records, where
from analysis.show.tables.dress import dress
from analysis.show.tables.means import weeks_by_arm
from analysis.show.words import arm_label, inside, sentence_case
from analysis.terms import Labels

# Statistic, words, decimals.
_BY_ARM = (
    ("people_followed", "People followed", 0),
    ("first_relapses", "People with a relapse", 0),
    ("free_weeks", "Weeks without a relapse, mean up to the horizon", 1),
    ("relapsed_percent", "Relapsed by the horizon, percent (leaving competes)", 1),
    ("left_percent", "Left before a relapse, percent", 1),
    ("relapses", "Relapses in all", 0),
    ("person_years", "Person-years", 1),
    ("rate_per_year", "Relapses a person-year", 2),
)
_COMPARED = (
    ("free_weeks_difference", "Difference in weeks without a relapse", 1),
    ("hazard_ratio", "Hazard ratio of a first relapse", 2),
    ("rate_ratio", "Rate ratio of all relapses", 2),
)


def relapse_free(rows: pd.DataFrame, labels: Labels) -> GT:
    """The percentage without a relapse by week, and who is still followed.

    Args:
        rows: result rows `free_percent` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    own = by_week(rows, "free_percent")

    def write(row: Any) -> str:
        return f"{cell(row, fixed(row.value, 1))}<br>{cell(row, span(row.lower, row.upper, 1))}"

    name = interval_words(rows, one_key(own, "question"))
    return weeks_by_arm(
        own,
        labels,
        write,
        name="relapse-free",
        title="People without a relapse so far",
        headings=(f"Percent<br>({name})", "At risk"),
        notes=["Kaplan-Meier; people who leave count as followed until then."],
    )


def relapse(rows: pd.DataFrame, labels: Labels) -> GT:
    """First and all relapses by arm, their comparison, and what was set aside.

    Args:
        rows: result rows of one question about relapse.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    used: list[Any] = []
    cells = []
    for heading, wanted in (("By group", _BY_ARM), ("Compared", _COMPARED)):
        for statistic, words, decimals in wanted:
            for row in records(where(rows, statistic=statistic)):
                used.append(row)
                cells.append(_line(row, words, decimals, heading, labels))
    if not used:
        raise absent("<question>.people_followed.<measure>.<week>.<arm>")
    name = sentence_case(interval_words(rows, one_key(rows, "question")))
    aside = [
        f"Set aside in {html.escape(inside(arm_label(labels, row.arm)))}: "
        f"{link(row, count(row.value))}, {html.escape(str(row.level))}."
        for row in records(where(rows, statistic="set_aside"))
    ]
    lacking = [
        f"Not compared ({html.escape(str(row.level).replace('_', ' '))}): "
        f"{link(row, str(row.method))}."
        for row in records(where(rows, statistic="not_compared"))
    ]
    return dress(
        cells,
        used,
        labels,
        name="relapse",
        title="Relapses",
        headings={"row": "Group", "what": "", "value": "Value", "interval": name, "p": "p"},
        group="group",
        texts=["what"],
        notes=[
            "A ratio below 1 favours the first-named group. Rates count every relapse, hazards the "
            "first one of a person.",
            *aside,
            *lacking,
        ],
    )


def _line(row: Any, words: str, decimals: int, heading: str, labels: Labels) -> dict[str, str]:
    who = arm_label(labels, row.arm)
    if not is_missing(row.comparator):
        who = f"{who} against {inside(arm_label(labels, row.comparator))}"
    method = "" if is_missing(row.level) else f" ({html.escape(str(row.level))})"
    return {
        "group": heading,
        "row": who,
        "what": html.escape(words) + method,
        "value": cell(row, fixed(row.value, decimals)),
        "interval": ""
        if is_missing(row.lower)
        else link(row, span(row.lower, row.upper, decimals)),
        "p": "" if is_missing(row.p) else link(row, p_value(row.p)),
    }
