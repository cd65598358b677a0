"""Rules of a plan: the stopping rule in numbers, and how harms are counted."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import Problem
from analysis.plan.rules_estimands import unknown
from analysis.plan.rules_words import repeated
from analysis.plan.schema_questions import Question
from analysis.plan.schema_trial import Arm, Measure

_WHY_STOPPING = "The training log is held against this size, and what it finds is reported as harm."
_WHY_HARMS = "A harm that is counted by another rule than the plan's is another harm."


def stopping_fits(arms: dict[str, Arm], measures: dict[str, Measure]) -> Iterator[Problem]:
    """A stopping rule in numbers names a measure, and sizes that its range can hold."""
    for name, arm in arms.items():
        if arm.programme is None or arm.programme.stopping is None:
            continue
        rule, key = arm.programme.stopping, ("arms", name, "programme", "stopping")
        yield from unknown(rule.measure, list(measures), (*key, "measure"), "measure")
        if rule.measure not in measures:
            continue
        low, high = measures[rule.measure].range
        for part, size in (("rise", rule.rise), ("new_pain", rule.new_pain)):
            if size is not None and not 0 < size <= high - low:
                yield Problem(
                    (*key, part),
                    f"`{part}` does not lie above 0 and up to {high - low:g}, the width of the "
                    "range.",
                    _WHY_STOPPING,
                    "Write the size in points of the measure, such as 20 on a scale of 100.",
                )


def harms_fit(questions: dict[str, Question]) -> Iterator[Problem]:
    """The days after a session are few, each reason stands once, the level is a part of 1."""
    for name, question in questions.items():
        if question.estimate != "safety":
            continue
        key = ("questions", name, "harms")
        yield from repeated(question.harms.reasons, (*key, "reasons"), "reason")
        if not 0 <= question.harms.days_after_session <= 6:
            yield Problem(
                (*key, "days_after_session"),
                "The days after a session do not lie between 0 and 6.",
                _WHY_HARMS,
                "Write a few days, such as 2; every day is soon after some session otherwise.",
            )
        if not 0.5 < question.harms.level < 1:
            yield Problem(
                (*key, "level"),
                "The level of the interval does not lie between 0.5 and 1.",
                _WHY_HARMS,
                "Write a part of 1: 0.95 for 95 %.",
            )


EACH_ALONE = (harms_fit,)
RULES = (stopping_fits, *EACH_ALONE)
