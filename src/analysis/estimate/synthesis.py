"""What published studies say together: each effect, the pool, and how much studies differ."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.appraisal import (
    bias_rows,
    certainty_rows,
    selection_rows,
    small_study_rows,
)
from analysis.estimate.asked import Asked, understand
from analysis.estimate.pool import VERIFIED, Pool, pools_of
from analysis.plan.schema_evidence import Synthesis
from analysis.result.record import Result
from analysis.stats.synthesis.pooled import inferred

# Below this many studies an interval for a new study says next to nothing.
LEAST_PREDICTED = 3
LEAST_LEFT_OUT = 3
NAMES = ("tau2", "i2", "q")


def estimate_synthesis(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """What the published effects of each synthesis of a question say together.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `synthesis`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows in the unit of the synthesis' measure, whose level is its key: `pooled` (n is the
        number of effects, n_observed of trials), `prediction` (where the true effect of a new study
        is expected), `tau2`, `i2` (percent), `q`, `target` (what a review printed for the same
        effects). Rows whose level is `key:row`: `effect` (week is the length of the programme),
        `weight` (percent), `without` (the pool without this effect), `left_out` (method says why).
        `pooled_difference` (level `key minus key`), `threshold`, `interval_level`; and how far the
        pools can be trusted, as `analysis.estimate.appraisal` tells it.

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: the plan names rows that the published facts do not have.
        ModelError: effects that cannot be pooled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    pools = pools_of(trial.published, asked)
    by_key = {pool.key: pool for pool in pools}
    rows = [row for pool in pools for row in pool_rows(pool, asked)]
    for pool in pools:
        rows += _target(pool, trial, asked)
        other = by_key.get(pool.synthesis.minus or "")
        rows += [_difference(pool, other, asked)] if other else []
    rows += small_study_rows(pools[0], asked) + bias_rows(pools[0], trial.published, asked)
    rows += [row for pool in pools for row in certainty_rows(pool, asked)]
    return [*rows, *selection_rows(trial.published, pools, asked), *size_rows(pools, asked)]


def pool_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Everything that is told of one pool: its effects, itself, and how studies differ."""
    place = {"measure": pool.synthesis.measure, "verified": VERIFIED}
    coefficient = pool.fit.coefficients.iloc[0]
    k = pool.fit.n_studies
    rows = [*effect_rows(pool, asked), *left_out_rows(pool, asked)]
    rows.append(
        asked.row(
            "pooled",
            coefficient["estimate"],
            level=pool.key,
            se=coefficient["se"],
            df=_finite(coefficient["df"]),
            lower=coefficient["lower"],
            upper=coefficient["upper"],
            p=coefficient["p"],
            n=k,
            n_observed=pool.trials,
            method=pool.fit.method,
            **place,
        )
    )
    rows += _spread_rows(pool, asked, place)
    return rows + (_without_rows(pool, asked, place) if k >= LEAST_LEFT_OUT else [])


def size_rows(pools: list[Pool], asked: Asked) -> list[Result]:
    """The sizes that matter in a synthesis, and the level of the intervals."""
    rows = []
    for measure in dict.fromkeys(pool.synthesis.measure for pool in pools):
        for threshold in asked.plan.measures[measure].thresholds:
            if threshold.kind == "synthesis":
                level = f"{threshold.kind}: {threshold.name}"
                cited = {"level": level, "method": threshold.citation, "measure": measure}
                rows.append(asked.row("threshold", threshold.value, **cited))
    return [*rows, asked.row("interval_level", 100 * pools[0].synthesis.level)]


def effect_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Each effect with its weight in the pool; the week is the length of its programme."""
    rows = []
    for line, study in zip(
        pool.effects.rows.itertuples(), pool.fit.studies.itertuples(), strict=True
    ):
        place = {"measure": pool.synthesis.measure, "level": f"{pool.key}:{line.row_id}"}
        weeks = None if pd.isna(line.programme_weeks) else int(line.programme_weeks)
        people = [line.n_exercise, line.n_control]
        rows.append(
            asked.row(
                "effect",
                line.effect,
                week=weeks,
                se=line.se,
                lower=line.lower,
                upper=line.upper,
                n=None if pd.isna(people).any() else int(sum(people)),
                method=f"{line.derivation}; {line.where}",
                **place,
            )
        )
        rows.append(asked.row("weight", 100 * study.weight, method=pool.fit.method, **place))
    return rows


def left_out_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Effects that were chosen and cannot enter, each with its reason."""
    return left_out_notes(pool.effects.left_out, pool.key, pool.synthesis, asked)


def left_out_notes(
    left_out: pd.DataFrame, key: str, synthesis: Synthesis, asked: Asked
) -> list[Result]:
    """A row an effect that was chosen and cannot enter; its method is the reason."""
    return [
        asked.row(
            "left_out",
            1,
            measure=synthesis.measure,
            level=f"{key}:{line.row_id}",
            method=line.reason,
        )
        for line in left_out.itertuples()
    ]


def _spread_rows(pool: Pool, asked: Asked, place: dict) -> list[Result]:
    table = pool.fit.heterogeneity.set_index("statistic")
    k = pool.fit.n_studies
    if k < 2:
        return []
    rows = []
    for name in NAMES:
        line, scale = table.loc[name], 100 if name == "i2" else 1
        rows.append(
            asked.row(
                name,
                line["value"] * scale,
                level=pool.key,
                df=_finite(line["df"]),
                lower=_finite(line["lower"] * scale),
                upper=_finite(line["upper"] * scale),
                p=_finite(line["p"]),
                n=k,
                method=pool.fit.method,
                **place,
            )
        )
    if k >= LEAST_PREDICTED and pool.synthesis.between != "fixed":
        new = pool.fit.prediction().iloc[0]
        ends = {"lower": new["lower"], "upper": new["upper"], "df": _finite(new["df"])}
        method = f"{pool.fit.method}; interval for the true effect of a new study"
        rows.append(
            asked.row(
                "prediction", new["estimate"], level=pool.key, n=k, method=method, **ends, **place
            )
        )
    return rows


def _without_rows(pool: Pool, asked: Asked, place: dict) -> list[Result]:
    """The pool without each effect: does one of them carry the result?"""
    return [
        asked.row(
            "without",
            line.estimate,
            level=f"{pool.key}:{line.study}",
            se=line.se,
            lower=line.lower,
            upper=line.upper,
            p=line.p,
            n=pool.fit.n_studies - 1,
            method=pool.fit.method,
            **place,
        )
        for line in pool.fit.leave_one_out().itertuples()
    ]


def _target(pool: Pool, trial: Trial, asked: Asked) -> list[Result]:
    """What a review printed for the same effects."""
    targets = trial.published.pooled_targets
    return [
        asked.row(
            "target",
            line.estimate,
            measure=pool.synthesis.measure,
            level=pool.key,
            lower=line.ci_low,
            upper=line.ci_high,
            n=int(line.k),
            method=f"as printed in {line.review}; {line.where}",
        )
        for line in targets[targets["target_id"] == pool.synthesis.target].itertuples()
    ]


def _difference(pool: Pool, other: Pool, asked: Asked) -> Result:
    """One pool minus another of other studies: a comparison between trials, not within them."""
    one, two = (each.fit.coefficients.iloc[0] for each in (pool, other))
    se = math.hypot(one["se"], two["se"])
    value = one["estimate"] - two["estimate"]
    _, p, lower, upper = inferred(value, se, math.inf, pool.synthesis.level)
    return asked.row(
        "pooled_difference",
        value,
        measure=pool.synthesis.measure,
        level=f"{pool.key} minus {other.key}",
        se=se,
        lower=float(lower),
        upper=float(upper),
        p=float(p),
        n=pool.fit.n_studies + other.fit.n_studies,
        method="difference of two pools of different trials, normal interval",
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
