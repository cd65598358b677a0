"""What was asked: the plan's question, with the week and measure that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from analysis.errors import UsageError
from analysis.plan.schema import Plan
from analysis.plan.schema_course import Course, Relapse
from analysis.plan.schema_questions import Estimand, Question
from analysis.result.record import Result, result_id


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question as it was asked, and whether that departs from the plan.

    Attributes:
        plan: the analysis plan.
        name: key of the question.
        chapter: the notebook that asks.
        week, measure: what is asked about; None where the question has no estimand.
        other_week, other_measure: whether they depart from the estimand.
    """

    plan: Plan
    name: str
    chapter: str
    week: int | None = None
    measure: str | None = None
    other_week: bool = False
    other_measure: bool = False

    @property
    def question(self) -> Question:
        """The question of the plan."""
        return self.plan.questions[self.name]

    @property
    def estimand(self) -> Estimand:
        """The estimand of the question."""
        return self.plan.estimands[self.question.estimand]

    @property
    def course(self) -> Course:
        """How the course is drawn; what the plan leaves out is as the schema says."""
        return self.question.course or Course()

    @property
    def relapse(self) -> Relapse:
        """What counts as a relapse."""
        return self.question.relapse or Relapse()

    def planned(self, week: int | None) -> bool:
        """Whether a row about this week is as planned.

        Another measure departs everywhere. Another week departs at that week only: the model holds
        every planned visit, so the rows of the other weeks are those that the plan asks for.
        """
        return not self.other_measure and not (self.other_week and week == self.week)

    def row(
        self,
        statistic: str,
        value: float,
        *,
        week: int | None = None,
        arm: str | None = None,
        level: str | None = None,
        measure: str | None = None,
        **rest: object,
    ) -> Result:
        """A result row about this question; the measure asked for unless another is named."""
        measure = measure or self.measure
        return Result(
            id=result_id(self.name, statistic, measure, week, arm, level),
            question=self.name,
            estimand=self.question.estimand,
            chapter=self.chapter,
            measure=measure,
            week=week,
            arm=arm,
            level=level,
            statistic=statistic,
            value=float(value),
            planned=self.planned(week),
            **rest,
        )


def understand(
    plan: Plan, name: str, *, chapter: str, week: int | None = None, measure: str | None = None
) -> Asked:
    """The question as asked: None is as planned, anything else is checked and marked.

    Raises:
        UsageError: no such question, measure or week; names those of the plan.
    """
    _one_of(name, list(plan.questions), "question")
    question = plan.questions[name]
    if question.estimand is None:
        _nothing_to_change(name, week=week, measure=measure)
        return Asked(plan=plan, name=name, chapter=chapter)
    variable = plan.estimands[question.estimand].variable
    if measure is not None:
        _one_of(measure, list(plan.measures), "measure")
    if week is not None:
        # True is 1 and 8.0 is 8 to Python; ids and tables would show them as they are.
        _one_of(week if type(week) is int else str(week), list(plan.weeks), "week")
    return Asked(
        plan=plan,
        name=name,
        chapter=chapter,
        week=variable.week if week is None else week,
        measure=measure or variable.measure,
        other_week=week not in (None, variable.week),
        other_measure=measure not in (None, variable.measure),
    )


def _one_of(given: str | int, known: list, what: str) -> None:
    if given in known:
        return
    near = get_close_matches(str(given), [str(k) for k in known], n=1)
    raise UsageError(
        f"The plan has no {what} {given!r}.",
        where=f"{what}={given!r}",
        do=(f"Did you mean {near[0]!r}? " if near else "")
        + f"Use one of: {', '.join(str(k) for k in known)}.",
    )


def _nothing_to_change(name: str, **given: object) -> None:
    set_ = [key for key, value in given.items() if value is not None]
    if set_:
        raise UsageError(
            f"The question {name!r} has no {' or '.join(set_)} to choose.",
            where=", ".join(set_),
            do="Leave it out: None is as planned.",
        )
