"""Where a size that matters comes from: its citation and, of a share, what it is a share of."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

from analysis.show.link import link
from analysis.show.numbers import decimals_of, fixed, is_missing
from analysis.show.select import maybe
from analysis.show.words import measure_label
from analysis.terms import Labels


def origin(rows: pd.DataFrame, labels: Labels, row: Any, name: str) -> str:
    """`20 % of the comparator's mean at the start (52.0 mm); a citation`, as HTML for a table.

    Args:
        rows: the result rows; `threshold_base` tells the mean that a share is taken of.
        labels: the study's words.
        row: the row of the threshold.
        name: its name in the plan.
    """
    measure = measure_label(labels, row.measure)
    known = next(each for each in measure.thresholds if each.name == name)
    cited = [] if is_missing(row.method) else [html.escape(str(row.method))]
    base = maybe(rows, question=row.question, statistic="threshold_base", measure=row.measure)
    if known.scale != "percent of baseline" or base is None:
        return "; ".join(cited)
    whose = "the" if is_missing(base.comparator) else "the comparator's"
    size = f"{link(base, fixed(base.value, decimals_of(measure)))} {html.escape(measure.unit)}"
    return "; ".join([f"{known.value:g} % of {whose} mean at the start ({size})", *cited])
