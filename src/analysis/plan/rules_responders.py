"""Rules of a plan: a response is a size that somebody gave reasons for, and it can be counted."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import KeyPath, Problem, listed
from analysis.plan.rules_estimands import unknown
from analysis.plan.rules_questions import USES
from analysis.plan.rules_words import repeated
from analysis.plan.schema_questions import Estimand, Question
from analysis.plan.schema_responders import Responding
from analysis.plan.schema_trial import Measure, Study, Visit

OF_SHARES = ("difference in shares", "share of responders")
WITHIN = "within person"

_WHY_COUNTED = "Who responds is counted person by person, so each needs a score of one person."
_WHY_SUMMARY = "The number would answer another question than the estimand asks."


def summary_fits_the_question(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[Problem]:
    """Responders are asked by an estimand of shares, and no other question is."""
    for question in questions.values():
        if "estimand" not in USES[question.estimate] or question.estimand not in estimands:
            continue
        summary = estimands[question.estimand].summary
        shares = question.estimate == "responders"
        if shares != (summary in OF_SHARES):
            do = listed(OF_SHARES) if shares else "`difference in means` or `mean change`"
            yield Problem(
                ("estimands", question.estimand, "summary"),
                f"The summary `{summary}` does not go with a question about {question.estimate}.",
                _WHY_SUMMARY,
                f"Write {do}, or give the question an estimand of its own.",
            )


def responders_are_drawn(questions: dict[str, Question]) -> Iterator[Problem]:
    """Absent scores are drawn as single people have them."""
    for key, question in _asked(questions):
        made = question.imputation
        if made is not None and made.method.startswith("condmean"):
            yield Problem(
                (*key, "imputation", "method"),
                f"Responders cannot be counted with `method: {made.method}`.",
                f"{_WHY_COUNTED} It fills means of scores, which lie closer together.",
                "Write `method: bootstrap`, or `method: bayes`.",
            )


def responders_are_real(questions: dict[str, Question], study: Study) -> Iterator[Problem]:
    """Pseudo-participants have no scores of single people."""
    for key, _ in _asked(questions):
        if study.pseudo_participants:
            yield Problem(
                key,
                "A question about responders is asked of pseudo-participants.",
                f"{_WHY_COUNTED} Theirs were made to fit published means.",
                "Remove the question.",
            )


def thresholds_exist(
    questions: dict[str, Question], estimands: dict[str, Estimand], measures: dict[str, Measure]
) -> Iterator[Problem]:
    """The thresholds of a question are ones within a person of its measure, each once."""
    for key, question in _asked(questions):
        if question.estimand not in estimands:
            continue
        name = estimands[question.estimand].variable.measure
        if name not in measures:
            continue
        known = [each.name for each in measures[name].thresholds if each.kind == WITHIN]
        if not known:
            yield Problem(
                key,
                f"The measure `{name}` has no threshold within a person.",
                "Nothing says how much better counts as a response.",
                "Give the measure one with its citation, under `thresholds`.",
            )
            continue
        named = _responding(question).thresholds
        yield from repeated(named, (*key, "responding", "thresholds"), "threshold")
        for place, each in enumerate(named):
            here = (*key, "responding", "thresholds", place)
            yield from unknown(each, known, here, "threshold within a person")


def lasting_fits(questions: dict[str, Question], schedule: tuple[Visit, ...]) -> Iterator[Problem]:
    """A response lasts from one planned visit to a later one."""
    weeks = [visit.week for visit in schedule if visit.week > 0]
    for key, question in _asked(questions):
        lasting = _responding(question).sustained
        if lasting is None:
            continue
        here = (*key, "responding", "sustained")
        for side in ("first", "last"):
            week = getattr(lasting, side)
            if week not in weeks:
                yield Problem(
                    (*here, side),
                    f"Week {week} is not a planned visit after baseline.",
                    "Nothing is measured then, so nobody could respond.",
                    f"Write one of the weeks {', '.join(map(str, weeks))}.",
                )
        if lasting.first >= lasting.last:
            yield Problem(
                here,
                f"A response cannot last from week {lasting.first} to week {lasting.last}.",
                "It lasts from one visit to a later one.",
                "Write the earlier week as `first` and the later one as `last`.",
            )


def _asked(questions: dict[str, Question]) -> Iterator[tuple[KeyPath, Question]]:
    return ((("questions", n), q) for n, q in questions.items() if q.estimate == "responders")


def _responding(question: Question) -> Responding:
    return question.responding or Responding()


# Rules that look at one question at a time.
EACH_ALONE = (
    summary_fits_the_question,
    responders_are_drawn,
    responders_are_real,
    thresholds_exist,
    lasting_fits,
)
RULES = EACH_ALONE
