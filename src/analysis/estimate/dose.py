"""At what dose: the work that was done, how it grew, when pain fell, and what a session did."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.fall import fall_rows
from analysis.estimate.progression import progression_rows
from analysis.estimate.received import received_rows
from analysis.estimate.spread import mean_row
from analysis.estimate.training_log import log_of, people_of, programmes
from analysis.result.record import Result
from analysis.terms import PARTICIPANT

_MEAN = "mean of the people randomised to the arm, nothing done counting as 0; t interval"
_KNOWN = "mean of the people with a load on record, of the sessions that have one; t interval"


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
        `work` by arm and level (sessions, sets, repetitions, sets by muscle group, volume load by
        unit), a mean a person; `progress_*` by week of the programme; `fall_per_week` between
        visits; `offered_*` and `received_*` as `received_rows` says. `not_available` for what needs
        a training log where there is none. `interval_level` in percent.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built, or for columns not in the data.
        ModelError: the outcome cannot be modelled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    level = asked.question.options.level
    rows = [asked.row("interval_level", 100 * level, week=asked.week), *fall_rows(trial, asked)]
    if trial.sessions.empty or not programmes(trial):
        return [*rows, asked.row("not_available", 0, level="no training log at all")]
    for arm in programmes(trial):
        rows += [*_work(trial, asked, arm), *progression_rows(trial, asked, arm)]
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


def _work(trial: Trial, asked: Asked, arm: str) -> list[Result]:
    """What people of an arm did in the whole programme."""
    people, log = people_of(trial, arm), log_of(trial, arm)
    log = log[log["attended"]]
    sets = log["sets"].astype("float64")
    repetitions = sets * log["repetitions"].astype("float64")
    done = {"sessions": pd.Series(1.0, log.index), "sets": sets, "repetitions": repetitions}
    groups = log["muscle_groups"].astype("str").str.split("|").explode().str.strip()
    for group in trial.plan.arms[arm].programme.muscle_groups:
        done[f"sets: {group}"] = sets.reindex(groups.index[groups == group])
    place = {"arm": arm, "n": len(people), "n_observed": log[PARTICIPANT].nunique()}
    how = f"{_MEAN}; {trial.plan.arms[arm].programme.modality}"
    rows = [
        mean_row(asked, "work", _a_person(log, each, people), how, level=name, **place)
        for name, each in done.items()
        if name == "sessions" or each.notna().any()
    ]
    return [*rows, *_volume(asked, log, repetitions, place)]


def _volume(asked: Asked, log: pd.DataFrame, repetitions: pd.Series, place: dict) -> list[Result]:
    """Sets times repetitions times load of the main lift, each unit for itself, never converted."""
    volume = repetitions * log["load"]
    rows = []
    for unit in log["load_unit"].dropna().unique():
        here = volume[(log["load_unit"] == unit) & volume.notna()]
        people = log.loc[here.index, PARTICIPANT].drop_duplicates()
        values = _a_person(log, here, people)
        name = f"volume load in {unit}"
        rows.append(
            mean_row(asked, "work", values, _KNOWN, level=name, **(place | {"n": len(people)}))
        )
    return rows


def _a_person(log: pd.DataFrame, each: pd.Series, people: pd.Series) -> pd.Series:
    """The sum of a person's sessions; 0 for those without any."""
    sums = each.groupby(log[PARTICIPANT].reindex(each.index)).sum()
    return people.map(sums).fillna(0).astype(float)
