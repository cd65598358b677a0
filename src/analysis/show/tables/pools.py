"""Pools of published effects side by side: the effect, a new study, and how studies differ."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import at_pool, own_rows, pooled_rows, synthesis_label
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import (
    count,
    decimals_of,
    fixed,
    interval,
    p_value,
    span,
    with_interval,
)
from analysis.show.select import records, where
from analysis.show.tables.dress import dress
from analysis.show.words import inside, measure_label, sentence_case
from analysis.terms import Labels

_VARIANCE_DECIMALS = 2
_HEADINGS = {
    "row": "Studies pooled",
    "effects": "Effects",
    "trials": "Trials",
    "pooled": "Pooled effect",
    "interval": "Interval",
    "p": "p",
    "prediction": "A new study",
    "i2": "I²",
    "tau2": "τ²",
    "printed": "As a review printed it",
}


def pools(rows: pd.DataFrame, labels: Labels) -> GT:
    """The pools of a question: effect with interval and p, prediction interval, heterogeneity.

    Args:
        rows: result rows `pooled`, and `prediction`, `i2`, `tau2`, `target` where there are any.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows)
    found = pooled_rows(rows)
    cells = [_line(rows, row, labels) for row in found]
    name = sentence_case(interval_words(rows, str(found[0].question)))
    headings = _HEADINGS | {"interval": name}
    empty = {key for key in headings if not any(line.get(key) for line in cells)}
    return dress(
        cells,
        found,
        labels,
        name="pools",
        title="What the studies say together",
        headings={key: words for key, words in headings.items() if key not in empty},
        group="group",
        notes=[
            "Negative favours the training. A new study: the interval in which the true effect of "
            "a further study of this kind is expected; where it holds nought, the training may do "
            "nothing in some settings. I²: the share of the spread between studies that chance "
            "does not explain; τ²: the variance of their true effects.",
            *_methods(found),
            *_differences(rows, labels),
        ],
    )


def _line(rows: pd.DataFrame, row: Any, labels: Labels) -> dict[str, str]:
    measure = measure_label(labels, row.measure)
    decimals, key = decimals_of(measure), str(row.level)
    line = {
        "group": f"{measure.label} ({measure.unit})",
        "row": sentence_case(synthesis_label(labels, key)),
        "effects": link(row, count(row.n)),
        "trials": link(row, count(row.n_observed)),
        "pooled": cell(row, fixed(row.value, decimals)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "p": link(row, p_value(row.p)),
    }
    if new := at_pool(rows, "prediction", key):
        line["prediction"] = link(new, span(new.lower, new.upper, decimals))
    if share := at_pool(rows, "i2", key):
        line["i2"] = link(share, f"{fixed(share.value, 1)} %")
    if spread := at_pool(rows, "tau2", key):
        line["tau2"] = link(spread, fixed(spread.value, _VARIANCE_DECIMALS))
    if target := at_pool(rows, "target", key):
        shown = interval(target.lower, target.upper, decimals)
        line["printed"] = link(target, f"{fixed(target.value, decimals)} {shown}")
    return line


def _methods(found: list[Any]) -> list[str]:
    methods = dict.fromkeys(str(row.method) for row in found)
    return [f"Method: {html.escape('; '.join(methods))}."]


def _differences(rows: pd.DataFrame, labels: Labels) -> list[str]:
    said = []
    for row in records(where(rows, statistic="pooled_difference")):
        measure = measure_label(labels, row.measure)
        decimals = decimals_of(measure)
        one, two = (
            html.escape(inside(synthesis_label(labels, key)))
            for key in str(row.level).split(" minus ")
        )
        number = with_interval(row, decimals)
        said.append(
            f"{one.capitalize()} minus {two}: {link(row, number)} {html.escape(measure.unit)}. "
            "Different trials are compared here, not people allocated at random to one or the "
            "other."
        )
    return said
