"""The dose of training across studies: weeks, sessions a week, and sessions in all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.contrasts import contrast_row, with_arms
from analysis.estimate.effects import Z, derive
from analysis.estimate.pool import VERIFIED, Pool, levels_of
from analysis.estimate.tied import covariance_of, without_loops
from analysis.result.record import Result

# Effects of two doses of one exercise, allocated at random.
WITHIN = "same exercise, lower dose"
BETWEEN = "between trials, not allocated at random; effects of one trial tied, robust variance"
# A slope takes two trials more than the coefficients of its model, a curve twice as many as they.
SPARE, CURVE_TRIALS, CURVE_VALUES = 2, 8, 5
CURVE = 'cr(dose, df=2, constraints="center")'


@dataclass(frozen=True)
class Dose:
    """A dose of training: its column in the published effects, and the statistics about it."""

    column: str
    each: str | None
    slope: str


WEEKS = Dose("programme_weeks", None, "slope")
DOSES = (
    WEEKS,
    Dose("sessions_per_week", "sessions_a_week", "slope_sessions_a_week"),
    Dose("total_sessions", "sessions_in_all", "slope_sessions_in_all"),
)


def dose_rows(pools: Sequence[Pool], asked: Asked) -> list[Result]:
    """How effects of one measure go with each dose, between trials.

    Args:
        pools: syntheses of one measure, a kind of comparator each.
        asked: the question as asked.

    Returns:
        Rows `sessions_a_week` and `sessions_in_all` of each effect (level `key:row`); the slopes of
        `DOSES` (level a synthesis, or `adjusted` for the kind of comparator), for one more; `curve`
        (level and week), a natural spline of two degrees over the weeks at the last kind of
        comparator, where at least eight trials have five lengths.
    """
    rows = [row for pool in pools for row in _each(pool, asked)]
    for dose in DOSES:
        for pool in pools:
            rows += _slope(pool.effects.rows, dose, pool.key, pool, asked)
        if len(pools) > 1:
            rows += _slope(_together(pools), dose, "adjusted", pools[0], asked)
    return rows + (_curve(_together(pools), pools, asked) if len(pools) > 1 else [])


def _each(pool: Pool, asked: Asked) -> list[Result]:
    """The dose behind each effect, where it is told as a number; weeks stand with the effect."""
    return [
        asked.row(
            dose.each,
            value,
            measure=pool.synthesis.measure,
            level=f"{pool.key}:{line.row_id}",
            method=f"as published; {line.where}",
        )
        for dose in DOSES
        if dose.each is not None
        for line, value in zip(
            pool.effects.rows.itertuples(), _numbers(pool.effects.rows, dose), strict=True
        )
        if pd.notna(value)
    ]


def _numbers(rows: pd.DataFrame, dose: Dose) -> pd.Series:
    """The dose as a number; what is told in words, as of arms that differ, is missing."""
    return pd.to_numeric(rows[dose.column], errors="coerce").astype(float)


def _together(pools: Sequence[Pool]) -> pd.DataFrame:
    """The effects of all pools, each with its kind of comparator.

    Three groups of a trial may stand in two sets: what follows from other effects stays out.
    """
    parts = [pool.effects.rows.assign(comparator_set=pool.key) for pool in pools]
    rows, _ = without_loops(pd.concat(parts, ignore_index=True))
    kinds = pd.CategoricalDtype([pool.key for pool in pools])
    return rows.astype({"comparator_set": kinds})


def _slope(rows: pd.DataFrame, dose: Dose, level: str, pool: Pool, asked: Asked) -> list[Result]:
    """The change of the effect by dose; nothing where too few trials differ in it."""
    known = _known(rows, dose)
    formula, coefficients = "effect ~ dose", 2
    if "comparator_set" in known:
        if known["comparator_set"].nunique() < 2:
            return []
        formula, coefficients = "effect ~ dose + comparator_set", 3
    trials = known["trial_key"].nunique()
    if trials < coefficients + SPARE or known.groupby("trial_key")["dose"].first().nunique() < 2:
        return []
    fit = levels_of(known, formula, pool.synthesis.level)
    line = fit.coefficients.set_index("name").loc["dose"]
    return [
        asked.row(
            dose.slope,
            line["estimate"],
            measure=pool.synthesis.measure,
            level=level,
            se=line["se"],
            df=line["df"],
            lower=line["lower"],
            upper=line["upper"],
            p=line["p"],
            n=len(known),
            n_observed=trials,
            method=f"{fit.method}; {BETWEEN}",
            verified=VERIFIED,
        )
    ]


def _known(rows: pd.DataFrame, dose: Dose) -> pd.DataFrame:
    made = rows.assign(dose=_numbers(rows, dose))
    return made[made["dose"].notna()]


def _curve(rows: pd.DataFrame, pools: Sequence[Pool], asked: Asked) -> list[Result]:
    """The effect over the weeks as a curve, which a straight line would hide."""
    known, last = _known(rows, WEEKS), pools[-1]
    trials, kinds = known["trial_key"].nunique(), known["comparator_set"]
    if trials < CURVE_TRIALS or known["dose"].nunique() < CURVE_VALUES or kinds.nunique() < 2:
        return []
    fit = levels_of(known, f"effect ~ {CURVE} + comparator_set", last.synthesis.level)
    weeks = np.arange(math.ceil(known["dose"].min()), math.floor(known["dose"].max()) + 1)
    at = pd.DataFrame({"dose": weeks.astype(float), "comparator_set": last.key})
    told = fit.predict(at.astype({"comparator_set": kinds.dtype}))
    return [
        asked.row(
            "curve",
            line.estimate,
            measure=last.synthesis.measure,
            week=int(week),
            level=last.key,
            se=line.se,
            df=line.df if math.isfinite(line.df) else None,
            lower=line.lower,
            upper=line.upper,
            n=len(known),
            n_observed=trials,
            method=f"natural spline of two degrees; {fit.method}; {BETWEEN}",
            verified=VERIFIED,
        )
        for week, line in zip(weeks, told.itertuples(), strict=True)
    ]


def within_rows(trial: Trial, pool: Pool, asked: Asked) -> list[Result]:
    """Doses of one exercise that a trial allocated at random.

    Returns:
        Rows `dose_within`: two doses as printed (level the key of the row), or through the
        comparator that both share (level trial and groups, comparator the doses in words); and
        `dose_stated`, what a text states of two doses without a number, as `contrasts` tells it.
    """
    table = trial.published.effects
    own = table[(table["comparator_type"] == WITHIN) & table["usable_between_arm"].eq("yes")]
    made = derive(own.reset_index(drop=True), pool.synthesis.effect)
    printed = made[made["effect"].notna()]
    rows = [_printed(line, pool, asked) for line in printed.itertuples()]
    keys = ["trial_key", "group_exercise", "group_comparator"]
    known = set(printed[keys].itertuples(index=False, name=None))
    for _, effects in pool.effects.rows.groupby(["trial_key", "group_comparator"], sort=False):
        rows += _through(effects, known, pool, asked)
    stated = with_arms(trial.published)
    if "compares_doses" in stated:
        told = stated[stated["compares_doses"].eq("yes")].itertuples()
        rows += [contrast_row(line, asked, stated="dose_stated") for line in told]
    return [row for row in rows if row is not None]


def _printed(line: tuple, pool: Pool, asked: Asked) -> Result:
    people = [line.n_exercise, line.n_control]
    return asked.row(
        "dose_within",
        line.effect,
        measure=pool.synthesis.measure,
        week=None if pd.isna(line.programme_weeks) else int(line.programme_weeks),
        level=line.row_id,
        se=line.se,
        lower=line.lower,
        upper=line.upper,
        n=None if pd.isna(people).any() else int(sum(people)),
        method=f"doses allocated at random within the trial; {line.derivation}; {line.where}",
    )


def _through(effects: pd.DataFrame, known: set, pool: Pool, asked: Asked) -> list[Result]:
    """Each pair of doses of a trial that is not printed, the higher minus the lower."""
    own = effects.assign(dose=_numbers(effects, DOSES[1])).dropna(subset=["dose"])
    rows = []
    for low, high in combinations(own.sort_values("dose").index, 2):
        one, other = own.loc[high], own.loc[low]
        pair = (one["trial_key"], one["group_exercise"], other["group_exercise"])
        same = one["exercise_type"] == other["exercise_type"] and one["dose"] > other["dose"]
        if pair not in known and same:
            rows.append(_difference(own.loc[[high, low]], pair, pool, asked))
    return rows


def _difference(rows: pd.DataFrame, pair: tuple, pool: Pool, asked: Asked) -> Result:
    one, other = rows.iloc[0], rows.iloc[1]
    V = covariance_of(rows)
    value = one["effect"] - other["effect"]
    se = math.sqrt(V[0, 0] + V[1, 1] - 2 * V[0, 1])
    people = [one["n_exercise"], other["n_exercise"]]
    how = "difference of two effects against the comparator that they share, with their covariance"
    return asked.row(
        "dose_within",
        value,
        measure=pool.synthesis.measure,
        week=None if pd.isna(one["programme_weeks"]) else int(one["programme_weeks"]),
        level="{}_{}_vs_{}".format(*pair),
        comparator=f"{one['study']}, {one['arm_exercise']} against {other['arm_exercise']}",
        se=se,
        lower=value - Z * se,
        upper=value + Z * se,
        n=None if pd.isna(people).any() else int(sum(people)),
        method=f"doses allocated at random within the trial; {how}; {one['where']}",
    )
