"""A simulated trial from the section `simulation` of its plan, with the truth known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.data.files.raw_folder import write_study
from analysis.data.simulation.events import events_table, follow
from analysis.data.simulation.scores import entrants
from analysis.data.simulation.sessions import sessions_table
from analysis.data.simulation.source import dictionary, source_text
from analysis.data.simulation.truth import entered_means, held_means
from analysis.data.simulation.visits import make_course, visits_table
from analysis.errors import PlanError, UsageError
from analysis.plan.schema import Plan
from analysis.terms import ARM, CHANGE, MEASURE, WEEK


def simulate(plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of a trial as they would be received, made from the plan and its seed.

    Args:
        plan: with a section ``simulation``; its seed decides every number.

    Returns:
        ``participants``, ``visits``, ``events``, and ``sessions`` where an arm has a programme;
        days count from randomisation, values are in the unit of their measure.

    Raises:
        PlanError: no section ``simulation``.
    """
    _need_simulation(plan)
    people, scores = entrants(plan)
    course = make_course(plan, people, scores)
    followed = follow(plan, people, course)
    tables = {
        "participants": people.table,
        "visits": visits_table(plan, people, course),
        "sessions": sessions_table(plan, people, course, followed.ended),
        "events": events_table(plan, people, course, followed),
    }
    return {name: table for name, table in tables.items() if len(table)}


def true_changes(plan: Plan) -> pd.DataFrame:
    """The truth: mean change from baseline that everybody, also those who leave, would show.

    Returns:
        ``arm``, ``measure``, ``week``, ``planned`` (what the plan gives the arm), ``change`` (with
        what regression to the mean adds where a score was needed to enter) and ``change_on_scale``
        (what is left of it once scores are held within the instrument's range), all in the
        measure's unit.

    Raises:
        PlanError: as `simulate`.
    """
    _need_simulation(plan)
    means, held = entered_means(plan), held_means(plan)
    rows = []
    for a, (arm, truth) in enumerate(plan.simulation.arms.items()):
        for m, measure in enumerate(plan.measures):
            for v, week in enumerate(plan.weeks):
                planned = float(truth.change[measure][v])
                both = (float(each[m, a, v + 1] - each[m, a, 0]) for each in (means, held))
                rows.append((arm, measure, week, planned, *both))
    return pd.DataFrame(rows, columns=[ARM, MEASURE, WEEK, "planned", CHANGE, "change_on_scale"])


def write_simulated(plan: Plan, root: Path) -> Path:
    """Make the trial of a plan and write it to ``data/raw/<study>``.

    Args:
        plan: of a study that says ``simulated: true``.
        root: folder of the project.

    Returns:
        The folder written.

    Raises:
        UsageError: the study is not simulated, or its folder holds data from another source.
        PlanError: as `simulate`.
    """
    if not plan.study.simulated:
        raise UsageError(
            f"The study '{plan.study.name}' is not simulated.",
            where=f"plans/{plan.study.name}.yaml, study.simulated",
            why="made-up people must never stand in the place of real ones",
            do="simulate only studies whose plan says simulated: true",
        )
    tables = simulate(plan)
    return write_study(
        tables,
        root / "data" / "raw" / plan.study.name,
        dictionary=dictionary(plan, list(tables)),
        source=source_text(plan, true_changes(plan)),
    )


def _need_simulation(plan: Plan) -> None:
    if plan.simulation is None:
        raise PlanError(
            "The plan has no section 'simulation'.",
            where=f"plans/{plan.study.name}.yaml",
            why="nothing says what the simulated people should be like",
            do="add the section simulation; plans/demo.yaml shows one",
        )
