"""An open chapter: ask the plan's questions, show, draw, say, save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.answers import answer_rows
from analysis.estimate.asked import understand
from analysis.plan.main import main_question
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Estimator
from analysis.plan.wording import estimand_words
from analysis.result.record import to_frame
from analysis.result.store import write_results
from analysis.show.descriptions import DESCRIPTIONS, data_table
from analysis.show.display import (
    current_cell,
    display_figure,
    display_note,
    display_table,
    display_unasked,
    display_words,
)
from analysis.show.figures import FIGURES
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.tables.estimand import estimand
from analysis.show.unknown import unavailable, unknown
from analysis.study.known import known
from analysis.study.saving import refuse_finished
from analysis.terms import Labels


@dataclass(frozen=True)
class Answer:
    """The result rows of one question, as a chapter asked it."""

    question: str
    label: str
    rows: pd.DataFrame

    def __repr__(self) -> str:
        return f"{self.label} ({len(self.rows)} results)"


@dataclass(frozen=True)
class Chapter:
    """An open chapter: the derived data, the study's words, the run's folder, the answers so far.

    `by_hand` is whether a person runs it, not the runner. `parameters` are week and measure; None
    is as planned. `told` is what was said to be lacking, and in which cell last.
    """

    trial: Trial
    labels: Labels
    name: str
    folder: Path
    by_hand: bool
    parameters: dict[str, int | str | None]
    answers: dict[str, Answer] = field(default_factory=dict)
    told: dict[str, int | None] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The analysis plan."""
        return self.trial.plan

    def ask(self, question: str | None = None) -> Answer:
        """The answer to a question of the plan.

        Args:
            question: its key, or a kind (`flow`, `baseline`, `change`) for the first of that kind;
                None is the main question, the first about a change. A kind that the plan does not
                ask about is told in a note, and its answer has no rows.

        Raises:
            UsageError: the plan has no such question, week or measure.
            PlanError: the plan asks for what is not built.
            ModelError: the model cannot be fitted to these data.
        """
        if (name := self._key(question)) not in self.plan.questions:
            return self._unasked(name)
        rows = to_frame(answer_rows(self.trial, name, chapter=self.name, **self._given(name)))
        answer = Answer(name, self.plan.questions[name].label, rows)
        self.answers[name] = answer
        if not rows["planned"].all():
            words = "the week or measure asked about departs from the plan."
            display_note(f"**Not as planned:** {words}")
        return answer

    def estimand(self, question: str | None = None) -> None:
        """Display what a question asks, in the attributes of ICH E9(R1)."""
        if (name := self._key(question)) not in self.plan.questions:
            self._unasked(name)
            return
        given = self._given(name)
        understand(self.plan, name, chapter=self.name, **given)
        display_table(estimand(estimand_words(self.plan, name, **given), self.labels, name))

    def show(self, answer: Answer, kind: str) -> None:
        """Display a table.

        Args:
            answer: from `ask`.
            kind: a name of `analysis.show.TABLES`, such as `differences`.

        Raises:
            UsageError: no such table.
            ClaimError: the answer does not hold the rows that it needs.
        """
        make = TABLES[known(kind, TABLES, "table")]
        if self._can_show(answer, kind):
            display_table(make(answer.rows, self.labels))

    def draw(self, answer: Answer, kind: str) -> None:
        """Display a figure, with its words for those who cannot see it and its data below.

        Args:
            answer: from `ask`.
            kind: a name of `analysis.show.FIGURES`, such as `course`.

        Raises:
            UsageError: no such figure.
            ClaimError: the answer does not hold the rows that it needs.
        """
        make = FIGURES[known(kind, FIGURES, "figure")]
        if not self._can_show(answer, kind):
            return
        figure = make(answer.rows, self.labels)
        words = DESCRIPTIONS[kind](answer.rows, self.labels)
        display_figure(figure, words, data_table(kind, answer.rows, self.labels))

    def say(self, answer: Answer, kind: str) -> None:
        """Display a sentence; nothing where it does not apply.

        Args:
            answer: from `ask`.
            kind: a name of `analysis.show.SENTENCES`.

        Raises:
            UsageError: no such sentence.
            ClaimError: a number of the sentence has no result row.
        """
        make = SENTENCES[known(kind, SENTENCES, "sentence")]
        if self._can_show(answer, kind) and (words := make(answer.rows, self.labels)):
            display_words(words)

    def save(self) -> None:
        """Write the rows of all answers, whole or not at all: ``chapters/<chapter>.parquet``.

        Raises:
            UsageError: run by hand, and the run of this name was finished meanwhile.
            ClaimError: one id stands for two rows, as when a question was asked twice.
            DataError: the disk refuses the file.
        """
        if self.by_hand:
            refuse_finished(self.folder)
        rows = [answer.rows for answer in self.answers.values()]
        table = pd.concat(rows, ignore_index=True) if rows else to_frame([])
        path = self.folder / "chapters" / f"{self.name}.parquet"
        before = path.read_bytes() if path.is_file() else None
        write_results(table, path)
        if self.by_hand:
            words = f"{len(table)} results in `{Path(*path.parts[-5:]).as_posix()}`"
            if before not in (None, path.read_bytes()):
                words += ", in place of other results that an earlier run had saved there"
            display_note(f"**Saved:** {words}.")

    def _can_show(self, answer: Answer, kind: str) -> bool:
        """Whether there is something to show; what the data cannot tell is said in its place."""
        if answer.rows.empty and answer.question not in self.plan.questions:
            self._unasked(answer.question)
            return False
        words = unknown(kind, self.labels) or unavailable(kind, answer.rows)
        words = words if len(answer.rows) else ""
        if words:
            self._lacks(words)
        return len(answer.rows) > 0 and not words

    def _lacks(self, words: str) -> None:
        """Why something is not there: in full once, then in short, and once a cell."""
        self._tell(words, "Not known, for the reason given above.", display_note)

    def _tell(self, words: str, again: str, show: Callable[[str], None]) -> None:
        cell = current_cell()
        if words not in self.told:
            show(words)
        elif self.told[words] != cell:
            show(again)
        self.told[words] = cell

    def _unasked(self, kind: str) -> Answer:
        """A plan may ask no question of a kind; a chapter about it says so and goes on."""
        note = f"The plan asks no question of the kind {kind}; "
        note += "add one under questions to see it here."
        self._tell(note, f"Not asked: no question of the kind {kind}.", display_unasked)
        return Answer(kind, f"No question of the kind {kind}", to_frame([]))

    def _key(self, question: str | None) -> str:
        """Key of a question, or a kind that the plan has no question of."""
        questions, kinds = self.plan.questions, get_args(Estimator)
        if question in questions:
            return question
        if question is None and (main := main_question(self.plan)):
            return main
        of_kind = (key for key, each in questions.items() if each.estimate == question)
        word = question or "change"
        return next(of_kind, None) or known(word, [*questions, *kinds], "question")

    def _given(self, question: str) -> dict[str, int | str | None]:
        """Week and measure are of questions with an estimand only."""
        return {} if self.plan.questions[question].estimand is None else self.parameters
