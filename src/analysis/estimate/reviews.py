"""What systematic reviews printed: each pooled result with its source, nothing calculated."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import understand
from analysis.result.record import Result

# Rows that repeat single trials of a review; the synthesis shows them.
SINGLE_TRIALS = "_study"


def estimate_reviews(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The pooled results of systematic reviews, as printed.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `reviews`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows `review`, in the unit that the review prints: level is the key of the result
        (`review:outcome`), comparator what was compared, n the people, n_observed the trials,
        method the certainty as printed, the citation and the place. Results that a review states
        without a number have none here.

    Raises:
        UsageError: an unknown question, or a week or measure.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    printed = trial.published.reviews
    told = printed["estimate"].notna() & ~printed["review_id"].str.endswith(SINGLE_TRIALS)
    return [
        asked.row(
            "review",
            line.estimate,
            level=line.key,
            comparator=line.comparison,
            lower=_number(line.ci_low),
            upper=_number(line.ci_high),
            n=_number(line.n),
            n_observed=_number(line.k),
            method=_source(line),
        )
        for line in printed[told].itertuples()
    ]


def _source(line: tuple) -> str:
    certainty = "" if pd.isna(line.certainty) else f"certainty as printed: {line.certainty}; "
    read = {"yes": "", "secondary": "; read in another text"}.get(line.verified, "")
    return f"{certainty}{line.citation}; {line.where}{read}"


def _number(cell: float) -> float | None:
    return None if pd.isna(cell) else float(cell)
