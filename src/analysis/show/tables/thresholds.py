"""The sizes that matter, each with its kind and its source."""

from __future__ import annotations

import html

import pandas as pd
from great_tables import GT

from analysis.show.link import cell
from analysis.show.numbers import decimals_of, fixed
from analysis.show.origin import origin
from analysis.show.select import one_key, some, where
from analysis.show.select import thresholds as threshold_rows
from analysis.show.tables.dress import dress
from analysis.show.words import inside, measure_label, sentence_case
from analysis.terms import Labels

# In the order of what they are for; the kinds are never mixed.
KINDS = {
    "between groups": "Between groups: is a difference worth the effort?",
    "within person": "Within a person: did this person improve?",
    "synthesis": "In a synthesis of trials",
}


def thresholds(rows: pd.DataFrame, labels: Labels) -> GT:
    """The thresholds of a measure in its points, by kind.

    Args:
        rows: result rows `threshold` of one question about one measure.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, several questions, or a threshold of the plan without a row.
    """
    own = some(where(rows, statistic="threshold"), "<question>.threshold.<measure>.<name>")
    question, key = one_key(own, "question"), one_key(own, "measure")
    measure = measure_label(labels, key)
    used, cells = [], []
    for kind, words in KINDS.items():
        for name, row in threshold_rows(own, labels, question, key, kind):
            used.append(row)
            size = (
                f"{cell(row, fixed(row.value, decimals_of(measure)))} {html.escape(measure.unit)}"
            )
            source = origin(rows, labels, row, name)
            cells.append(
                {"group": words, "row": sentence_case(name), "size": size, "source": source}
            )
    return dress(
        cells,
        used,
        labels,
        name="thresholds",
        title=f"Sizes that matter for {inside(measure.label)}",
        headings={"row": "Name", "size": "Size", "source": "Source"},
        group="group",
        texts=["source"],
    )
