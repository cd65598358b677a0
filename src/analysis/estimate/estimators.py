"""The table of what can be asked: the plan's word for an estimate and the room that answers it."""

from __future__ import annotations

from typing import Protocol

from analysis.data.trial import Trial
from analysis.errors import UsageError
from analysis.estimate.adherence import estimate_adherence
from analysis.estimate.among import estimate_among
from analysis.estimate.baseline import estimate_baseline
from analysis.estimate.change import estimate_change
from analysis.estimate.contrasts import estimate_contrasts
from analysis.estimate.course import estimate_course
from analysis.estimate.dose import estimate_dose
from analysis.estimate.durability import estimate_durability
from analysis.estimate.flow import estimate_flow
from analysis.estimate.length import estimate_length
from analysis.estimate.majority import estimate_majority
from analysis.estimate.missing import estimate_missing
from analysis.estimate.network import estimate_network
from analysis.estimate.relapse import estimate_relapse
from analysis.estimate.responders import estimate_responders
from analysis.estimate.reviews import estimate_reviews
from analysis.estimate.safety import estimate_safety
from analysis.estimate.shares import estimate_shares
from analysis.estimate.subgroups import estimate_subgroups
from analysis.estimate.synthesis import estimate_synthesis
from analysis.estimate.tipping import estimate_tipping
from analysis.plan.schema import Plan
from analysis.result.record import Result


class Estimate(Protocol):
    """One clinical question: from a trial and the key of a question to result rows."""

    def __call__(
        self,
        trial: Trial,
        question: str,
        *,
        chapter: str,
        week: int | None = None,
        measure: str | None = None,
    ) -> list[Result]: ...


ESTIMATORS: dict[str, Estimate] = {
    "flow": estimate_flow,
    "baseline": estimate_baseline,
    "change": estimate_change,
    "secondary": estimate_change,
    "reviews": estimate_reviews,
    "contrasts": estimate_contrasts,
    "synthesis": estimate_synthesis,
    "shares": estimate_shares,
    "course": estimate_course,
    "durability": estimate_durability,
    "safety": estimate_safety,
    "responders": estimate_responders,
    "relapse": estimate_relapse,
    "majority": estimate_majority,
    "length": estimate_length,
    "missing": estimate_missing,
    "tipping": estimate_tipping,
    "adherence": estimate_adherence,
    "dose": estimate_dose,
    "network": estimate_network,
    "among": estimate_among,
    "subgroups": estimate_subgroups,
}


def estimate(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The result rows of one question of the plan, by the room that the plan names.

    Args:
        trial: the study.
        question: key of a question of the plan.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Raises:
        UsageError: the plan has no such question, week or measure.
        PlanError: the plan asks for what is not built.
        ModelError: the model cannot be fitted to these data.
    """
    if question not in trial.plan.questions:
        raise UsageError(
            f"The plan has no question {question!r}.",
            where=f"question={question!r}",
            do=f"Use one of: {', '.join(trial.plan.questions)}.",
        )
    room = ESTIMATORS[trial.plan.questions[question].estimate]
    rows = room(trial, question, chapter=chapter, week=week, measure=measure)
    return _as_planned(rows, trial.plan, question)


def _as_planned(rows: list[Result], plan: Plan, question: str) -> list[Result]:
    """Without a comparator nothing is compared: the first arm of a list is not one by its place."""
    estimand = plan.estimands.get(plan.questions[question].estimand or "")
    if estimand is None or estimand.treatments.comparator is not None:
        return rows
    return [row for row in rows if row.comparator not in plan.arms]
