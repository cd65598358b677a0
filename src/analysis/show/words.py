"""The words of a study: arms, measures, weeks and lists, ready for the inside of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

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
    """A baseline variable's words: of the measure where it is one, else its name as words."""
    if variable in labels.measures:
        measure = labels.measures[variable]
        return f"{measure.label} ({measure.unit})"
    return sentence_case(variable.replace("_", " "))


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
