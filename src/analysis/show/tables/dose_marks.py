"""Each mark of the figures of doses: an effect with its interval at the dose of its programme."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.evidence import (
    DOSES,
    READINGS,
    WEEKS,
    doses_of,
    first_measure,
    of_pool,
    own_rows,
    pooled_rows,
    study_label,
    synthesis_label,
)
from analysis.show.link import cell, link
from analysis.show.numbers import decimals_of, fixed, is_missing, percent, span
from analysis.show.select import records, where
from analysis.show.tables.dress import dress
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_EFFECT = {"effect": "Effect", "interval": "95 % interval"}
_BANDS = "Of a length that is told as a band of weeks the middle stands first, then the band."
_CURVES = "A curve has no interval where too few trials carry it."
_CURVE_DECIMALS = 2


def length_marks(rows: pd.DataFrame, labels: Labels) -> GT:
    """The effects on the first measure of a question about length, with weeks and weight.

    Args:
        rows: result rows `pooled`, `effect`, `weight` and `weeks` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    first = first_measure(rows)
    headings = {"row": "Study", WEEKS: DOSES[WEEKS], **_EFFECT, "weight": "Weight in its pool"}
    return _table(rows, first, labels, "length-marks", (WEEKS,), headings)


def dose_marks(rows: pd.DataFrame, labels: Labels) -> GT:
    """The effects with every dose that is told of them, then the curves over the weeks.

    Args:
        rows: result rows `pooled`, `effect`, the doses of effects, and `curve` where there is one.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "count")
    headings = {"row": "Study", **DOSES, **_EFFECT}
    return _table(rows, pooled_rows(rows), labels, "dose-marks", tuple(DOSES), headings)


def _table(
    rows: pd.DataFrame,
    pools: list[Any],
    labels: Labels,
    name: str,
    doses: tuple[str, ...],
    headings: dict[str, str],
) -> GT:
    cells = [line for pool in pools for line in _effects(rows, pool, doses, labels)]
    # The figure of lengths alone has no curve.
    curves = _curves(rows, labels) if len(doses) > 1 else []
    return dress(
        cells + curves,
        pools,
        labels,
        name=name,
        title="The marks of the figure: each effect at the dose of its programme",
        headings=headings,
        group="group",
        notes=["Negative favours the training.", _BANDS, *([_CURVES] if curves else [])],
    )


def _effects(
    rows: pd.DataFrame, pool: Any, doses: tuple[str, ...], labels: Labels
) -> list[dict[str, str]]:
    measure, key = measure_label(labels, pool.measure), str(pool.level)
    decimals, weights = decimals_of(measure), {r.level: r for r in of_pool(rows, "weight", key)}
    effects = of_pool(rows, "effect", key)
    lines = [
        {
            "group": f"{measure.label}, {synthesis_label(labels, key)} ({measure.unit})",
            "row": study_label(labels, row),
            "effect": cell(row, fixed(row.value, decimals)),
            "interval": link(row, span(row.lower, row.upper, decimals)),
            "weight": link(weights[row.level], percent(weights[row.level].value)),
        }
        for row in effects
    ]
    for dose in doses:
        for line, at in zip(lines, doses_of(rows, pool, dose), strict=True):
            line |= {} if at is None else {dose: link(at, _told(at))}
    return lines


def _told(at: Any) -> str:
    """A dose, with the band that it is the middle of."""
    shown = _short(at.value)
    if is_missing(at.lower) or is_missing(at.upper):
        return shown
    return f"{shown} ({_short(at.lower)} to {_short(at.upper)})"


def _short(value: float) -> str:
    return fixed(value, 0 if float(value).is_integer() else 1)


def _curves(rows: pd.DataFrame, labels: Labels) -> list[dict[str, str]]:
    lines = []
    for reading, words in READINGS.items():
        for row in records(where(rows, statistic=f"curve{reading}")):
            unit = measure_label(labels, row.measure).unit
            compared = synthesis_label(labels, str(row.level))
            lines.append(
                {
                    "group": f"Curve over the weeks, {compared}, {words} ({unit})",
                    "row": f"Week {int(row.week)}",
                    WEEKS: link(row, str(int(row.week))),
                    "effect": cell(row, fixed(row.value, _CURVE_DECIMALS)),
                    "interval": link(row, span(row.lower, row.upper, _CURVE_DECIMALS)),
                }
            )
    return [line | {"group": sentence_case(line["group"])} for line in lines]
