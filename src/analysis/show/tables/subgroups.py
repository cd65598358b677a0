"""Subgroups: what was expected and the interaction first, then the differences in each group."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, p_value, span
from analysis.show.select import arms_of, maybe, one_key, records, some, where
from analysis.show.tables.dress import arm_headings, dress, source
from analysis.show.words import arm_label, better, inside, measure_label, sentence_case
from analysis.terms import Labels


def interactions(rows: pd.DataFrame, labels: Labels) -> GT:
    """The test of each interaction beside what was expected before the result was seen.

    Args:
        rows: result rows `interaction` and `subgroup_thin` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(
        rows[rows["statistic"].isin(["interaction", "subgroup_thin"])],
        "<question>.interaction.<measure>.<week>.<subgroup>",
    )
    used = records(own)
    return dress(
        [_interaction(row) for row in used],
        used,
        labels,
        name="interactions",
        title="Does the effect differ between these groups?",
        headings={
            "row": "Groups by",
            "expected": "Named beforehand",
            "f": "F (degrees of freedom)",
            "p": "p of the interaction",
            "n": "People",
        },
        texts=["expected"],
        notes=[
            "Each line asks one question: whether the differences between arms are the same in all "
            "groups. Several are asked, so a small p among them may be chance alone; and a "
            "trial sized for its main question has little power for these.",
        ],
    )


def _interaction(row: Any) -> dict[str, str]:
    line = {"row": str(row.level), "expected": html.escape(str(row.method))}
    if row.statistic == "subgroup_thin":
        return line | {"f": f"too few people: {cell(row, count(row.value))} in the smallest group"}
    degrees = f"{count(row.n_observed)} and {fixed(row.df, 0)}"
    return line | {
        "f": cell(row, f"{fixed(row.value, 2)} ({degrees})"),
        "p": link(row, p_value(row.p)),
        "n": link(row, count(row.n)),
    }


def subgroups(rows: pd.DataFrame, labels: Labels) -> GT:
    """The difference from the comparator in each group, with its interval and without p values."""
    own = some(
        where(rows, statistic="subgroup_difference"),
        "<question>.subgroup_difference.<measure>.<week>.<arm>.everyone",
    )
    measure = measure_label(labels, one_key(own, "measure"))
    decimals = decimals_of(measure)
    arms = arms_of(own, labels)
    used: list[Any] = []
    cells = []
    for level in dict.fromkeys(own["level"]):
        group, _, name = str(level).partition(": ")
        line = {"group": group if name else "All", "row": sentence_case(name or group)}
        for arm in arms:
            row = maybe(own, arm=arm, level=level)
            used.append(row)
            bounds = link(row, f"({span(row.lower, row.upper, decimals)})")
            line[arm] = f"{cell(row, fixed(row.value, decimals))} {bounds}"
            line["n"] = link(row, count(row.n))
        cells.append(line)
    other = inside(arm_label(labels, one_key(own, "comparator")))
    return dress(
        cells,
        used,
        labels,
        name="subgroups",
        title=f"Difference in {inside(measure.label)} from {other}, in each group",
        headings={"row": "Group"} | arm_headings(arms, labels) | {"n": "People"},
        group="group",
        notes=[
            f"In {html.escape(measure.unit)} with "
            f"{interval_words(rows, one_key(own, 'question'))}; {better(measure)}. "
            "People of all arms.",
            *source(used[:1], labels),
        ],
    )
