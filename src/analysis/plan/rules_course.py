"""Rules of a plan: questions about the time after the programme can be answered as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.problem import Problem
from analysis.plan.rules_words import repeated
from analysis.plan.schema_course import Course, Relapse
from analysis.plan.schema_questions import Estimand, Question
from analysis.plan.schema_trial import Arm, Measure, Visit

_WHY = "The estimate would rest on a choice that nobody made."


def course_has_a_shape(
    questions: dict[str, Question], schedule: tuple[Visit, ...]
) -> Iterator[Problem]:
    """A course has a shape, each once, and bends within the follow-up."""
    last = max((visit.week for visit in schedule), default=0)
    for name, question in questions.items():
        if question.estimate != "course":
            continue
        key, course = ("questions", name, "course"), question.course or Course()
        yield from repeated(course.shapes, (*key, "shapes"), "shape")
        if not course.shapes:
            yield Problem(
                (*key, "shapes"), "The course has no shape.", _WHY, "Write [piecewise linear]."
            )
        inside = all(0 < knot < last for knot in course.knots)
        if not inside or list(course.knots) != sorted(set(course.knots)):
            yield Problem(
                (*key, "knots"),
                "The knots do not increase, or lie outside the follow-up.",
                "A curve cannot bend where nobody is followed.",
                f"Write weeks between 0 and {last}, each once and in order, or leave `knots` out.",
            )


def durability_is_complete(
    questions: dict[str, Question], schedule: tuple[Visit, ...], arms: dict[str, Arm]
) -> Iterator[Problem]:
    """Durability names visits after the programme's end, and enough bootstrap samples."""
    weeks = [visit.week for visit in schedule if visit.week > 0]
    end = max((arm.programme.weeks for arm in arms.values() if arm.programme), default=None)
    for name, question in questions.items():
        if question.estimate != "durability":
            continue
        key = ("questions", name, "durability")
        if question.durability is None:
            yield Problem(
                key, "It is not said when the gain is looked at.", _WHY, "Write `weeks: [26, 52]`."
            )
            continue
        strange = [w for w in question.durability.weeks if w not in weeks or w <= (end or 0)]
        if end not in weeks or strange or not question.durability.weeks:
            yield Problem(
                (*key, "weeks"),
                "What is kept of a gain needs a visit when the programme ends, and later visits.",
                "A share of the gain at the end is asked for.",
                "Write planned visits after the end of the programme; the end itself is a visit of "
                "`schedule`.",
            )
        if question.durability.samples < 100:
            yield Problem(
                (*key, "samples"),
                "Fewer than 100 bootstrap samples do not give an interval.",
                "Its ends would be those of chance.",
                "Write `samples: 300` or more.",
            )


def relapse_is_complete(questions: dict[str, Question]) -> Iterator[Problem]:
    """A relapse by scores says how much was gained and how much is lost again."""
    for name, question in questions.items():
        if question.estimate != "relapse":
            continue
        key, relapse = ("questions", name, "relapse"), question.relapse or Relapse()
        by_score = relapse.event == "rise of the score"
        for field in ("gain", "rise"):
            given = getattr(relapse, field)
            if by_score and (given is None or given <= 0):
                yield Problem(
                    (*key, field),
                    f"A relapse by the score needs `{field}`, above 0.",
                    _WHY,
                    "Write the points that count, such as the smallest change a person notices.",
                )
            if not by_score and given is not None:
                yield Problem(
                    (*key, field),
                    f"A relapse by flare-ups does not use `{field}`.",
                    "A setting that is ignored would look planned and do nothing.",
                    f"Remove `{field}`, or write `event: rise of the score`.",
                )
        if by_score and relapse.start != "end of programme":
            yield Problem(
                (*key, "start"),
                "A relapse by the score is counted from the end of the programme.",
                "Before it nothing was gained that could be lost.",
                "Write `start: end of programme`.",
            )


def entry_fits(
    questions: dict[str, Question],
    estimands: dict[str, Estimand],
    measures: dict[str, Measure],
) -> Iterator[Problem]:
    """The score that was needed to take part lies on the scale of the measure."""
    for name, question in questions.items():
        entry = question.majority.entry if question.majority else None
        estimand = estimands.get(question.estimand or "")
        measure = measures.get(estimand.variable.measure) if estimand else None
        if entry is None or measure is None or measure.range[0] <= entry <= measure.range[1]:
            continue
        yield Problem(
            ("questions", name, "majority", "entry"),
            "The score needed to take part lies outside the range of the measure.",
            "What regression to the mean alone gives is worked out from it.",
            f"Write a score from {measure.range[0]:g} to {measure.range[1]:g}.",
        )


# Rules that look at one question at a time.
EACH_ALONE = (
    course_has_a_shape,
    durability_is_complete,
    relapse_is_complete,
    entry_fits,
)
RULES = EACH_ALONE
