"""The trials of the main synthesis as the funnel draws them: one effect and standard error each."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from analysis.show.evidence import of_pool, own_rows, pooled_rows, study_label
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, span
from analysis.show.select import absent
from analysis.show.tables.dress import dress
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_HEADINGS = {
    "row": "Trial",
    "effects": "Effects",
    "effect": "Effect",
    "se": "Standard error",
    "interval": "Interval",
}


def funnel(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each trial with its precision, and how the halves of them lie about the pool.

    Args:
        rows: result rows `pooled`, `trial_effect` and `funnel_limit` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool, or no trials.
    """
    rows = own_rows(rows, "funnel_limit")
    main = pooled_rows(rows)[0]
    key = str(main.level)
    trials = of_pool(rows, "trial_effect", key)
    if not trials:
        raise absent(f"<question>.trial_effect.{main.measure}.{key}:<trial>")
    measure = measure_label(labels, main.measure)
    decimals = decimals_of(measure)
    cells = [
        {
            "row": study_label(labels, row),
            "effects": link(row, count(row.n)),
            "effect": cell(row, fixed(row.value, decimals)),
            "se": link(row, fixed(row.se, decimals)),
            "interval": link(row, span(row.lower, row.upper, decimals)),
        }
        for row in trials
    ]
    return dress(
        cells,
        trials,
        labels,
        name="funnel",
        title=f"{measure.label} ({measure.unit}): one effect a trial, by its precision",
        headings=_HEADINGS | {"interval": sentence_case(interval_words(rows, str(main.question)))},
        notes=[
            "Negative favours the training. Several effects of one trial are brought together by "
            "the people that they share.",
            *(
                f"Of {count(row.n)} {str(row.level).partition(': ')[2]} trials "
                f"{link(row, count(row.value))} lie on the side of the pool that favours the "
                "training."
                for row in of_pool(rows, "funnel_side", key)
            ),
        ],
    )
