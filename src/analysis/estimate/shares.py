"""A share of improvers of which a text prints bounds and no count, beside real comparators."""

from __future__ import annotations

import math

from scipy.stats import beta

from analysis.data.trial import Trial
from analysis.errors import DataError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.benchmark import benchmark_rows
from analysis.result.record import Result

# Printed percentages are rounded: 50 % stands for 49.5 to 50.5.
ROUNDING = 0.5


def estimate_shares(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """What a study without published counts can say of how many had less pain.

    Nothing is filled in: the bounds that are printed become bounds of counts and of shares.

    Args:
        trial: the study, with its published facts; the name of its plan is the `trial_key`.
        question: key of a question of the plan whose estimate is `shares`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        By arm and week (level: the row of the published table): `published_range` (no value: lower
        and upper are the bounds), `published_low`, `published_high` (percent), `count_low`,
        `count_high` (whole people that round to within them), `chance_low`, `chance_high` (ends of
        exact 95 % intervals at these counts); `difference_bound` (percentage points that two arms
        may differ by, at most, within the bounds); the rows of the benchmark; `interval_level`.

    Raises:
        UsageError: an unknown question, or a week or measure.
        DataError: the published facts have no shares of this study.

    Source: Clopper & Pearson (1934) Biometrika 26:404, at the ends of the bounds.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    table = trial.published.shares
    own = table[table["trial_key"] == trial.plan.study.name] if len(table) else table
    if own.empty:
        raise DataError(
            f"The published facts have no shares of '{trial.plan.study.name}'.",
            where="data/raw/published/shares.csv, column trial_key",
            why="there is nothing to analyse",
            do="Add the rows with their source, or correct the name of the study in the plan.",
        )
    rows = [row for line in own.itertuples() for row in _bounds(line, asked)]
    if own["arm"].nunique() > 1:
        widest = float((own["share_high"] - own["share_low"]).max())
        how = "; ".join(dict.fromkeys(own["between_arms"].dropna()))
        rows.append(asked.row("difference_bound", widest, method=f"within the bounds; {how}"))
    level = asked.row("interval_level", 100 * asked.question.options.level)
    return [*rows, *benchmark_rows(trial, asked), level]


def _bounds(line: tuple, asked: Asked) -> list[Result]:
    n, low, high = int(line.n), float(line.share_low), float(line.share_high)
    counts = (
        math.ceil(round((low - ROUNDING) * n / 100, 6)),
        math.floor(round((high + ROUNDING) * n / 100, 6)),
    )
    told = f"{line.citation}; {line.where}; {line.scope}"
    place = {"week": int(line.week), "level": str(line.row_id), "n": n}
    chance = (
        beta.ppf(0.025, counts[0], n - counts[0] + 1) if counts[0] else 0.0,
        beta.ppf(0.975, counts[1] + 1, n - counts[1]) if counts[1] < n else 1.0,
    )
    # One printed range is one result, whose share lies somewhere between its ends.
    ends = {"lower": low, "upper": high}
    return [
        asked.row("published_range", math.nan, method=told, **ends, **place),
        asked.row("published_low", low, method=told, **place),
        asked.row("published_high", high, method=told, **place),
        asked.row("count_low", counts[0], method="least whole count that rounds to it", **place),
        asked.row("count_high", counts[1], method="largest count that rounds to it", **place),
        asked.row("chance_low", 100 * chance[0], method="exact 95 % interval, lower end", **place),
        asked.row("chance_high", 100 * chance[1], method="exact 95 % interval, upper end", **place),
    ]
