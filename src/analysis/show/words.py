"""The words of a study: arms, measures, weeks and lists, ready for the inside of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.errors import ClaimError
from analysis.terms import Labels, MeasureLabel


def arm_label(labels: Labels, arm: str) -> str:
    """An arm's words as in the plan.

    Raises:
        ClaimError: the plan has no such arm.
    """
    if arm not in labels.arms:
        raise ClaimError(
            f"The arm '{arm}' of a result row has no words.",
            where="labels.arms",
            why="The row cannot be shown under a name that a reader knows.",
            do="Make the rows and the labels from the same plan.",
        )
    return labels.arms[arm]


def measure_label(labels: Labels, measure: str) -> MeasureLabel:
    """A measure's words, unit, range and direction.

    Raises:
        ClaimError: the plan has no such measure.
    """
    if measure not in labels.measures:
        raise ClaimError(
            f"The measure '{measure}' of a result row has no words.",
            where="labels.measures",
            why="Without its unit and direction the number would be read wrongly.",
            do="Make the rows and the labels from the same plan.",
        )
    return labels.measures[measure]


def variable_label(labels: Labels, variable: str) -> str:
    """A baseline variable's words and unit: of the measure, of the dictionary, else its name."""
    if variable in labels.measures:
        measure = labels.measures[variable]
        return f"{measure.label} ({measure.unit})"
    if words := labels.variables.get(variable):
        return words
    return sentence_case(variable.replace("_", " "))


def left_out_label(labels: Labels, reason: str) -> str:
    """Why the model cannot hold a person: `no <column>` in the column's words."""
    column = reason.removeprefix("no ")
    if column == reason or column not in labels.variables:
        return reason.replace("_", " ")
    return f"no {inside(labels.variables[column])}"


def method_label(level: str) -> str:
    """The words of a further method, which the rows carry as their level."""
    return level.upper() if level in ("ancova", "mmrm") else level


def estimand_labels(labels: Labels, keys: Sequence[str]) -> list[str]:
    """The words of estimands; the key itself where the study has no words for it."""
    return [labels.estimands.get(key, key) for key in keys]


def people_word(number: float) -> str:
    """`person` or `people`, to stand after a number."""
    return "person" if number == 1 else "people"


def compared(rows: Sequence[Any]) -> list[str]:
    """That the method, and not these numbers, was compared with a reference; else nothing."""
    folders = dict.fromkeys(str(row.verified) for row in rows if not pd.isna(row.verified))
    return [
        f"The method was compared with R's {folder.rpartition('/')[2]} on reference trials "
        f"({folder})"
        for folder in folders
    ]


def begin(labels: Labels, words: str) -> str:
    """The start of a paragraph, which says first where the rows are no real people's."""
    return f"{labels.start}, {inside(words)}" if labels.start else words


def inside(label: str) -> str:
    """A label as it reads inside a sentence: `Usual care` becomes `usual care`, `TENS` stays."""
    if len(label) > 1 and (label[1].isupper() or label[1].isdigit()):
        return label
    return label[:1].lower() + label[1:]


def sentence_case(words: str) -> str:
    """Words with a capital at the start."""
    return words[:1].upper() + words[1:]


def joined(words: Sequence[str]) -> str:
    """Words as a list in prose: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def with_unit(number: str, unit: str) -> str:
    """A number and its unit, held together at the end of a line."""
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def week_label(week: int) -> str:
    """A visit's words."""
    return "Baseline" if week == 0 else f"Week {week}"


def better(measure: MeasureLabel) -> str:
    """Which way is better, as the plan says it."""
    return "lower is better" if measure.lower_is_better else "higher is better"
