"""Pools compared: with what a review printed of the same effects, and with each other."""

from __future__ import annotations

import math

from analysis.data.published import Published
from analysis.estimate.asked import Asked
from analysis.estimate.pool import Pool, as_reviewed
from analysis.result.record import Result
from analysis.stats.synthesis.pooled import inferred


def target_rows(pool: Pool, published: Published, asked: Asked) -> list[Result]:
    """What a review printed for the same effects, and these pooled as the review did it."""
    targets = published.pooled_targets
    place = {"measure": pool.synthesis.measure, "level": pool.key}
    rows = []
    for line in targets[targets["target_id"] == pool.synthesis.target].itertuples():
        ends = {"lower": line.ci_low, "upper": line.ci_high, "n": int(line.k)}
        method = f"as printed in {line.review}; {line.where}"
        rows += [asked.row("target", line.estimate, method=method, **ends, **place)]
        made = as_reviewed(pool.effects.rows)
        again = made.coefficients.iloc[0]
        ends = {name: again[name] for name in ("se", "lower", "upper", "p")} | {"n": made.n_studies}
        method = f"{made.method}; every effect as if of a trial of its own, as RevMan pools"
        rows += [asked.row("as_reviewed", again["estimate"], method=method, **ends, **place)]
    return rows


def difference_row(pool: Pool, other: Pool, asked: Asked) -> Result:
    """One pool minus another of other studies: a comparison between trials, not within them."""
    one, two = (each.fit.coefficients.iloc[0] for each in (pool, other))
    squares = [line["se"] ** 2 for line in (one, two)]
    se, df = math.sqrt(sum(squares)), _together(squares, [one["df"], two["df"]])
    value = one["estimate"] - two["estimate"]
    _, p, lower, upper = inferred(value, se, df, pool.synthesis.level)
    kind = "t interval (Welch)" if math.isfinite(df) else "normal interval"
    return asked.row(
        "pooled_difference",
        value,
        measure=pool.synthesis.measure,
        level=f"{pool.key} minus {other.key}",
        se=se,
        df=df if math.isfinite(df) else None,
        lower=float(lower),
        upper=float(upper),
        p=float(p),
        n=len(pool.effects.rows) + len(other.effects.rows),
        n_observed=pool.trials + other.trials,
        method=f"difference of two pools of different trials, {kind}",
    )


def _together(squares: list[float], dfs: list[float]) -> float:
    """Satterthwaite's degrees of freedom of a sum of two variances; infinite if both are."""
    spent = sum(square**2 / df for square, df in zip(squares, dfs, strict=True))
    return sum(squares) ** 2 / spent if spent > 0 else math.inf
