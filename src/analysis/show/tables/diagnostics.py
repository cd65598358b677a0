"""Whether the model can be trusted: its diagnostics, each with what it tells."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell
from analysis.show.numbers import count, decimals_of, fixed
from analysis.show.select import one_key, records, some, where
from analysis.show.tables.dress import dress, source
from analysis.show.words import measure_label, sentence_case, week_label
from analysis.terms import Labels

_PREFIX = "diagnostic_"
_TELLS = {
    "residual_skewness": ("Skewness of the residuals", "0 where they spread evenly to both sides"),
    "largest_residual": (
        "Largest residual, in standard deviations",
        "how far the farthest value is",
    ),
    "outliers": ("Outlying values", "values very far from what the model expects"),
    "residual_sd": ("Residual standard deviation", "how far people vary about the model"),
    "iterations": ("Rounds until the model settled", "few where the data carry the model"),
}
_COUNTS = ("outliers", "iterations")


def diagnostics(rows: pd.DataFrame, labels: Labels) -> GT:
    """The model's diagnostics as a table.

    Args:
        rows: result rows `diagnostic_*` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    own = rows[rows["statistic"].str.startswith(_PREFIX).fillna(False)]
    own = some(where(own, level=None), "<question>.diagnostic_residual_skewness.<measure>")
    one_key(own, "question")
    used = records(own)
    return dress(
        [_line(row, labels) for row in used],
        used,
        labels,
        name="diagnostics",
        title="Diagnostics of the model",
        headings={"row": "What", "value": "Value", "tells": "What it tells"},
        texts=["tells"],
        notes=source(used, labels),
    )


def _line(row: Any, labels: Labels) -> dict[str, str]:
    key = str(row.statistic).removeprefix(_PREFIX)
    words, tells = _TELLS.get(key, (sentence_case(key.replace("_", " ")), ""))
    if not pd.isna(row.week):
        words = f"{words}, {week_label(int(row.week)).lower()}"
    if key in _COUNTS:
        shown = cell(row, count(row.value))
    elif key == "residual_sd":
        measure = measure_label(labels, row.measure)
        shown = f"{cell(row, fixed(row.value, decimals_of(measure)))} {html.escape(measure.unit)}"
    else:
        shown = cell(row, fixed(row.value, 2))
    return {"row": words, "value": shown, "tells": tells}
