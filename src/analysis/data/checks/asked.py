"""What the questions of the plan need of the participants: their columns, of a kind that fits."""

from __future__ import annotations

from collections.abc import Iterator

from analysis import terms
from analysis.data.columns import Column
from analysis.data.dictionary import Key
from analysis.data.problems import Problem
from analysis.plan.problem import key_text, listed, nearest
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Question

# Words of a covariate that the model knows from the visits, not from the participants.
SPECIAL = (terms.BASELINE, terms.ARM, terms.VISIT)
FITTING = ("integer", "number", "category", "yes_no")
DERIVED = f"{terms.BASELINE}_"


def check_asked(columns: dict[Key, Column], plan: Plan) -> list[Problem]:
    """Covariates and baseline variables that the participants do not have, or not as such.

    Args:
        columns: the columns of all tables.
        plan: the analysis plan.

    Returns:
        Errors; their file is the plan's and their column the key in the plan.
    """
    own = {c.column: c for c in columns.values() if c.table == "participants"}
    found: list[Problem] = []
    for name, question in plan.questions.items():
        for key, word in _covariates(name, question):
            measure = word.removeprefix(DERIVED)
            if word not in SPECIAL and not (word.startswith(DERIVED) and measure in plan.measures):
                found += _column(plan, key, word, own, (terms.BASELINE,))
        for index, word in enumerate(question.variables):
            if word not in plan.measures:
                key = key_text(("questions", name, "variables", index))
                found += _column(plan, key, word, own, tuple(plan.measures))
    return found


def _covariates(name: str, question: Question) -> Iterator[tuple[str, str]]:
    """Every part of every term, with its key in the plan."""
    if question.estimate != "change":
        return
    for index, term in enumerate(question.options.covariates):
        key = key_text(("questions", name, "options", "covariates", index))
        yield from ((key, part) for part in term.split(":"))


def _column(
    plan: Plan, key: str, word: str, own: dict[str, Column], besides: tuple[str, ...]
) -> Iterator[Problem]:
    file = f"plans/{plan.study.name}.yaml"
    if word in own and own[word].type in FITTING:
        return
    if word in own and word not in (terms.PARTICIPANT, terms.ARM):
        rule = f"`{word}` is of type {own[word].type}: neither a number nor a category"
        do = f"describe it in dictionary.csv as one of {listed(FITTING)}, or take it out"
        yield Problem(file, None, key, rule, do)
        return
    offered = [name for name, c in own.items() if not c.shared and c.type in FITTING]
    known = [*besides, *offered]
    near = nearest(word, known)
    rule = f"`{word}` is no column of the participants"
    if "variables" in key:
        rule += " and no measure"
    do = (f"did you mean `{near}`? " if near else "") + f"There are: {listed(known)}"
    yield Problem(file, None, key, rule, do)
