"""How effects go with the dose of training between trials, which no trial allocated at random."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimate.asked import Asked
from analysis.estimate.dose_known import (
    DOSES,
    MIDDLE,
    READINGS,
    WEEKS,
    Dose,
    dose_of_each,
    is_banded,
    numbers,
)
from analysis.estimate.pool import VERIFIED, Pool, levels_of
from analysis.estimate.tied import without_loops
from analysis.result.record import Result
from analysis.stats.synthesis.levels_fit import LevelsFit

BETWEEN = "between trials, not allocated at random; effects of one trial tied, robust variance"
# A slope takes two trials more than the coefficients of its model, a curve twice as many as they.
SPARE, CURVE_TRIALS, CURVE_VALUES = 2, 8, 5
CURVE = 'cr(dose, df=2, constraints="center")'
# With fewer degrees of freedom Satterthwaite's interval and p cannot be relied on: Tipton (2015)
# Psychol Methods 20:375.
LEAST_DF = 4
TOO_FEW = "too few trials for an interval to be relied on"


def dose_rows(pools: Sequence[Pool], asked: Asked) -> list[Result]:
    """How effects of one measure go with each dose, between trials.

    Args:
        pools: syntheses of one measure, a kind of comparator each.
        asked: the question as asked.

    Returns:
        What `dose_of_each` tells of each effect; the slopes of `DOSES` (level a synthesis, or
        `adjusted` for the kind of comparator), for one more; `curve` (level and week), a natural
        spline of two degrees over the weeks at the last kind of comparator, where at least eight
        trials have five lengths. Where lengths are told as bands of weeks, slope and curve take
        their middle, and stand again with both ends (`slope_shortest`, `slope_longest`, ...).
        Below four degrees of freedom a slope has no interval and no p, and a curve none where one
        of its own coefficients has fewer; `method` says so.
    """
    rows = dose_of_each(pools, asked)
    together = _together(pools) if len(pools) > 1 else None
    for dose in DOSES:
        for pool in pools:
            rows += _slopes(pool.effects.rows, dose, pool.key, pool, asked)
        if together is not None:
            rows += _slopes(together, dose, "adjusted", pools[0], asked)
    if together is not None:
        for reading in _readings(together, WEEKS):
            rows += _curve(together, reading, pools, asked)
    return rows


def _together(pools: Sequence[Pool]) -> pd.DataFrame:
    """The effects of all pools, each with its kind of comparator.

    Three groups of a trial may stand in two sets: what follows from other effects stays out.
    """
    parts = [pool.effects.rows.assign(comparator_set=pool.key) for pool in pools]
    rows, _ = without_loops(pd.concat(parts, ignore_index=True))
    kinds = pd.CategoricalDtype([pool.key for pool in pools])
    return rows.astype({"comparator_set": kinds})


def _readings(rows: pd.DataFrame, dose: Dose) -> list[str]:
    """The ways to read lengths that are told as bands; one where there are none."""
    return list(READINGS) if dose is WEEKS and is_banded(rows).any() else [MIDDLE]


def _known(rows: pd.DataFrame, dose: Dose, reading: str) -> pd.DataFrame:
    made = rows.assign(dose=numbers(rows, dose, reading))
    return made[made["dose"].notna()]


def _slopes(rows: pd.DataFrame, dose: Dose, level: str, pool: Pool, asked: Asked) -> list[Result]:
    readings = _readings(rows, dose)
    made = (_slope(rows, dose, reading, level, pool, asked) for reading in readings)
    return [row for row in made if row is not None]


def _slope(
    rows: pd.DataFrame, dose: Dose, reading: str, level: str, pool: Pool, asked: Asked
) -> Result | None:
    """The change of the effect by dose; None where too few trials differ in it."""
    known = _known(rows, dose, reading)
    formula, coefficients = "effect ~ dose", 2
    if "comparator_set" in known:
        if known["comparator_set"].nunique() < 2:
            return None
        formula, coefficients = "effect ~ dose + comparator_set", 3
    trials = known["trial_key"].nunique()
    if trials < coefficients + SPARE or known.groupby("trial_key")["dose"].first().nunique() < 2:
        return None
    fit = levels_of(known, formula, pool.synthesis.level)
    line = fit.coefficients.set_index("name").loc["dose"]
    relied = line["df"] >= LEAST_DF
    return asked.row(
        dose.slope + reading,
        line["estimate"],
        measure=pool.synthesis.measure,
        level=level,
        se=line["se"],
        df=line["df"],
        **({name: line[name] for name in ("lower", "upper", "p")} if relied else {}),
        n=len(known),
        n_observed=trials,
        method=_method(rows, dose, reading, fit, relied=relied),
        verified=VERIFIED,
    )


def _method(
    rows: pd.DataFrame, dose: Dose, reading: str, fit: LevelsFit, *, relied: bool, start: str = ""
) -> str:
    banded = dose is WEEKS and is_banded(rows).any()
    parts = [start, fit.method, BETWEEN, READINGS[reading] if banded else ""]
    parts += [] if relied else [f"{TOO_FEW} (fewer than {LEAST_DF} degrees of freedom)"]
    return "; ".join(part for part in parts if part)


def _curve(rows: pd.DataFrame, reading: str, pools: Sequence[Pool], asked: Asked) -> list[Result]:
    """The effect over the weeks as a curve, which a straight line would hide."""
    known, last = _known(rows, WEEKS, reading), pools[-1]
    trials, kinds = known["trial_key"].nunique(), known["comparator_set"]
    if trials < CURVE_TRIALS or known["dose"].nunique() < CURVE_VALUES or kinds.nunique() < 2:
        return []
    fit = levels_of(known, f"effect ~ {CURVE} + comparator_set", last.synthesis.level)
    weeks = np.arange(math.ceil(known["dose"].min()), math.floor(known["dose"].max()) + 1)
    at = pd.DataFrame({"dose": weeks.astype(float), "comparator_set": last.key})
    told = fit.predict(at.astype({"comparator_set": kinds.dtype}))
    bends = fit.coefficients["name"].str.startswith("cr(")
    relied = bool((fit.coefficients.loc[bends, "df"] >= LEAST_DF).all())
    start = "natural spline of two degrees"
    method = _method(rows, WEEKS, reading, fit, relied=relied, start=start)
    return [
        asked.row(
            f"curve{reading}",
            line.estimate,
            measure=last.synthesis.measure,
            week=int(week),
            level=last.key,
            se=line.se,
            df=line.df if relied and math.isfinite(line.df) else None,
            **({"lower": line.lower, "upper": line.upper} if relied else {}),
            n=len(known),
            n_observed=trials,
            method=method,
            verified=VERIFIED,
        )
        for week, line in zip(weeks, told.itertuples(), strict=True)
    ]
