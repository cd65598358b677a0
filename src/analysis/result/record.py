"""One result: one statistic, the question and estimand it answers, its number and its source."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row of the long table that every table, figure and sentence is made from.

    Attributes:
        id: reads like a path: ``primary.difference.pain_vas.week16.bands``.
        question, estimand: keys of the plan.
        chapter: the notebook that asked.
        measure, week, arm, comparator: what the number is about; None where it does not apply.
        level: a category, a flow step or a threshold's name where one statistic has several.
        statistic: what the number is: ``difference``, ``ls_mean``, ``mean``, ``sd``, ``count``, ...
        value, se, df, lower, upper, p: the number and its precision, in the unit of the measure.
        n: people in the analysis; n_observed: people with a value at that week.
        method: the method in words, or the citation of a threshold.
        weighting: how LS means weigh the covariates.
        planned: False where a parameter departed from the plan.
        verified: folder under ``validation/`` that shows agreement with a reference, or None.
    """

    id: str
    question: str
    statistic: str
    value: float
    estimand: str | None = None
    chapter: str | None = None
    measure: str | None = None
    week: int | None = None
    arm: str | None = None
    comparator: str | None = None
    level: str | None = None
    se: float | None = None
    df: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    n: int | None = None
    n_observed: int | None = None
    method: str | None = None
    weighting: str | None = None
    planned: bool = True
    verified: str | None = None


# The order of the published table: who and what first, then the number, then its source.
COLUMNS = [
    "id",
    "question",
    "estimand",
    "chapter",
    "measure",
    "week",
    "arm",
    "comparator",
    "level",
    "statistic",
    "value",
    "se",
    "df",
    "lower",
    "upper",
    "p",
    "n",
    "n_observed",
    "method",
    "weighting",
    "planned",
    "verified",
]
_WHOLE = ["week", "n", "n_observed"]
_NUMBER = ["value", "se", "df", "lower", "upper", "p"]
_TEXT = [c for c in COLUMNS if c not in [*_WHOLE, *_NUMBER, "planned"]]


def result_id(question: str, statistic: str, *parts: str | int | None) -> str:
    """The path-like id of a result; empty parts are skipped, weeks read ``week16``."""
    words = [f"week{part}" if isinstance(part, int) else part for part in parts]
    return ".".join(
        [question, statistic, *(str(w).replace(" ", "_") for w in words if w is not None)]
    )


def to_frame(results: list[Result]) -> pd.DataFrame:
    """Results as the long table: columns in `COLUMNS`, one row a result, typed also when empty."""
    frame = pd.DataFrame([asdict(result) for result in results], columns=COLUMNS)
    types = {c: "Int64" for c in _WHOLE} | {c: "float64" for c in _NUMBER}
    types |= {c: "string" for c in _TEXT} | {"planned": "boolean"}
    return frame.astype(types)
