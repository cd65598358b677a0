"""Programme length and dose across studies: what trials allocated at random is kept apart."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.effects import derive
from analysis.estimate.pool import VERIFIED, Pool, levels_of, pools_of
from analysis.estimate.synthesis import effect_rows, left_out_rows, size_rows
from analysis.estimate.tied import without_loops
from analysis.result.record import Result

# Effects of two doses of one exercise, allocated at random.
WITHIN = "same exercise, lower dose"
BANDS = {"up to 8 weeks": (0, 8), "9 to 11 weeks": (9, 11), "12 weeks or more": (12, math.inf)}
LEAST_TRIALS = 4
BETWEEN = "between trials, not allocated at random; effects of one trial tied, robust variance"


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
            of comparator.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows in the unit of the syntheses' measure: `effect` and `weight` (level `key:row`, week is
        the length), `pooled` by synthesis, `slope` (a week longer; level is a synthesis, or
        `adjusted` for the kind of comparator) where enough trials differ in length, `dose_within`
        (level is a row: two doses of one exercise, allocated at random), `count` (level `key: band
        of weeks`, effects: how length goes with the comparator), `share_worthwhile` (percent of
        settings whose true effect is as large as the size that matters, from four trials on),
        `left_out`.

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: the plan names rows that the published facts do not have.
        ModelError: effects that cannot be pooled.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    pools = pools_of(trial.published, asked)
    rows = []
    for pool in pools:
        rows += [*effect_rows(pool, asked), *left_out_rows(pool, asked), _pooled(pool, asked)]
        rows += [*_counts(pool, asked), *_worthwhile(pool, asked)]
        rows += _slope(pool.effects.rows, "effect ~ programme_weeks", pool.key, pool, asked)
    rows += _adjusted(pools, asked)
    return [*rows, *_within(trial, pools[0], asked), *size_rows(pools, asked)]


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
    """How many effects of each band of length there are: length goes with the comparator."""
    weeks = pool.effects.rows["programme_weeks"]
    return [
        asked.row(
            "count",
            int(weeks.between(low, high).sum()),
            measure=pool.synthesis.measure,
            level=f"{pool.key}: {band}",
            method="effects counted by the length of the programme",
        )
        for band, (low, high) in BANDS.items()
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


def _slope(rows: pd.DataFrame, formula: str, level: str, pool: Pool, asked: Asked) -> list[Result]:
    """The change of the effect by week; nothing where too few trials differ in length."""
    known = rows[rows["programme_weeks"].notna()]
    lengths = known.groupby("trial_key")["programme_weeks"].first()
    if len(lengths) < LEAST_TRIALS or lengths.nunique() < 2:
        return []
    fit = levels_of(known, formula, pool.synthesis.level)
    line = fit.coefficients.set_index("name").loc["programme_weeks"]
    return [
        asked.row(
            "slope",
            line["estimate"],
            measure=pool.synthesis.measure,
            level=level,
            se=line["se"],
            df=line["df"],
            lower=line["lower"],
            upper=line["upper"],
            p=line["p"],
            n=len(known),
            n_observed=len(lengths),
            method=f"{fit.method}; {BETWEEN}",
            verified=VERIFIED,
        )
    ]


def _adjusted(pools: list[Pool], asked: Asked) -> list[Result]:
    """One slope for all, with a mean effect for each kind of comparator."""
    if len(pools) < 2:
        return []
    parts = [pool.effects.rows.assign(comparator_set=pool.key) for pool in pools]
    # Three groups of a trial may stand in two sets: what follows from other effects stays out.
    rows, _ = without_loops(pd.concat(parts, ignore_index=True))
    kinds = pd.CategoricalDtype([pool.key for pool in pools])
    rows = rows.astype({"comparator_set": kinds})
    formula = "effect ~ programme_weeks + comparator_set"
    return _slope(rows, formula, "adjusted", pools[0], asked)


def _within(trial: Trial, pool: Pool, asked: Asked) -> list[Result]:
    """Two doses of one exercise, allocated at random, as published."""
    table = trial.published.effects
    own = table[(table["comparator_type"] == WITHIN) & table["usable_between_arm"].eq("yes")]
    made = derive(own.reset_index(drop=True), pool.synthesis.effect)
    return [
        asked.row(
            "dose_within",
            line.effect,
            measure=pool.synthesis.measure,
            week=None if pd.isna(line.programme_weeks) else int(line.programme_weeks),
            level=line.row_id,
            se=line.se,
            lower=line.lower,
            upper=line.upper,
            n=_people(line),
            method=f"doses allocated at random within the trial; {line.derivation}; {line.where}",
        )
        for line in made[made["effect"].notna()].itertuples()
    ]


def _people(line: tuple) -> int | None:
    people = [line.n_exercise, line.n_control]
    return None if pd.isna(people).any() else int(sum(people))
