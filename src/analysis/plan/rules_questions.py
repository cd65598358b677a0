"""Rules of a plan: each question has what its estimate needs, and nothing it would ignore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from analysis.plan.problem import KeyPath, Problem
from analysis.plan.rules_estimands import unknown
from analysis.plan.rules_words import repeated
from analysis.plan.schema_questions import Estimand, Estimator, Question

# What a question of each kind uses beside its label; whatever else it names would do nothing.
ALWAYS = ("label", "estimate")
USES: dict[Estimator, tuple[str, ...]] = {
    "change": ("estimand", "methods", "options", "multiplicity"),
    "secondary": ("estimand", "methods", "options"),
    "baseline": ("variables",),
    "flow": (),
    "missing": ("estimand", "options", "imputation"),
    "tipping": ("estimand", "options", "imputation", "grid"),
    "reviews": (),
    "contrasts": (),
    "shares": (),
    "synthesis": ("syntheses",),
    "course": ("estimand", "options", "course"),
    "durability": ("estimand", "options", "durability"),
    "relapse": ("estimand", "options", "relapse"),
    "majority": ("estimand", "options", "majority"),
    "safety": ("harms",),
    "responders": ("estimand", "options", "imputation", "responding"),
    "length": ("syntheses",),
    "network": ("syntheses",),
    "among": ("syntheses",),
    "claims": ("ledger",),
    "adherence": (),
    "dose": ("estimand", "options"),
    "subgroups": ("estimand", "options", "subgroups"),
}

# A secondary measure is asked as the main one is.
ABOUT_CHANGE = ("change", "secondary")

_WHY_IGNORED = "A setting that is ignored would look planned and do nothing."
_WHY_NEEDED = "The estimate would rest on a choice that nobody made."


def questions_asked(questions: dict[str, Question]) -> Iterator[Problem]:
    """Something is asked."""
    if not questions:
        yield Problem(
            ("questions",),
            "The plan asks no question.",
            "There is nothing to report.",
            "Write at least one, such as `estimate: change`.",
        )


def estimand_is_named(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question that is about an estimand names it."""
    for name, question in questions.items():
        if "estimand" in USES[question.estimate] and question.estimand is None:
            yield Problem(
                ("questions", name),
                f"A question about {question.estimate} has no `estimand`.",
                _WHY_NEEDED,
                "Write the key of one under `estimands`.",
            )


def change_has_methods(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question about change has a method, each once."""
    for name, question in _about_change(questions):
        key = ("questions", name)
        if not question.methods:
            yield Problem(
                key,
                "A question about change has no `methods`.",
                _WHY_NEEDED,
                "Write `methods: [mmrm]`; the first is the main one.",
            )
        yield from repeated(question.methods, (*key, "methods"), "method")


def covariates_differ(questions: dict[str, Question]) -> Iterator[Problem]:
    """Each covariate of a question stands once."""
    for name, question in _with_options(questions):
        key = ("questions", name, "options", "covariates")
        yield from repeated(question.options.covariates, key, "covariate")


def level_fits(questions: dict[str, Question]) -> Iterator[Problem]:
    """The level of an interval is a part of 1."""
    for name, question in _with_options(questions):
        if not 0.5 < question.options.level < 1:
            yield Problem(
                ("questions", name, "options", "level"),
                "The level of the interval does not lie between 0.5 and 1.",
                "The interval says how sure the estimate is.",
                "Write a part of 1: 0.95 for 95 %.",
            )


def degrees_fit_likelihood(questions: dict[str, Question]) -> Iterator[Problem]:
    """Kenward-Roger goes with restricted maximum likelihood only."""
    for name, question in _with_options(questions):
        options = question.options
        if not options.reml and options.df.startswith("kenward-roger"):
            yield Problem(
                ("questions", name, "options", "df"),
                f"`df: {options.df}` does not go with `reml: false`.",
                "Its correction is derived for the restricted likelihood only.",
                "Write `reml: true`, or `df: satterthwaite`.",
            )


def nothing_is_ignored(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question names only what its estimate uses."""
    for name, question in questions.items():
        used = (*ALWAYS, *USES[question.estimate])
        for each in fields(Question):
            given = getattr(question, each.name)
            if each.name not in used and given != each.default:
                yield _ignored(("questions", name, each.name), question)


def baseline_has_variables(questions: dict[str, Question]) -> Iterator[Problem]:
    """A question about baseline names variables, each once."""
    for name, question in questions.items():
        if question.estimate != "baseline":
            continue
        key = ("questions", name)
        yield from repeated(question.variables, (*key, "variables"), "variable")
        if not question.variables:
            yield Problem(
                key,
                "A question about baseline has no `variables`.",
                _WHY_NEEDED,
                "Write the columns to describe, such as [age, sex].",
            )


def estimands_exist(
    questions: dict[str, Question], estimands: dict[str, Estimand]
) -> Iterator[Problem]:
    """The estimand of a question is defined."""
    for name, question in questions.items():
        if question.estimand is not None:
            key = ("questions", name, "estimand")
            yield from unknown(question.estimand, list(estimands), key, "estimand")


def _about_change(questions: dict[str, Question]) -> Iterator[tuple[str, Question]]:
    return ((name, each) for name, each in questions.items() if each.estimate in ABOUT_CHANGE)


def _with_options(questions: dict[str, Question]) -> Iterator[tuple[str, Question]]:
    return ((name, each) for name, each in questions.items() if "options" in USES[each.estimate])


def _ignored(key: KeyPath, question: Question) -> Problem:
    return Problem(
        key,
        f"A question that estimates `{question.estimate}` does not use `{key[-1]}`.",
        _WHY_IGNORED,
        f"Remove `{key[-1]}`.",
    )


# Rules that look at one question at a time.
EACH_ALONE = (
    estimand_is_named,
    change_has_methods,
    covariates_differ,
    level_fits,
    degrees_fit_likelihood,
    nothing_is_ignored,
    baseline_has_variables,
    estimands_exist,
)
RULES = (questions_asked, *EACH_ALONE)
