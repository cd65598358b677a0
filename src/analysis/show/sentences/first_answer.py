"""Whether the mixed model of a section is that of the front of the report, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.assumed import MODEL
from analysis.show.link import link, prose
from analysis.show.select import in_order, maybe, where
from analysis.show.sentences.phrase import amount, arm_words, departures, paragraph
from analysis.show.words import begin, joined, measure_label
from analysis.terms import Labels

_SAME = "the same model"


def beside_first_answer(rows: pd.DataFrame, labels: Labels) -> str:
    """How the mixed model of a section stands to the main question's, before any assumption.

    Args:
        rows: result rows of a question `missing`; nothing is said without rows `first_answer`.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML: that both are one model, or how they differ and by how much.
    """
    found = in_order(where(rows, statistic="first_answer"), labels)
    if not found:
        return ""
    first = found[0]
    week = link(first, str(int(first.week)))
    if first.level == _SAME:
        words = (
            f"The mixed model at week {week} is the one that the plan asks about first, so its "
            "figures are those of the front of the report"
        )
        return paragraph([begin(labels, words), *departures(found)])
    words = (
        "The mixed model of this section is not the one that the plan asks about first, whose "
        f"answer is at the front of the report: the plan gives it {prose(str(first.level))}"
    )
    pairs = [pair for row in found if (pair := _pair(row, rows, labels))]
    return paragraph(
        [
            begin(labels, words),
            "So their figures part before anything is assumed about absent scores: at week "
            f"{week}, {joined(pairs)}",
            "Hold the assumptions below against the mixed model of this section: the step from the "
            "front of the report to it comes from the model and from no score that is absent",
            _models(first, rows),
            *departures(found),
        ]
    )


def _models(first: Any, rows: pd.DataFrame) -> str:
    here = _here(first, rows)
    if here is None:
        return ""
    # A method may name weeks, so it leads to its row as numbers do.
    return (
        f"The model here: {link(here, str(here.method))}; the one at the front: "
        f"{link(first, str(first.method))}"
    )


def _here(row: Any, rows: pd.DataFrame) -> Any | None:
    """The same comparison by the mixed model of the section."""
    own = where(rows, question=row.question, arm=row.arm, week=row.week, level=MODEL)
    return maybe(own, statistic="difference") or maybe(own, statistic="change")


def _pair(row: Any, rows: pd.DataFrame, labels: Labels) -> str:
    here = _here(row, rows)
    if here is None:
        return ""
    measure = measure_label(labels, row.measure)
    return (
        f"{amount(here, measure)} here beside {amount(row, measure)} at the front with "
        f"{arm_words(labels, row.arm)}"
    )
