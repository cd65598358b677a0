"""How the scores of one person hang together from visit to visit."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.show.link import cell
from analysis.show.numbers import CORRELATION_DECIMALS, fixed
from analysis.show.select import maybe, one_key, records, some, where
from analysis.show.tables.dress import dress, source
from analysis.show.words import inside, measure_label, sentence_case, week_label
from analysis.terms import Labels


def correlations(rows: pd.DataFrame, labels: Labels) -> GT:
    """The model's correlations between visits: the lower triangle.

    Args:
        rows: result rows `correlation` of one question: one visit in `week`, the later in `level`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    own = some(
        where(rows, statistic="correlation"), "<question>.correlation.<measure>.<week>.<level>"
    )
    measure = measure_label(labels, one_key(own, "measure"))
    one_key(own, "question")
    weeks = [int(week) for week in dict.fromkeys(own["week"])]
    cells = []
    for level in dict.fromkeys(own["level"]):
        line = {"row": sentence_case(str(level))}
        for week in weeks:
            row = maybe(own, week=week, level=level)
            line[f"week_{week}"] = (
                "" if row is None else cell(row, fixed(row.value, CORRELATION_DECIMALS))
            )
        cells.append(line)
    return dress(
        cells,
        records(own),
        labels,
        name="correlations",
        title=f"Correlations of {inside(measure.label)} between visits",
        headings={"row": "Visit"} | {f"week_{week}": week_label(week) for week in weeks},
        notes=source(records(own), labels),
    )
