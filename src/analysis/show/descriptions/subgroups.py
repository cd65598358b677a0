"""The forest of subgroups, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.means import interval_words
from analysis.show.numbers import decimals_of, fixed, interval
from analysis.show.select import one_key, records, some, where
from analysis.show.words import arm_label, better, inside, joined, measure_label, sentence_case
from analysis.terms import Labels


def subgroups(rows: pd.DataFrame, labels: Labels) -> str:
    """Every difference of the forest, group by group."""
    own = some(
        where(rows, statistic="subgroup_difference"),
        "<question>.subgroup_difference.<measure>.<week>.<arm>.everyone",
    )
    measure = measure_label(labels, one_key(own, "measure"))
    decimals = decimals_of(measure)
    name = interval_words(rows, one_key(own, "question"))
    what = f"Forest of differences in {inside(measure.label)} by group, {measure.unit}, with {name}"
    parts = [f"{what}; {better(measure)}"]
    for level in dict.fromkeys(own["level"]):
        said = [
            f"{inside(arm_label(labels, row.arm))} {fixed(row.value, decimals)} "
            f"{interval(row.lower, row.upper, decimals)}"
            for row in records(where(own, level=level))
        ]
        parts.append(f"{sentence_case(str(level))}: {joined(said)}")
    return closed(parts, labels, records(own))
