"""At what dose: the work that was done, how it grew, when pain fell, and what a session did."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.fall import fall_rows
from analysis.estimate.progression import progression_rows
from analysis.estimate.received import received_rows
from analysis.estimate.training_log import logged, unlogged_rows
from analysis.estimate.work import work_rows
from analysis.result.record import Result


def estimate_dose(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The work done by arm, its growth, the course within the programme, and effects of dose.

    The effect of a week as offered and that of a session as received answer two questions and stand
    in rows of their own: the first keeps what chance compared, the second needs assumptions.

    Args:
        trial: the study.
        question: key of a question whose estimate is `dose`; its estimand says outcome and people.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        `work`, a mean a person by arm and level (sessions, sets and repetitions, of all and by
        modality; sets by muscle group; volume load by unit, of all, by modality and muscle group),
        and `work_thin` for what too few people did to be told; `progress_*` by week of the
        programme; `fall_per_week` between visits; `offered_*` and `received_*` as `received_rows`
        says. `not_available` for what needs a training log where there is none, of the study or
        of an arm. `interval_level` in
        percent.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built, or for columns not in the data.
        ModelError: the outcome cannot be modelled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    level = asked.question.options.level
    rows = [asked.row("interval_level", 100 * level, week=asked.week), *fall_rows(trial, asked)]
    if not logged(trial):
        return [*rows, asked.row("not_available", 0, level="no training log at all")]
    for arm in logged(trial):
        rows += [*work_rows(trial, asked, arm), *progression_rows(trial, asked, arm)]
    rows += unlogged_rows(trial, asked)
    return [*rows, *received_rows(trial, asked), *_lacking(asked, rows)]


def _lacking(asked: Asked, rows: list[Result]) -> list[Result]:
    """What has nothing to show is said, so that no chapter stops at it."""
    kinds = {row.statistic.partition("_")[0] for row in rows}
    lacking = {"progress": "nothing by week", "fall": "no two visits in the programme"}
    return [
        asked.row("not_available", 0, level=words)
        for kind, words in lacking.items()
        if kind not in kinds
    ]
