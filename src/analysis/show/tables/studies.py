"""Each published effect of a synthesis, with its weight and the place where it was read."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import of_pool, own_rows, pooled_rows, study_label, synthesis_label
from analysis.show.link import cell, link, papers, sourced
from analysis.show.numbers import count, decimals_of, fixed, is_missing, percent, span
from analysis.show.tables.dress import dress, listed
from analysis.show.words import measure_label
from analysis.terms import Labels

_HEADINGS = {
    "row": "Study",
    "weeks": "Weeks of training",
    "people": "People",
    "effect": "Effect",
    "interval": "95 % interval",
    "weight": "Weight",
    "source": "How derived; where read",
}


def studies(rows: pd.DataFrame, labels: Labels) -> GT:
    """The effects of every synthesis of a question, each with its source.

    Args:
        rows: result rows `pooled`, `effect` and `weight`, and `left_out` where there are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows)
    used, cells = [], []
    for pool in pooled_rows(rows):
        key = str(pool.level)
        weights = {row.level: row for row in of_pool(rows, "weight", key)}
        for row in of_pool(rows, "effect", key):
            used.append(row)
            cells.append(_line(row, weights[row.level], labels, key))
    return dress(
        cells,
        used,
        labels,
        name="studies",
        title="The published effects",
        headings=_HEADINGS,
        group="group",
        texts=["source"],
        notes=["Negative favours the training.", *left_out(rows, labels)],
    )


def left_out(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """Effects that were chosen and not pooled, as one note: a list of pools, reasons and names."""
    pools = []
    for pool in pooled_rows(rows):
        reasons: dict[str, dict[str, str]] = {}
        for row in of_pool(rows, "left_out", str(pool.level)):
            name = study_label(labels, row)
            reasons.setdefault(str(row.method), {}).setdefault(name, link(row, name))
        measure = measure_label(labels, pool.measure)
        where_from = f"{synthesis_label(labels, str(pool.level))}, {measure.unit}"
        told = [f"{papers(why)}: {', '.join(names.values())}" for why, names in reasons.items()]
        if told:
            pools.append(f"Left out of {html.escape(where_from)}:{listed(told)}")
    return [listed(pools)] if pools else []


def _line(row: Any, weight: Any, labels: Labels, key: str) -> dict[str, str]:
    measure = measure_label(labels, row.measure)
    decimals = decimals_of(measure)
    line = {
        "group": f"{measure.label}, {synthesis_label(labels, key)} ({measure.unit})",
        "row": study_label(labels, row),
        "effect": cell(row, fixed(row.value, decimals)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "weight": link(weight, percent(weight.value)),
        "source": sourced(row, str(row.method)),
    }
    if not is_missing(row.week):
        line["weeks"] = link(row, count(row.week))
    if not is_missing(row.n):
        line["people"] = link(row, count(row.n))
    return line
