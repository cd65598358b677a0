"""The plans of a request, read before a worker starts, and settings compared with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.errors import PlanError, UsageError
from analysis.plan.lock import check_lock
from analysis.plan.read import plan_path, read_plan
from analysis.plan.schema import Plan
from analysis.run.job import Failure


def read_plans(names: Sequence[str], root: Path) -> tuple[dict[str, Plan], dict[str, Failure]]:
    """The plans of studies, and why others have none; a broken plan stops its own study only."""
    plans, failures = {}, {}
    for name in names:
        try:
            plan = read_plan(plan_path(name, root))
            check_lock(plan)
        except PlanError as error:
            failures[name] = Failure(
                stage="plan",
                kind=type(error).__name__,
                text=error.text(),
                exit_code=error.exit_code,
            )
        else:
            plans[name] = plan
    return plans, failures


def refuse_unplanned(given: Mapping[str, Mapping[str, object]], plans: Mapping[str, Plan]) -> None:
    """Passes where every week and measure that a chapter is given is one of each study's plan.

    Args:
        given: parameters by chapter and name.
        plans: plans by study.

    Raises:
        UsageError: a plan has no such week or measure; names those it has.
    """
    for study, plan in plans.items():
        for name, known in (("week", plan.weeks), ("measure", tuple(plan.measures))):
            for value in (own[name] for own in given.values() if name in own):
                if value is not None and value not in known:
                    raise UsageError(
                        f"The plan of `{study}` has no {name} {value}.",
                        where=f"--set {name}=...",
                        why="nothing is planned and modelled there, so there is nothing to answer",
                        do=f"its {name}s are: {', '.join(map(str, known))}",
                    )
