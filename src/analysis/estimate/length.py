"""Programme length and dose across studies: what trials allocated at random is kept apart."""

from __future__ import annotations

import math

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.dose_known import bands
from analysis.estimate.dose_slopes import dose_rows
from analysis.estimate.doses import within_rows
from analysis.estimate.pool import VERIFIED, Pool, pools_of
from analysis.estimate.synthesis import effect_rows, left_out_rows, size_rows
from analysis.result.record import Result

BANDS = {"up to 8 weeks": (0, 8), "9 to 11 weeks": (9, 11), "12 weeks or more": (12, math.inf)}
UNPLACED = "in none of them"
LEAST_TRIALS = 4


def estimate_length(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How the effect goes with the length of the programme, between trials and within them.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `length`; its syntheses are kinds
            of comparator, those of one measure together.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows in the unit of the syntheses' measure: `effect` and `weight` (level `key:row`, week is
        the length), `pooled` by synthesis, `count` (level `key: band of weeks`, effects: how length
        goes with the comparator; the last of them those that no band holds), `share_worthwhile`
        (percent of settings whose true effect is as large as the size that matters, from four
        trials on), `left_out`; for weeks, sessions a week and sessions in all what
        `analysis.estimate.dose_slopes` tells between trials (the dose of each effect, slopes,
        `curve`) and `doses` within them (`dose_within`, `dose_stated`).

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: the plan names rows that the published facts do not have.
        ModelError: effects that cannot be pooled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    pools = pools_of(trial.published, asked)
    measures = dict.fromkeys(pool.synthesis.measure for pool in pools)
    rows = []
    for pool in pools:
        rows += [*effect_rows(pool, asked), *left_out_rows(pool, asked), _pooled(pool, asked)]
        rows += [*_counts(pool, asked), *_worthwhile(pool, asked)]
    for measure_key in measures:
        rows += dose_rows([p for p in pools if p.synthesis.measure == measure_key], asked)
    return [*rows, *within_rows(trial, pools[0], asked), *size_rows(pools, asked)]


def _pooled(pool: Pool, asked: Asked) -> Result:
    line = pool.fit.coefficients.iloc[0]
    return asked.row(
        "pooled",
        line["estimate"],
        measure=pool.synthesis.measure,
        level=pool.key,
        se=line["se"],
        df=line["df"] if math.isfinite(line["df"]) else None,
        lower=line["lower"],
        upper=line["upper"],
        p=line["p"],
        n=len(pool.effects.rows),
        n_observed=pool.trials,
        method=pool.method,
        verified=VERIFIED,
    )


def _counts(pool: Pool, asked: Asked) -> list[Result]:
    """How many effects of each band of length there are: length goes with the comparator.

    A length that is told as a band of weeks counts where all of it lies within one of ours.
    """
    least, most = bands(pool.effects.rows)
    found = {
        name: int((least.ge(low) & most.le(high)).sum()) for name, (low, high) in BANDS.items()
    }
    found[UNPLACED] = len(pool.effects.rows) - sum(found.values())
    return [
        asked.row(
            "count",
            number,
            measure=pool.synthesis.measure,
            level=f"{pool.key}: {name}",
            method="effects counted by the length of the programme",
        )
        for name, number in found.items()
    ]


def _worthwhile(pool: Pool, asked: Asked) -> list[Result]:
    """The share of settings whose true effect is as large as the size that matters, in percent.

    A setting is a trial, however many effects it gives. Nothing is told from fewer than four
    trials, nor where resampling them gives no interval: a share alone would look certain.
    """
    sizes = asked.plan.measures[pool.synthesis.measure].thresholds
    if pool.trials < LEAST_TRIALS:
        return []
    rows = []
    for size in (each for each in sizes if each.kind == "synthesis"):
        found = pool.fit.share_beyond(-size.value).iloc[0]
        if not math.isfinite(found["lower"]):
            continue
        rows.append(
            asked.row(
                "share_worthwhile",
                100 * found["share"],
                measure=pool.synthesis.measure,
                level=pool.key,
                lower=100 * found["lower"],
                upper=100 * found["upper"],
                n=pool.trials,
                method=f"{size.name} of {size.value:g}; true effects of {pool.trials} trials, "
                "drawn towards their mean, are counted; interval by resampling trials",
            )
        )
    return rows
