"""Rules of a plan: subgroups are named beforehand, each once, where they are asked about."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import Problem
from analysis.plan.rules_words import repeated
from analysis.plan.schema_questions import Question


def subgroups_named(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question about subgroups names at least one, each by its own label."""
    for name, question in questions.items():
        if question.estimate != "subgroups":
            continue
        key = ("questions", name, "subgroups")
        yield from repeated((each.label for each in question.subgroups), key, "subgroup")
        if not question.subgroups:
            yield Problem(
                ("questions", name),
                "A question about subgroups has no `subgroups`.",
                "A subgroup that is chosen after the result is seen can be chosen by the result.",
                "Name each with `variable`, `label` and `expected`.",
            )


EACH_ALONE = (subgroups_named,)
RULES = EACH_ALONE
