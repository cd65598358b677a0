"""Rules of a plan: the grid of a tipping point can be walked, and starts from one assumption."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import Problem
from analysis.plan.schema_questions import Estimand, Question
from analysis.plan.schema_trial import Measure

# Points along one side: more are not told apart in a figure.
MOST = 61


def grid_is_said(questions: dict[str, Question]) -> Iterator[Problem]:
    """A tipping point has a grid and one assumption to start from."""
    for name, question in questions.items():
        key = ("questions", name)
        if question.estimate != "tipping":
            continue
        if question.grid is None:
            yield Problem(
                key,
                "A tipping point has no `grid`.",
                "How far absent scores may be moved would be a choice that nobody made.",
                "Add `grid: {arm: [0, 30], comparator: [0, 30], step: 2}`, in points.",
            )
        if question.imputation is not None and len(question.imputation.assumptions) > 1:
            yield Problem(
                (*key, "imputation", "assumptions"),
                "A tipping point starts from one assumption, and several are named.",
                "It would not be clear which of them is moved.",
                "Keep one, such as `mar`.",
            )


def grid_can_be_walked(
    questions: dict[str, Question], estimands: dict[str, Estimand], measures: dict[str, Measure]
) -> Iterator[Problem]:
    """Both sides of the grid rise, in steps that are not too many, within the measure's range."""
    for name, question in questions.items():
        if question.estimate != "tipping" or question.grid is None:
            continue
        grid, key = question.grid, ("questions", name, "grid")
        if grid.step <= 0:
            yield Problem(
                (*key, "step"),
                "The step is not above 0.",
                "The grid would never end.",
                "Write a positive number of points, such as 2.",
            )
            continue
        widest = _width(question, estimands, measures)
        for side, (low, high) in (("arm", grid.arm), ("comparator", grid.comparator)):
            if low > high or (high - low) / grid.step > MOST - 1:
                yield Problem(
                    (*key, side),
                    f"From {low:g} to {high:g} by {grid.step:g} is no grid of 1 to {MOST} points.",
                    "It cannot be walked, or shows no more than a wider step would.",
                    "Write [least, most] in points of the measure, and a step that fits.",
                )
            elif widest is not None and max(abs(low), abs(high)) > widest:
                yield Problem(
                    (*key, side),
                    f"{max(abs(low), abs(high)):g} points are more than the measure's range.",
                    "No score can be that much worse or better.",
                    f"Stay within {widest:g} points.",
                )


def _width(
    question: Question, estimands: dict[str, Estimand], measures: dict[str, Measure]
) -> float | None:
    """The width of the measure's range; None where the plan does not define it."""
    if question.estimand not in estimands:
        return None
    measure = measures.get(estimands[question.estimand].variable.measure)
    return None if measure is None else measure.range[1] - measure.range[0]


# Rules that look at one question at a time.
EACH_ALONE = (grid_is_said, grid_can_be_walked)
RULES = EACH_ALONE
