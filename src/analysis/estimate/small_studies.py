"""Whether small studies tell another story: the funnel, and tests of its asymmetry."""

from __future__ import annotations

from analysis.estimate.asked import Asked
from analysis.estimate.pool import VERIFIED, Pool
from analysis.result.record import Result

# Below this many trials a test of asymmetry says next to nothing (Sterne et al. 2011).
LEAST_FOR_ASYMMETRY = 10


def small_study_rows(pool: Pool, asked: Asked) -> list[Result]:
    """Whether small studies tell another story: Egger, trim and fill, and the funnel's limits.

    Returns:
        Rows with the synthesis as level: `funnel_limit` (lower and upper at the largest standard
        error, which stands in se), `funnel_contour` (likewise around no difference, level `key:
        percent`: beyond it p is below what is left of 100), `funnel_side` (of n trials, the less
        and the more precise half, those on the side of the pool that favours the training),
        `egger` (slope) and `filled` (the pool with mirrored studies, n
        of them) from ten trials on, else `asymmetry_not_tested` (the number of trials).

    Source: Sterne et al. (2011) BMJ 343:d4002.
    Agrees with: validation/metafor/README.md
    """
    fit, place = pool.fit, {"measure": pool.synthesis.measure, "level": pool.key}
    funnel = fit.funnel(points=2)
    end = funnel[(funnel["level"] == 0.95) & (funnel["se"] > 0)].iloc[0]
    centre = fit.coefficients.iloc[0]["estimate"]
    limits = {"se": end["se"], "lower": end["lower"], "upper": end["upper"]}
    method = "around the pool, where 95 % of studies lie if chance alone parts them"
    rows = [asked.row("funnel_limit", centre, method=method, **limits, **place)]
    rows += [*_contours(pool, asked), *_sides(pool, centre, asked)]
    if fit.n_studies < LEAST_FOR_ASYMMETRY:
        why = f"fewer than {LEAST_FOR_ASYMMETRY} trials: a test would say next to nothing"
        return [*rows, asked.row("asymmetry_not_tested", fit.n_studies, method=why, **place)]
    told = fit.egger().iloc[0]
    filled = fit.trim_and_fill().iloc[0]
    ends = {"lower": filled["lower"], "upper": filled["upper"], "se": filled["se"]}
    return [
        *rows,
        asked.row(
            "egger",
            told["slope"],
            se=told["se"],
            df=told["df"],
            p=told["p"],
            method="Egger's regression of effects on standard errors",
            verified=VERIFIED,
            **place,
        ),
        asked.row(
            "filled",
            filled["estimate"],
            n=int(filled["added"]),
            method="trim and fill",
            verified=VERIFIED,
            **ends,
            **place,
        ),
    ]


def _contours(pool: Pool, asked: Asked) -> list[Result]:
    """Where p is 0.1, 0.05 and 0.01 at the largest standard error (Peters et al. 2008)."""
    table = pool.fit.funnel(points=2, centre="zero")
    return [
        asked.row(
            "funnel_contour",
            0.0,
            measure=pool.synthesis.measure,
            level=f"{pool.key}: {100 * line.level:g}",
            se=line.se,
            lower=line.lower,
            upper=line.upper,
            method=f"beyond these, p of a single trial is below {1 - line.level:.2g}",
        )
        for line in table[table["se"] > 0].itertuples()
    ]


def _sides(pool: Pool, centre: float, asked: Asked) -> list[Result]:
    """How the less and the more precise half of trials lie about the pool, in plain counts."""
    sign = 1 if asked.plan.measures[pool.synthesis.measure].direction.startswith("lower") else -1
    ordered = pool.by_trial.sort_values("se", kind="stable")
    half = len(ordered) // 2
    halves = {"more precise": ordered.head(half), "less precise": ordered.tail(half)}
    return [
        asked.row(
            "funnel_side",
            int((sign * (centre - own["effect"]) > 0).sum()),
            measure=pool.synthesis.measure,
            level=f"{pool.key}: {name}",
            n=half,
            method="trials on the side of the pool that favours the training; a count, no test",
        )
        for name, own in halves.items()
        if half
    ]
