"""The answer to any question of a plan, those that rest on answers of other studies included."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.estimate.claims import estimate_claims
from analysis.estimate.estimators import estimate
from analysis.result.record import Result


def answer_rows(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The result rows of one question of the plan.

    Takes, returns and raises as `analysis.estimate.estimators.estimate`.
    """
    asked = trial.plan.questions.get(question)
    # Claims rest on the other estimators, which therefore do not know of them.
    room = estimate_claims if asked and asked.estimate == "claims" else estimate
    return room(trial, question, chapter=chapter, week=week, measure=measure)
