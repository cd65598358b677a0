"""The front page: the answer, the question as an estimand, and what departs from the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.plan.labels import labels_of
from analysis.plan.main import main_question
from analysis.plan.schema import Plan
from analysis.plan.wording import estimand_words
from analysis.report.answers import asked, headline, people
from analysis.report.provenance import outdated
from analysis.show.words import joined, sentence_case

# The plan's own word for what it leaves out.
NOT_STATED = "not stated"
_KINDS = {
    "data": "the data",
    "plan": "the plan",
    "program": "the program",
    "environment": "the libraries",
}
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Departure:
    """What was not done as planned or not now: in words, and the questions or chapters meant.

    `words` go before the parts, `whole` stands where they are listed further down.
    """

    words: str
    whole: str
    parts: Sequence[str]

    def text(self) -> str:
        """All of it as one line."""
        return f"{self.words}: {'; '.join(self.parts)}"


@dataclass(frozen=True, kw_only=True)
class Front:
    """What stands before the chapters; the answer and the people are HTML with links to rows.

    `questions` are the words of the plan's questions by their key.
    """

    study: str
    title: str
    made_up: str
    summary: str
    question: str | None
    answer: str | None
    estimand: Rows
    people: str | None
    planned: Sequence[str]
    departures: Sequence[Departure]
    about: Rows
    questions: Mapping[str, str]


def front_page(plan: Plan, rows: pd.DataFrame, noted: Mapping) -> Front:
    """The front page of a report.

    Args:
        plan: the analysis plan.
        rows: all result rows.
        noted: the provenance of the run.

    Raises:
        ClaimError: a row that a sentence needs is not there.
    """
    labels, question, main = labels_of(plan), asked(plan), main_question(plan)
    return Front(
        study=plan.study.name,
        title=plan.study.title,
        made_up=labels.note,
        summary=f"{sentence_case(plan.study.design)} · {plan.study.condition}",
        question=question.label if question else None,
        answer=headline(rows, plan, labels),
        estimand=estimand_words(plan, main)[1:] if main else (),
        people=people(rows, plan, labels),
        planned=_planned(plan, rows),
        departures=_departures(plan, rows, noted),
        about=_about(plan),
        questions={key: question.label for key, question in plan.questions.items()},
    )


def _planned(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """What was fixed beforehand: the lock and its amendments; what was planned and is not here."""
    lock = plan.lock
    said = [
        f"The plan was locked on {lock.date:%d %B %Y}."
        if lock
        else "The plan has not been locked: nothing shows that it was fixed before the results."
    ]
    said += [f"Amended on {a.date:%d %B %Y}, {a.key}: {a.what} ({a.why})." for a in plan.amendments]
    answered = set(rows["question"])
    unanswered = [question.label for key, question in plan.questions.items() if key not in answered]
    if unanswered:
        said.append(f"Planned, and not answered in this report: {'; '.join(unanswered)}")
    return said


def _departures(plan: Plan, rows: pd.DataFrame, noted: Mapping) -> list[Departure]:
    """What was not done as planned, and what was put together from different runs."""
    unplanned = rows[~rows["planned"].fillna(True).astype(bool)]
    asked_so, changed_so = defaultdict(list), defaultdict(list)
    for (question, chapter), own in unplanned.groupby(
        ["question", "chapter"], dropna=False, sort=False
    ):
        label = plan.questions[question].label if question in plan.questions else question
        given = noted.get("chapters", {}).get(chapter, {}).get("parameters", {})
        words = ", ".join(f"{k} = {value}" for k, value in given.items() if value is not None)
        asked_so[words].append((label, len(own)))
    for chapter, kinds in outdated(noted).items():
        changed_so[joined([_KINDS[kind] for kind in kinds])].append(chapter)
    return [
        *(_unplanned(given, found) for given, found in asked_so.items()),
        *(_kept(kinds, chapters) for kinds, chapters in changed_so.items()),
    ]


def _unplanned(given: str, found: Sequence[tuple[str, int]]) -> Departure:
    total = sum(number for _, number in found)
    how = f" ({given})" if given else ""
    results = "1 result is" if total == 1 else f"{total} results are"
    counts = [""] if len(found) == 1 else [f" ({number})" for _, number in found]
    return Departure(
        words=f"{results} not as planned{how}, in answer to",
        parts=[label + count for (label, _), count in zip(found, counts, strict=True)],
        whole=f"{results} not as planned{how}, in answer to {len(found)} questions",
    )


def _kept(kinds: str, chapters: Sequence[str]) -> Departure:
    many = "1 chapter is" if len(chapters) == 1 else f"{len(chapters)} chapters are"
    since = "an earlier run and not calculated again since a change of"
    words = f"{many} kept from {since} {kinds}"
    return Departure(words=words, whole=words, parts=chapters)


def _about(plan: Plan) -> Rows:
    study = plan.study
    rows = [
        ("Registration", study.registration),
        ("Funding", study.funding),
        ("Conflicts of interest", study.conflicts),
        ("Who could take part", study.eligibility),
        ("Allocation", study.allocation),
        ("Blinding", study.blinding),
        ("How harms were assessed", study.harms_assessment),
        ("Patient involvement", study.patient_involvement),
        ("Source of the data", study.source),
    ]
    told = [(name, sentence_case(text)) for name, text in rows if text != NOT_STATED]
    untold = [name.lower() for name, text in rows if text == NOT_STATED]
    return (*told, ("Not stated in the plan", ", ".join(untold))) if untold else tuple(told)
