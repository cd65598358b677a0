"""What a study is about: the main question of its plan, and that question's measure."""

from __future__ import annotations

from analysis.plan.schema import Plan


def main_question(plan: Plan) -> str | None:
    """The plan's main question: its first about a change; None if it has none."""
    return next((key for key, q in plan.questions.items() if q.estimate == "change"), None)


def lead_question(plan: Plan) -> str | None:
    """What a report answers first: the main question, or the first about published studies."""
    kinds = ("synthesis", "shares")
    pools = (key for key, q in plan.questions.items() if q.estimate in kinds)
    return main_question(plan) or next(pools, None)


def main_measure(plan: Plan) -> str:
    """The measure of the main question, or the plan's first measure without one."""
    main = main_question(plan)
    if main is None:
        return next(iter(plan.measures))
    return plan.estimands[plan.questions[main].estimand].variable.measure
