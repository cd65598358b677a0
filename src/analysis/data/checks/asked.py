"""What the questions of the plan need of the participants: their columns, of a kind that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analysis import terms
from analysis.data.columns import Column
from analysis.data.dictionary import Key
from analysis.data.problems import Problem
from analysis.plan.problem import KeyPath, key_text, listed, nearest
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Question
from analysis.plan.schema_subgroups import Subgroup

# Words of a covariate that the model knows from the visits, not from the participants.
SPECIAL = (terms.BASELINE, terms.ARM, terms.VISIT)
NUMBERS = ("integer", "number")
FITTING = (*NUMBERS, "category", "yes_no")
DERIVED = f"{terms.BASELINE}_"


def check_asked(
    columns: dict[Key, Column], plan: Plan, line: Callable[[KeyPath], int | None] = lambda key: None
) -> list[Problem]:
    """Columns that a question of any kind names and the participants do not have, or not as such.

    Args:
        columns: the columns of all tables.
        plan: the analysis plan.
        line: from a key to its line in the plan's file; None where it is not known.

    Returns:
        Errors; their file is the plan's and their column the key in the plan.
    """
    own = {c.column: c for c in columns.values() if c.table == "participants"}
    asked = _Asked(plan, own, line)
    found: list[Problem] = []
    for name, question in plan.questions.items():
        key = ("questions", name)
        found += asked.covariates(question, (*key, "options", "covariates"))
        found += asked.variables(question, (*key, "variables"))
        for index, each in enumerate(question.subgroups):
            found += asked.subgroup(each, (*key, "subgroups", index))
    return found


@dataclass(frozen=True)
class _Asked:
    """The plan, the columns of the participants, and the lines of the plan's keys."""

    plan: Plan
    own: dict[str, Column]
    line: Callable[[KeyPath], int | None]

    def covariates(self, question: Question, key: KeyPath) -> Iterator[Problem]:
        """Every part of every term."""
        for index, term in enumerate(question.options.covariates):
            for part in term.split(":"):
                if part not in SPECIAL and not self._derived(part):
                    yield from self._column((*key, index), part, (terms.BASELINE,))

    def variables(self, question: Question, key: KeyPath) -> Iterator[Problem]:
        """What is described at baseline: columns and measures."""
        for index, word in enumerate(question.variables):
            if word not in self.plan.measures:
                measures = tuple(self.plan.measures)
                yield from self._column((*key, index), word, measures, " and no measure")

    def subgroup(self, each: Subgroup, key: KeyPath) -> Iterator[Problem]:
        """What parts the participants: a category, or a number with the value to part it at."""
        word, place = each.variable, (*key, "variable")
        if word == terms.ARM:
            do = "name another column, or take the subgroup out"
            yield self._problem(place, "the arms are what is compared, not a subgroup", do)
            return
        start = word == terms.BASELINE or self._derived(word)
        found = [] if start else [*self._column(place, word, (terms.BASELINE,))]
        yield from found
        number = start or (not found and self.own[word].type in NUMBERS)
        if number and each.cut is None:
            do = "add `cut`, the value that parts it, or name a column of categories"
            yield self._problem(place, f"`{word}` is a number, and the subgroup has no cut", do)

    def _derived(self, word: str) -> bool:
        measure = word.removeprefix(DERIVED)
        return word.startswith(DERIVED) and measure in self.plan.measures

    def _column(
        self, key: KeyPath, word: str, besides: tuple[str, ...], nor: str = ""
    ) -> Iterator[Problem]:
        if word in self.own and self.own[word].type in FITTING:
            return
        if word in self.own and word != terms.PARTICIPANT:
            kind = self.own[word].type
            rule = f"`{word}` is of type {kind}: neither a number nor a category"
            do = f"describe it in dictionary.csv as one of {listed(FITTING)}, or take it out"
            yield self._problem(key, rule, do)
            return
        offered = [n for n, c in self.own.items() if not c.shared and c.type in FITTING]
        known = [*besides, *offered]
        near = nearest(word, known)
        rule = f"`{word}` is no column of the participants{nor}"
        do = (f"did you mean `{near}`? " if near else "") + f"There are: {listed(known)}"
        yield self._problem(key, rule, do)

    def _problem(self, key: KeyPath, rule: str, do: str) -> Problem:
        file = f"plans/{self.plan.study.name}.yaml"
        return Problem(file, self.line(key), key_text(key), rule, do)
