"""The same comparison under each assumption about absent scores, side by side."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.assumed import full_name, side_by_side
from analysis.show.link import cell, link
from analysis.show.numbers import (
    SE_DECIMALS,
    count,
    decimals_of,
    fixed,
    interval_level,
    p_value,
    span,
)
from analysis.show.select import maybe, where
from analysis.show.tables.dress import dress, source
from analysis.show.words import arm_label, better, inside, measure_label, week_label
from analysis.terms import Labels

# A Monte Carlo error is small beside a standard error, or there are too few imputations.
_CHANCE_DECIMALS = 3
_CHANCE = (
    "The Monte Carlo error is how far another seed would move the difference; there is none where "
    "nothing is drawn at random."
)


def assumptions(rows: pd.DataFrame, labels: Labels) -> GT:
    """Effect and precision under the model and under each assumption.

    The Monte Carlo error stands beside them where scores are drawn at random.

    Args:
        rows: result rows of a question `missing`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = side_by_side(rows, labels)
    used = [row for each in found.values() for row in each]
    first = used[0]
    own = where(rows, question=first.question)
    measure = measure_label(labels, first.measure)
    compared = first.statistic == "difference"
    drawn = where(own, statistic="monte_carlo_error")["value"].gt(0).any()
    absent_columns = {key for key, there in (("p", compared), ("chance", drawn)) if not there}
    level = maybe(own, statistic="interval_level")
    name = "Interval" if level is None else f"{link(level, interval_level(level.value))} % interval"
    headings = {
        "row": "Absent scores are taken to be",
        "value": "Difference" if compared else "Change",
        "se": "Standard error",
        "interval": name,
        "p": "p",
        "chance": "Monte Carlo error",
        "n": "In the analysis",
        "seen": "With a score",
    }
    what = "Difference in" if compared else "Change in"
    return dress(
        [_line(row, own, labels) for row in used],
        used,
        labels,
        name="assumptions",
        title=f"{what} {inside(measure.label)} at {week_label(int(first.week)).lower()}, by what "
        "absent scores are taken to be",
        headings={key: words for key, words in headings.items() if key not in absent_columns},
        group="group",
        notes=[
            f"In {html.escape(measure.unit)}; {better(measure)}.",
            *([_CHANCE] if drawn else []),
            *source(used, labels),
        ],
    )


def _line(row: Any, own: pd.DataFrame, labels: Labels) -> dict[str, str]:
    decimals = decimals_of(measure_label(labels, row.measure))
    group = arm_label(labels, row.arm)
    if row.statistic == "difference":
        group = f"{group} minus {inside(arm_label(labels, row.comparator))}"
    line = {
        "group": group,
        "row": full_name(row, labels),
        "value": cell(row, fixed(row.value, decimals)),
        "se": link(row, fixed(row.se, SE_DECIMALS)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "p": link(row, p_value(row.p)),
        "n": link(row, count(row.n)),
        "seen": link(row, count(row.n_observed)),
    }
    chance = maybe(own, statistic="monte_carlo_error", arm=row.arm, level=row.level)
    if chance is not None and chance.value:
        line["chance"] = link(chance, fixed(chance.value, _CHANCE_DECIMALS))
    return line
