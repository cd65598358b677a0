"""In how many settings the training does better at all, beside how much it does on average."""

from __future__ import annotations

import math

from analysis.estimate.asked import Asked
from analysis.estimate.pool import Pool
from analysis.result.record import Result

# Of fewer trials a share of settings is a count of those trials.
LEAST_TRIALS = 4


def better_rows(pool: Pool, asked: Asked) -> list[Result]:
    """The share of settings whose true effect favours the training, in percent.

    Args:
        pool: a synthesis, pooled.
        asked: the question as asked.

    Returns:
        A row `share_better`, n the trials; none from fewer than four trials, or where trials differ
        by no more than chance, since the share is then none or all by construction.

    Source: Mathur & VanderWeele (2020) Res Synth Methods 11:356.
    """
    if pool.trials < LEAST_TRIALS:
        return []
    found = pool.fit.share_beyond(0.0).iloc[0]
    if not math.isfinite(found["lower"]):
        return []
    share, lower, upper = (100 * found[name] for name in ("share", "lower", "upper"))
    method = (
        f"true effects of {pool.trials} trials, drawn towards their mean, on the side of less; "
        "interval by resampling trials"
    )
    place = {"measure": pool.synthesis.measure, "level": pool.key, "n": pool.trials}
    ends = {"lower": lower, "upper": upper}
    return [asked.row("share_better", share, method=method, **ends, **place)]
