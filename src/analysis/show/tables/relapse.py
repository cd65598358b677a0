"""The time to a first relapse, and all relapses, in figures."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, is_missing, p_value, span
from analysis.show.relapses import relapse_word, rule_words
from analysis.show.select import absent, by_week, one_key, records, where
from analysis.show.tables.dress import dress
from analysis.show.tables.means import weeks_by_arm
from analysis.show.words import arm_label, inside, sentence_case
from analysis.terms import Labels

# Statistic, words, decimals.
_BY_ARM = (
    ("people_followed", "People followed", 0),
    ("first_relapses", "People with a {what}", 0),
    ("free_weeks", "Weeks without a {what}, mean up to the horizon", 1),
    ("relapsed_percent", "With a {what} by the horizon, percent (leaving competes)", 1),
    ("left_percent", "Left before a {what}, percent", 1),
    ("relapses", "All {what}s, first and later", 0),
    ("person_years", "Person-years", 1),
    ("rate_per_year", "{what}s a person-year", 2),
)
_COMPARED = (
    ("free_weeks_difference", "Difference in weeks without a {what}", 1),
    ("hazard_ratio", "Hazard ratio of a first {what}", 2),
    ("rate_ratio", "Rate ratio of all {what}s", 2),
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
        title=f"People without a {relapse_word(rows)} so far",
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
    cells, what = [], relapse_word(rows)
    for heading, wanted in (("By group", _BY_ARM), ("Compared", _COMPARED)):
        for statistic, words, decimals in wanted:
            for row in records(where(rows, statistic=statistic)):
                used.append(row)
                told = sentence_case(words.format(what=what))
                cells.append(_line(row, told, decimals, heading, labels))
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
        title=f"{sentence_case(what)}s",
        headings={"row": "Group", "what": "", "value": "Value", "interval": name, "p": "p"},
        group="group",
        texts=["what"],
        notes=[
            f"A ratio below 1 favours the first-named group. Hazards count the first {what} of a "
            f"person, rates every {what}.",
            *(f"{words}." for words in rule_words(rows, labels)),
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
