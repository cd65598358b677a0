"""Rules of a plan: each strategy for an event is whole, and can be followed by who asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import Problem, listed
from analysis.plan.schema_questions import Estimand, EventStrategy, Question, Strategy

# A model of the course over weeks, which stands for what was not seen, can follow these.
OF_A_COURSE: tuple[Strategy, ...] = ("treatment policy", "hypothetical")
# An analysis of one week alone can also take a score that a strategy sets.
OF_ONE_WEEK: tuple[Strategy, ...] = (*OF_A_COURSE, "composite", "while on treatment")
# Kinds of question that fill in the course of who was not seen.
ABOUT_A_COURSE = ("missing", "tipping", "course", "durability", "relapse", "majority")
# Kinds of question that count people, so that one may count as a failure.
COUNTING = ("responders",)

_WHY_OTHER = "The number would answer another question than the estimand asks."


def composite_is_whole(estimands: dict[str, Estimand]) -> Iterator[Problem]:
    """A composite strategy says what an event counts as; another strategy does not."""
    for name, estimand in estimands.items():
        for index, handled in enumerate(estimand.intercurrent_events):
            key = ("estimands", name, "intercurrent_events", index)
            if handled.strategy == "composite" and handled.counts_as is None:
                yield Problem(
                    key,
                    f"The event `{handled.event}` is made part of the outcome, as nobody knows "
                    "what.",
                    "A composite strategy gives people with the event a score, or calls them a "
                    "failure.",
                    "Add `counts_as: failure`, `counts_as: worst score` or "
                    "`counts_as: baseline score`.",
                )
            if handled.strategy != "composite" and handled.counts_as is not None:
                yield Problem(
                    (*key, "counts_as"),
                    f"The strategy `{handled.strategy}` does not use `counts_as`.",
                    "A setting that is ignored would look planned and do nothing.",
                    "Remove `counts_as`, or write `strategy: composite`.",
                )


def strategies_can_be_estimated(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[Problem]:
    """The methods of a question can follow the strategies of its estimand."""
    for question in questions.values():
        if question.estimate not in ("change", "secondary", *ABOUT_A_COURSE, *COUNTING):
            continue
        if question.estimand not in estimands:
            continue
        known = followed_by(question)
        for index, handled in enumerate(estimands[question.estimand].intercurrent_events):
            key = ("estimands", question.estimand, "intercurrent_events", index)
            if handled.strategy == "composite" and handled.counts_as is None:
                continue  # what is not whole is told as such, once
            if handled.strategy not in known:
                yield Problem(
                    (*key, "strategy"),
                    f"The strategy `{handled.strategy}` cannot be estimated by the methods of a "
                    f"question about it{_because(handled)}.",
                    _WHY_OTHER,
                    f"Available there: {listed(known)}. {_instead(handled)}",
                )
            elif handled.counts_as == "failure" and question.estimate not in COUNTING:
                yield Problem(
                    (*key, "counts_as"),
                    f"A failure has no score, and `{question.estimate}` is about scores.",
                    _WHY_OTHER,
                    "Write `counts_as: worst score` or `baseline score`, or ask about responders.",
                )


def followed_by(question: Question) -> tuple[Strategy, ...]:
    """The strategies that all methods of a question can follow."""
    if question.estimate in ("change", "secondary"):
        return OF_ONE_WEEK if set(question.methods) <= {"ancova", "unadjusted"} else OF_A_COURSE
    return OF_A_COURSE if question.estimate in ABOUT_A_COURSE else OF_ONE_WEEK


def _because(handled: EventStrategy) -> str:
    if handled.strategy == "principal stratum":
        return ": who would have had the event in the other arm is not seen, and is not estimated"
    return ": a score that a strategy sets is no part of a course over weeks"


def _instead(handled: EventStrategy) -> str:
    if handled.strategy == "principal stratum":
        return "Choose one of them, or leave the estimand without a question."
    return "Choose one of them, or ask with `methods: [ancova]`, which looks at one week alone."


# Rules that look at one part at a time.
EACH_ALONE = (composite_is_whole, strategies_can_be_estimated)
RULES = EACH_ALONE
