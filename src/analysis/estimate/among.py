"""Our trial among the others: is its result what published trials lead one to expect?"""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.change import estimate_change
from analysis.estimate.pool import VERIFIED, Pool, fitted, pools_of
from analysis.estimate.synthesis import effect_rows, size_rows
from analysis.plan.main import main_question
from analysis.result.record import Result
from analysis.stats.synthesis.pooled import inferred

OURS = "this_trial"


def estimate_among(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The trial's own main result beside the published ones, on their scale.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `among`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows in the unit of the synthesis: `effect`, `weight` of each published effect, `pooled` and
        `prediction` of the published ones alone (level is the synthesis), `own` (the trial's result
        by arm, on the scale of the synthesis), `expected` (by arm: 1 where it lies in the interval
        for the result of a new study of this size, else 0; with that interval), `pooled_with` (by
        arm: the pool with it).

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: a plan without a question about change, or a scale that cannot be compared.
        ModelError: effects that cannot be pooled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    pool = pools_of(trial.published, asked)[0]
    own = _own(trial, pool, asked)
    new = pool.fit.prediction().iloc[0]
    line = pool.fit.coefficients.iloc[0]
    place = {"measure": pool.synthesis.measure, "verified": VERIFIED}
    ends = {"lower": line["lower"], "upper": line["upper"], "se": line["se"], "p": line["p"]}
    known = {"level": pool.key, "n": len(pool.effects.rows), "n_observed": pool.trials}
    rows = [
        *effect_rows(pool, asked),
        asked.row("pooled", line["estimate"], method=pool.method, **ends, **known, **place),
        asked.row(
            "prediction",
            new["estimate"],
            level=pool.key,
            lower=new["lower"],
            upper=new["upper"],
            n=pool.trials,
            method="interval for the true effect of a new study",
            **place,
        ),
    ]
    for result in own:
        rows += _beside(result, pool, new, asked)
    return [*rows, *size_rows([pool], asked)]


def _own(trial: Trial, pool: Pool, asked: Asked) -> list[Result]:
    """The differences of the main question at its week, on a scale of 0 to 100."""
    name = main_question(trial.plan)
    if name is None or pool.synthesis.effect != "md_100":
        raise PlanError(
            "This trial cannot stand among the published ones.",
            where=f"questions.{asked.name}",
            why="a difference on a scale of 0 to 100 is compared, from a question about change",
            do="Name a synthesis with effect: md_100, and a question with estimate: change.",
        )
    variable = trial.plan.estimands[trial.plan.questions[name].estimand].variable
    low, high = trial.plan.measures[variable.measure].range
    factor = 100 / (high - low)
    found = estimate_change(trial, name, chapter=asked.chapter)
    told = [r for r in found if r.statistic == "difference" and r.week == variable.week]
    return [
        asked.row(
            "own",
            row.value * factor,
            measure=pool.synthesis.measure,
            week=row.week,
            arm=row.arm,
            comparator=row.comparator,
            se=row.se * factor,
            lower=row.lower * factor,
            upper=row.upper * factor,
            n=row.n,
            method=f"{row.id}, on a scale of 0 to 100; {row.method}",
        )
        for row in told
        if row.level is None
    ]


def _beside(own: Result, pool: Pool, new: pd.Series, asked: Asked) -> list[Result]:
    ours = {"label": OURS, "trial_key": OURS, "effect": own.value, "se": own.se}
    rows = pd.concat([pool.by_trial, pd.DataFrame([ours])], ignore_index=True)
    line = fitted(rows, pool.synthesis).coefficients.iloc[0]
    place = {"measure": own.measure, "week": own.week, "arm": own.arm}
    place |= {"comparator": own.comparator}
    # What a study of this size would show: the spread of true effects and its own chance.
    spread = math.hypot(new["se"], own.se)
    _, _, lower, upper = inferred(new["estimate"], spread, new["df"], pool.synthesis.level)
    ends = {"lower": float(lower), "upper": float(upper), "se": spread}
    inside = float(lower <= own.value <= upper)
    method = "1 inside the interval for the result of a new study of this size, else 0"
    return [
        own,
        asked.row("expected", inside, method=method, **ends, **place),
        asked.row(
            "pooled_with",
            line["estimate"],
            se=line["se"],
            lower=line["lower"],
            upper=line["upper"],
            n=len(pool.effects.rows) + 1,
            n_observed=pool.trials + 1,
            method=f"{pool.method}; with this trial",
            **place,
        ),
    ]
