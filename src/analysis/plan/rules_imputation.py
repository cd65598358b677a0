"""Rules of a plan: what absent scores are taken to be is said in full, and applies to some."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from analysis.plan.problem import KeyPath, Problem, listed
from analysis.plan.rules_estimands import unknown
from analysis.plan.rules_questions import USES
from analysis.plan.schema_imputation import Assumption, DeltaAmount, Imputation
from analysis.plan.schema_questions import Estimand, IntercurrentEvent, Question
from analysis.plan.schema_trial import Arm, Study, Visit

# Kinds of question that fill absent scores.
IMPUTING = tuple(kind for kind, used in USES.items() if "imputation" in used)
# What may stand under `by_event` besides the intercurrent events.
NO_EVENT = "no event recorded"
REFERRING = ("j2r", "cr", "cir")
FEWEST = 20

_WHY = "What absent scores are taken to be decides the answer, so nothing about it is guessed."
_WHY_NOTHING = "It would change nothing, and the result would look as if it had been used."


def imputation_is_said(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question that fills absent scores says how."""
    for name, question in questions.items():
        key = ("questions", name)
        if question.estimate in IMPUTING and question.imputation is None:
            yield Problem(
                key,
                f"A question that estimates `{question.estimate}` has no `imputation`.",
                _WHY,
                "Add `imputation:` with `assumptions:`, such as `mar: {label: missing at random}`.",
            )


def somebody_can_be_missing(questions: dict[str, Question], study: Study) -> Iterator[Problem]:
    """Nobody asks what was missing of rows that were made complete."""
    for name, question in questions.items():
        if question.estimate in ("missing", "tipping") and study.pseudo_participants:
            yield Problem(
                ("questions", name, "estimate"),
                f"`{question.estimate}` cannot be asked of pseudo-participants.",
                "They are complete because they were made so: nothing can be learned from that.",
                "Remove the question.",
            )


def assumptions_are_named(questions: dict[str, Question]) -> Iterator[Problem]:
    """At least one assumption is named."""
    for key, imputation in _imputing(questions):
        if not imputation.assumptions:
            yield Problem(
                (*key, "assumptions"),
                "No assumption is named.",
                _WHY,
                "Name at least one, such as `mar: {label: missing at random}`.",
            )


def draws_have_a_number(questions: dict[str, Question]) -> Iterator[Problem]:
    """The number of imputations, or the error wanted, is given once and where there is chance."""
    for key, each in _imputing(questions):
        if each.method == "condmean-jackknife":
            for name in ("imputations", "wanted_error"):
                if getattr(each, name) is not None:
                    yield Problem(
                        (*key, name),
                        f"`{name}` does not go with `method: condmean-jackknife`.",
                        "The jackknife leaves each person out once: there is no number to choose.",
                        f"Remove `{name}`, or choose another method.",
                    )
        elif each.imputations is not None and each.wanted_error is not None:
            yield Problem(
                (*key, "wanted_error"),
                "`imputations` and `wanted_error` are both given.",
                "The error follows from the number, so one of them would be ignored.",
                "Keep one of the two.",
            )
        if each.imputations is not None and each.imputations < FEWEST:
            yield Problem(
                (*key, "imputations"),
                f"{each.imputations} imputations are too few.",
                "Chance would move the estimate and its interval from seed to seed.",
                f"Write at least {FEWEST}; 500 or more are usual.",
            )
        if each.wanted_error is not None and each.wanted_error <= 0:
            yield Problem(
                (*key, "wanted_error"),
                "The wanted error is not above 0.",
                "It is how far chance may move the estimate, in points of the measure.",
                "Write a small positive number, such as 0.1.",
            )


def reference_fits(
    questions: dict[str, Question], estimands: dict[str, Estimand], arms: dict[str, Arm]
) -> Iterator[Problem]:
    """The reference arm is one of the estimand's; strategies that refer to an arm have one."""
    for name, question in _asked(questions):
        key = ("questions", name, "imputation")
        reference = question.imputation.reference
        if reference is not None:
            yield from unknown(reference, list(arms), (*key, "reference"), "arm")
        if question.estimand not in estimands:
            continue
        estimand = estimands[question.estimand]
        treatments = estimand.treatments
        inside = [*treatments.arms, treatments.comparator]
        if reference in arms and reference not in inside:
            yield Problem(
                (*key, "reference"),
                f"The arm `{reference}` is not in the estimand `{question.estimand}`.",
                "Its course is not estimated there, so nobody could follow it.",
                f"Write one of {listed([arm for arm in inside if arm])}.",
            )
        # A difference without a comparator is told by itself, once.
        compared = treatments.comparator or estimand.summary == "difference in means"
        if compared or reference is not None:
            continue
        for word, assumption in question.imputation.assumptions.items():
            if set(_strategies(assumption)) & set(REFERRING):
                yield Problem(
                    (*key, "assumptions", word),
                    f"The assumption `{word}` refers to another arm, and there is none.",
                    _WHY,
                    "Use `mar` or `lmcf` with a `delta`, or an estimand with a comparator.",
                )


def events_are_known(questions: dict[str, Question]) -> Iterator[Problem]:
    """A strategy stands beside an event that exists."""
    for key, assumption in _assumptions(questions):
        for event in assumption.by_event:
            known = [*get_args(IntercurrentEvent), NO_EVENT]
            yield from unknown(event, known, (*key, "by_event"), "event")


def deltas_fit(
    questions: dict[str, Question], arms: dict[str, Arm], schedule: tuple[Visit, ...]
) -> Iterator[Problem]:
    """Deltas name arms and visits that exist, and no score twice."""
    weeks = [visit.week for visit in schedule if visit.week > 0]
    for key, assumption in _assumptions(questions):
        for place, amount in enumerate(assumption.delta):
            here = (*key, "delta", place)
            for arm in amount.arms:
                yield from unknown(arm, list(arms), (*here, "arms"), "arm")
            for week in amount.weeks:
                if week not in weeks:
                    yield Problem(
                        (*here, "weeks"),
                        f"A delta is planned for week {week}, which is no visit after baseline.",
                        _WHY_NOTHING,
                        f"Write some of {', '.join(map(str, weeks))}.",
                    )
        if any(_overlap(a, b) for a, b in combinations(assumption.delta, 2)):
            yield Problem(
                (*key, "delta"),
                "Two deltas are planned for the same scores.",
                "Which of the two counts, or whether they add up, would be a guess.",
                "Give each arm, week and reason one amount; none named means all.",
            )


def _overlap(one: DeltaAmount, other: DeltaAmount) -> bool:
    pairs = [(getattr(one, key), getattr(other, key)) for key in ("arms", "weeks", "reasons")]
    return all(not a or not b or set(a) & set(b) for a, b in pairs)


def _strategies(assumption: Assumption) -> list[str]:
    return [assumption.strategy, *assumption.by_event.values(), *assumption.by_reason.values()]


def _asked(questions: dict[str, Question]) -> Iterator[tuple[str, Question]]:
    return ((n, q) for n, q in questions.items() if q.estimate in IMPUTING and q.imputation)


def _imputing(questions: dict[str, Question]) -> Iterator[tuple[KeyPath, Imputation]]:
    return ((("questions", n, "imputation"), q.imputation) for n, q in _asked(questions))


def _assumptions(questions: dict[str, Question]) -> Iterator[tuple[KeyPath, Assumption]]:
    for key, imputation in _imputing(questions):
        yield from (((*key, "assumptions", n), a) for n, a in imputation.assumptions.items())


# Rules that look at one question at a time.
EACH_ALONE = (
    imputation_is_said,
    somebody_can_be_missing,
    assumptions_are_named,
    draws_have_a_number,
    reference_fits,
    events_are_known,
    deltas_fit,
)
RULES = EACH_ALONE
