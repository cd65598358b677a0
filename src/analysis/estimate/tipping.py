"""How much worse must absent scores be than assumed, before the conclusion changes?"""

from __future__ import annotations

import numpy as np

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.imputing import Imputed
from analysis.estimate.missing import complete
from analysis.estimate.returned import returned_rows
from analysis.plan.schema_imputation import Grid
from analysis.result.record import Result
from analysis.stats.tipping import Tipping, tipping


def estimate_tipping(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The conclusion at every point of a grid of deltas, and where it changes.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `tipping`.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        At the week asked about, for each arm but the comparator: `tipping_start` (without deltas);
        `tipping_difference` at each point, level `<points> with comparator <points>`;
        `tipping_point`, the points of the arm at which the conclusion changes, level
        `<before> to <after> with comparator <points>`, to a billionth of the grid's step;
        `tipped`, how many points of the grid change the conclusion, of n points. Besides
        `returned_shift` (`estimate.returned`) and `interval_level`. Conclusions are `below zero`,
        `open` and `above zero`: where the interval lies.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: no grid, no single assumption, nothing to compare, or a strategy that cannot be
            followed.
        ModelError: the model cannot be fitted to these data.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    grid, compared = asked.question.grid, asked.estimand.treatments.comparator
    _refuse(asked, grid, compared)
    chosen, imputations = complete(trial, asked)
    (imputed,) = imputations.under.values()
    rows = []
    for arm in chosen.arms:
        if arm != compared:
            rows += _arm(imputed, asked, grid, arm)
    level = asked.row("interval_level", 100 * asked.question.options.level, week=asked.week)
    return [*rows, *returned_rows(trial, imputed, asked), level]


def _refuse(asked: Asked, grid: Grid | None, compared: str | None) -> None:
    planned = asked.question.imputation
    if grid is None or planned is None or len(planned.assumptions) != 1 or compared is None:
        raise PlanError(
            f"The question {asked.name!r} cannot be asked as planned.",
            where=f"questions.{asked.name}",
            why="a tipping point needs a grid, one assumption to start from, and a comparator",
            do="Add `grid`, keep one of `imputation.assumptions`, name a comparator.",
        )


def _arm(imputed: Imputed, asked: Asked, grid: Grid, arm: str) -> list[Result]:
    """All rows of one comparison."""
    planned = imputed.planned
    # The points of the assumption itself stay: those of the grid are added to them.
    found = tipping(
        imputed.made,
        points(grid.arm, grid.step),
        comparator_deltas=points(grid.comparator, grid.step),
        arm=arm,
        visit=asked.week,
        gaps=planned.gaps,
        cumulative=planned.cumulative,
    )
    place = {
        "week": asked.week,
        "arm": arm,
        "comparator": found.comparator,
        "method": imputed.method,
        **imputed.counts((arm, str(found.comparator)), asked.week),
    }
    return [
        _start(imputed, asked, place),
        *(_point(asked, line, place) for line in found.grid.itertuples()),
        *_edges(asked, found, place),
    ]


def _start(imputed: Imputed, asked: Asked, place: dict) -> Result:
    table = imputed.made.estimates
    here = (table["visit"] == asked.week) & (table["arm"] == place["arm"])
    (line,) = table[here].itertuples()
    numbers = {key: getattr(line, key) for key in ("se", "df", "lower", "upper", "p")}
    return asked.row("tipping_start", line.estimate, **place, **numbers)


def _point(asked: Asked, line: tuple, place: dict) -> Result:
    numbers = {key: getattr(line, key) for key in ("se", "df", "lower", "upper", "p")}
    level = f"{line.delta_arm:g} with comparator {line.delta_comparator:g}"
    return asked.row("tipping_difference", line.estimate, level=level, **place, **numbers)


def _edges(asked: Asked, found: Tipping, place: dict) -> list[Result]:
    rows = [
        asked.row(
            "tipping_point",
            line.delta_arm,
            level=f"{line.before} to {line.after} with comparator {line.delta_comparator:g}",
            **place,
        )
        for line in found.edge.itertuples()
    ]
    counts = {**place, "n": len(found.grid)}
    return [*rows, asked.row("tipped", found.grid["changed"].sum(), **counts)]


def points(ends: tuple[float, float], step: float) -> np.ndarray:
    """The places of one side of a grid, from one end to the other by the step; the end belongs."""
    low, high = ends
    n = int(np.floor((high - low) / step + 1e-9))
    # Rounded, so that the point without a shift is nought and not a trace of it.
    made = np.round(low + step * np.arange(n + 1), 9) + 0.0
    return made if np.isclose(made[-1], high) else np.append(made, high)
