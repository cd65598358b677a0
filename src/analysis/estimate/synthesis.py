"""What published studies say together: each effect, the pool, and how much studies differ."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.appraisal import (
    bias_rows,
    certainty_rows,
    selection_rows,
)
from analysis.estimate.asked import Asked, understand
from analysis.estimate.compared import difference_row, target_rows
from analysis.estimate.pool import VERIFIED, Pool, pools_of
from analysis.estimate.settings import better_rows
from analysis.estimate.small_studies import small_study_rows
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
        number of effects, n_observed of trials), `prediction` (where the true effect of a new trial
        is expected; n counts trials), `tau2`, `i2` (percent), `q`, `target` (what a review printed
        for the same effects), `as_reviewed` (those effects pooled as the review did it). Rows whose
        level is `key:row`: `effect` (week is the length of the programme), `weight` (percent),
        `left_out` (method says why). Rows whose level is `key:row`, or `key:trial` where a trial
        gives several effects: `trial_effect` (brought together by the people that they share;
        n counts effects), `without` (the pool without this trial). `pooled_difference` (level
        `key minus key`), `threshold`, `interval_level`; and how far the pools can be trusted, as
        `analysis.estimate.appraisal` and `small_studies` tell it.

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
        rows += better_rows(pool, asked) + target_rows(pool, trial.published, asked)
        other = by_key.get(pool.synthesis.minus or "")
        rows += [difference_row(pool, other, asked)] if other else []
    rows += small_study_rows(pools[0], asked) + bias_rows(pools[0], trial.published, asked)
    rows += [row for pool in pools for row in certainty_rows(pool, trial.published, asked)]
    return [*rows, *selection_rows(trial.published, pools, asked), *size_rows(pools, asked)]


def pool_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Everything that is told of one pool: its effects, itself, and how studies differ."""
    place = {"measure": pool.synthesis.measure, "verified": VERIFIED}
    coefficient = pool.fit.coefficients.iloc[0]
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
            n=len(pool.effects.rows),
            n_observed=pool.trials,
            method=pool.method,
            **place,
        )
    )
    rows += _spread_rows(pool, asked, place)
    return rows + (_without_rows(pool, asked, place) if pool.trials >= LEAST_LEFT_OUT else [])


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
    """Each effect with its weight; the week is the length of its programme. Then the trials as
    they are pooled: several effects of one are brought together by the people that they share.
    """
    rows = []
    for line, weight in zip(pool.effects.rows.itertuples(), pool.weights, strict=True):
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
        rows.append(asked.row("weight", weight, method=pool.method, **place))
    return rows + _trial_rows(pool, asked)


def _trial_rows(pool: Pool, asked: Asked) -> list[Result]:
    counts = pool.effects.rows["trial_key"].value_counts()
    tied = "mean of the effects of this trial with the least variance that the people they share "
    rows = []
    for line in pool.by_trial.itertuples():
        _, _, lower, upper = inferred(line.effect, line.se, math.inf, pool.synthesis.level)
        several = counts[line.trial_key] > 1
        rows.append(
            asked.row(
                "trial_effect",
                line.effect,
                measure=pool.synthesis.measure,
                level=f"{pool.key}:{line.label}",
                se=line.se,
                lower=float(lower),
                upper=float(upper),
                n=int(counts[line.trial_key]),
                method=f"{tied}allow" if several else "the one effect of this trial",
            )
        )
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
    k = pool.trials
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
                method=pool.method,
                **place,
            )
        )
    if k >= LEAST_PREDICTED and pool.synthesis.between != "fixed":
        new = pool.fit.prediction().iloc[0]
        ends = {"lower": new["lower"], "upper": new["upper"], "df": _finite(new["df"])}
        method = f"{pool.method}; interval for the true effect of a new study"
        rows.append(
            asked.row(
                "prediction", new["estimate"], level=pool.key, n=k, method=method, **ends, **place
            )
        )
    return rows


def _without_rows(pool: Pool, asked: Asked, place: dict) -> list[Result]:
    """The pool without each trial: does one of them carry the result?"""
    return [
        asked.row(
            "without",
            line.estimate,
            level=f"{pool.key}:{line.study}",
            se=line.se,
            lower=line.lower,
            upper=line.upper,
            p=line.p,
            n=pool.trials - 1,
            method=pool.method,
            **place,
        )
        for line in pool.fit.leave_one_out().itertuples()
    ]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
