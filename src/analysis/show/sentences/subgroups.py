"""Whether the effect differs between groups, in words: by the interactions alone."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import p_statement
from analysis.show.select import in_order, records, where
from analysis.show.sentences.phrase import (
    amount,
    another_way,
    departures,
    paragraph,
)
from analysis.show.words import begin, measure_label
from analysis.terms import Labels


def subgroups(rows: pd.DataFrame, labels: Labels) -> str:
    """The interaction of each subgroup with what was expected, and how much that can carry.

    Args:
        rows: result rows `interaction` of one question.
        labels: the study's words.

    Returns:
        HTML that stands by itself: a line, a list with an item a subgroup, and a caution.
    """
    found = records(where(rows, statistic="interaction"))
    if not found:
        return ""
    items = "".join(f"<li>{paragraph([_item(row)])}</li>" for row in found)
    start = begin(labels, "Whether the effect differs between groups that the plan names")
    closing = (
        "A large p does not show that the effect is the same in all groups: groups are smaller "
        "than the trial, and differences between them are seen badly. A small p among several may "
        "be chance, and is a reason to look in other trials, not to treat people differently"
    )
    closings = [closing, *_everyone(rows, labels), *departures(found)]
    return f"<p>{start}:</p><ul>{items}</ul><p>{paragraph(closings)}</p>"


def _everyone(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """The difference in everyone, and why other sections have another figure for it."""
    found = in_order(where(rows, statistic="subgroup_difference", level="everyone"), labels)
    if not found:
        return []
    shown = [amount(row, measure_label(labels, str(row.measure))) for row in found]
    how = "of everyone who had a score then, by analysis of covariance"
    return [another_way(found, shown, how, labels)]


def _item(row: Any) -> str:
    shown = link(row, p_statement(row.p))
    return f"{prose(str(row.level))}: {shown} of the interaction ({prose(str(row.method))})"
