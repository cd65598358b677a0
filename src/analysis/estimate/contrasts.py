"""What single trials print or state of two arms, without the arms' means: a row a comparison."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.published import Published
from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.verdict import STATED
from analysis.result.record import Result

# A statement has no number: below nought it favours the first arm, as less pain is below nought.
FAVOURS = {"a": -1, "neither": 0, "b": 1}


def estimate_contrasts(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """Every comparison of two arms that a text prints or states, as it stands there.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `contrasts`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows whose level is the key of the comparison, comparator the arms, week the time:
        `contrast` where a difference is printed with its interval, in the unit of its instrument;
        `stated` where the text says without such a number which arm did better (value -1 the
        first, 0 neither, 1 the second; p where one is printed exactly). What a text says in
        neither way has no row.

    Raises:
        UsageError: an unknown question, or a week or measure.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    lines = with_arms(trial.published).itertuples()
    return [row for line in lines if (row := contrast_row(line, asked)) is not None]


def with_arms(published: Published) -> pd.DataFrame:
    """The comparisons, with the words of arms that a text names by a key only."""
    table, arms = published.study_contrasts, published.study_arms
    if table.empty or arms.empty:
        return table
    words = arms.drop_duplicates(["study_id", "arm_id"]).set_index(["study_id", "arm_id"])
    known = words["arm_label"].to_dict()
    named = {
        name: [
            known.get((study, arm), arm)
            for study, arm in zip(table["study_id"], table[name], strict=True)
        ]
        for name in ("arm_a", "arm_b")
    }
    return table.assign(**named)


def contrast_row(line: tuple, asked: Asked, *, stated: str = STATED) -> Result | None:
    """A comparison as a row, as `estimate_contrasts` tells it; None where it says nothing.

    Args:
        line: a row of ``study_contrasts``, from `with_arms`.
        asked: the question as asked.
        stated: the statistic of what is stated without a number.
    """
    people = [line.n_a, line.n_b]
    place = {
        "level": str(line.row_id),
        "comparator": f"{line.arm_a} against {line.arm_b}",
        "week": None if pd.isna(line.week) else int(line.week),
        "n": None if pd.isna(people).any() else int(sum(people)),
        "p": _exact(line.p_value),
    }
    outcome = str(line.outcome).replace("_", " ")
    told = "; ".join(str(each) for each in (line.citation, line.where, _note(line)) if each)
    if pd.notna([line.effect, line.ci_low, line.ci_high]).all():
        ends = {"lower": float(line.ci_low), "upper": float(line.ci_high)}
        method = f"{outcome}; {line.effect_kind}, {line.instrument}; {told}"
        return asked.row("contrast", float(line.effect), method=method, **ends, **place)
    if pd.isna(line.favours_arm):
        return None
    how = "stated without a number" if line.effect_kind == "narrative" else "stated with p only"
    printed = "" if pd.isna(line.p_value) else f", p {line.p_value}"
    method = f"{outcome}; {how}{printed}; {told}"
    return asked.row(stated, FAVOURS[line.favours_arm], method=method, **place)


def _note(line: tuple) -> str:
    return "" if pd.isna(line.notes) else str(line.notes)


def _exact(printed: object) -> float | None:
    """A p value that is printed as a number; one that is printed as a bound is told in words."""
    try:
        value = float(str(printed))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
