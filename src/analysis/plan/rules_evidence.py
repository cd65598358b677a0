"""Rules of a plan: what it asks of published studies, and what a plan without a trial may ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from analysis.plan.problem import Problem, listed
from analysis.plan.rules_estimands import unknown
from analysis.plan.rules_words import repeated
from analysis.plan.schema_evidence import JUDGED, Synthesis
from analysis.plan.schema_questions import Estimator, EvidenceEstimator, Question
from analysis.plan.schema_trial import EVIDENCE, Arm, Measure, Population, Study, Visit

OF_STUDIES: tuple[Estimator, ...] = get_args(EvidenceEstimator)
_WHY_EMPTY = "A synthesis has no participants; what is planned for them would do nothing."
POOLING = ("synthesis", "length", "network", "among")
_WHY_SET = "The pool would hold other studies than the plan's reader thinks."


def no_trial_of_its_own(
    study: Study,
    arms: dict[str, Arm],
    schedule: tuple[Visit, ...],
    populations: dict[str, Population],
) -> Iterator[Problem]:
    """An evidence synthesis has no arms, visits or populations."""
    if study.design != EVIDENCE:
        return
    for key, part, empty in (
        ("arms", arms, "{}"),
        ("schedule", schedule, "[]"),
        ("populations", populations, "{}"),
    ):
        if part:
            yield Problem(
                (key,),
                f"The design is `{EVIDENCE}`, and the plan has `{key}`.",
                _WHY_EMPTY,
                f"Write `{key}: {empty}`, or another design.",
            )


def asks_of_studies(study: Study, questions: dict[str, Question]) -> Iterator[Problem]:
    """A plan without a trial asks nothing of participants."""
    if study.design != EVIDENCE:
        return
    for name, question in questions.items():
        if question.estimate not in OF_STUDIES:
            yield Problem(
                ("questions", name, "estimate"),
                f"`{question.estimate}` is asked of participants, and there are none here.",
                _WHY_EMPTY,
                f"Ask one of {listed(OF_STUDIES)}.",
            )


def syntheses_are_chosen(
    syntheses: dict[str, Synthesis], measures: dict[str, Measure]
) -> Iterator[Problem]:
    """Each synthesis says which effects it holds, in one way, and of which measure."""
    for name, synthesis in syntheses.items():
        key = ("syntheses", name)
        yield from unknown(synthesis.measure, list(measures), (*key, "measure"), "measure")
        yield from repeated(synthesis.rows, (*key, "rows"), "row")
        yield from repeated(synthesis.comparators, (*key, "comparators"), "comparator")
        if bool(synthesis.rows) == bool(synthesis.comparators):
            yield Problem(
                key,
                "A synthesis names either `rows` or `comparators`.",
                _WHY_SET,
                "Keep one: keys of effects, or kinds of comparator such as [education/minimal].",
            )
        for domain in JUDGED:
            judged = getattr(synthesis.grade, domain) if synthesis.grade else None
            if judged is not None and not 0 <= judged.steps <= 2:
                yield Problem(
                    (*key, "grade", domain, "steps"),
                    "A domain takes 0, 1 or 2 steps down.",
                    "The certainty would say something that GRADE does not know.",
                    "Write 0, 1 or 2, with the reason.",
                )
        if not 0.5 < synthesis.level < 1:
            yield Problem(
                (*key, "level"),
                "The level of the interval does not lie between 0.5 and 1.",
                "The interval says how sure the pool is.",
                "Write a part of 1: 0.95 for 95 %.",
            )


def other_synthesis_exists(syntheses: dict[str, Synthesis]) -> Iterator[Problem]:
    """A synthesis is compared with one that is defined, of the same measure."""
    for name, synthesis in syntheses.items():
        key, other = ("syntheses", name, "minus"), synthesis.minus
        if other is None:
            continue
        yield from unknown(other, list(syntheses), key, "synthesis")
        if other in syntheses and syntheses[other].measure != synthesis.measure:
            yield Problem(
                key,
                f"`{name}` and `{other}` are about different measures.",
                "A difference of two scales means nothing.",
                "Compare syntheses of one measure.",
            )


def syntheses_exist(
    questions: dict[str, Question], syntheses: dict[str, Synthesis]
) -> Iterator[Problem]:
    """The syntheses of a question are defined, and there is one where the question needs it."""
    for name, question in questions.items():
        key = ("questions", name, "syntheses")
        yield from repeated(question.syntheses, key, "synthesis")
        for index, each in enumerate(question.syntheses):
            yield from unknown(each, list(syntheses), (*key, index), "synthesis")
        if question.estimate == "claims" and question.ledger is None:
            yield Problem(
                ("questions", name),
                "A question of the kind `claims` names no `ledger`.",
                "Nothing says which claims are to be weighed.",
                "Write the name of a file in `claims/`, without its ending.",
            )
        if question.estimate in POOLING and not question.syntheses:
            yield Problem(
                ("questions", name),
                f"A question of the kind `{question.estimate}` names no `syntheses`.",
                _WHY_SET,
                "Write the keys of one or more under `syntheses`; the first is the main one.",
            )


# Rules that look at one part at a time.
EACH_ALONE = (syntheses_are_chosen, syntheses_exist)
RULES = (no_trial_of_its_own, asks_of_studies, other_synthesis_exists, *EACH_ALONE)
