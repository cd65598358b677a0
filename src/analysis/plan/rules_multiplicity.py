"""Rules of a plan: families of comparisons name what is compared, once, and can be adjusted."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import KeyPath, Problem, listed
from analysis.plan.rules_words import repeated
from analysis.plan.schema_multiplicity import Family
from analysis.plan.schema_questions import Estimand, Question
from analysis.plan.schema_trial import Visit

_WHY_ONCE = "A comparison that stands in two families would have two adjusted p values."


def families_compare(
    questions: dict[str, Question], estimands: dict[str, Estimand], schedule: tuple[Visit, ...]
) -> Iterator[Problem]:
    """A family names arms of the estimand and weeks after baseline, each once."""
    weeks = [visit.week for visit in schedule if visit.week > 0]
    for name, question, estimand in _with_families(questions, estimands):
        key = ("questions", name, "multiplicity")
        # A difference without a comparator is told by another rule.
        if estimand.summary == "mean change":
            yield Problem(
                key,
                "Without a comparator nothing is compared, so nothing can be adjusted.",
                "A mean change within an arm is no comparison between programmes.",
                "Remove `multiplicity`, or name a comparator.",
            )
            continue
        for index, family in enumerate(question.multiplicity):
            yield from repeated(family.arms, (*key, index, "arms"), "arm")
            yield from repeated(family.weeks, (*key, index, "weeks"), "week")
            yield from _among(family.arms, estimand.treatments.arms, (*key, index, "arms"))
            yield from _among(family.weeks, weeks, (*key, index, "weeks"))


def families_share_nothing(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[Problem]:
    """A comparison stands in one family; there is more than one; the planned week is in the first.

    What comes first is tested at the full level, so the week of the estimand belongs there.
    """
    for name, question, estimand in _with_families(questions, estimands):
        key = ("questions", name, "multiplicity")
        told: set[tuple[str, int]] = set()
        for index, family in enumerate(question.multiplicity):
            pairs = set(_pairs(family, estimand))
            if pairs & told:
                arm, week = sorted(pairs & told)[0]
                yield Problem(
                    (*key, index),
                    f"`{arm}` at week {week} stands in an earlier family too.",
                    _WHY_ONCE,
                    "Keep it in one of them.",
                )
            told |= pairs
        if len(told) == 1:
            yield Problem(
                key,
                "One comparison alone needs no adjustment.",
                "Its p value is what it was.",
                "Remove `multiplicity`, or name the other comparisons.",
            )
        first = {week for _, week in _pairs(question.multiplicity[0], estimand)}
        if estimand.variable.week not in first:
            yield Problem(
                (*key, 0, "weeks"),
                f"The first family leaves out week {estimand.variable.week} of the estimand.",
                "Families are tested in their order, and the main comparison would have to wait.",
                "Put the family of that week first.",
            )


def families_fit_the_method(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[Problem]:
    """Several weeks in one family need the model of all weeks."""
    for name, question, estimand in _with_families(questions, estimands):
        for index, family in enumerate(question.multiplicity):
            weeks = family.weeks or (estimand.variable.week,)
            if len(weeks) > 1 and question.methods[:1] == ("ancova",):
                yield Problem(
                    ("questions", name, "multiplicity", index, "weeks"),
                    "A family of several weeks needs `mmrm` as the main method.",
                    "ANCOVA fits each week by itself, and does not know how weeks go together.",
                    "Write `methods: [mmrm, ancova]`, or a family for each week.",
                )


def _pairs(family: Family, estimand: Estimand) -> list[tuple[str, int]]:
    return family.comparisons(estimand.treatments.arms, estimand.variable.week)


def _with_families(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[tuple[str, Question, Estimand]]:
    for name, question in questions.items():
        asked = question.estimate == "change" and question.multiplicity
        if asked and question.estimand in estimands:
            yield name, question, estimands[question.estimand]


def _among(given: tuple, known: list | tuple, key: KeyPath) -> Iterator[Problem]:
    strange = [str(each) for each in given if each not in known]
    if strange:
        yield Problem(
            key,
            f"The question does not compare: {listed(strange)}.",
            "There would be no estimate to adjust.",
            f"Choose from: {listed([str(each) for each in known])}.",
        )


# Rules that look at one question at a time.
EACH_ALONE = (families_compare, families_share_nothing, families_fit_the_method)
RULES = EACH_ALONE
