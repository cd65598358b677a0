"""Doses of training that a trial allocated at random: the only ones that speak of the dose."""

from __future__ import annotations

import math
from itertools import combinations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.contrasts import contrast_row, with_arms
from analysis.estimate.dose_known import DOSES, numbers
from analysis.estimate.effects import Z, derive
from analysis.estimate.pool import Pool
from analysis.estimate.tied import covariance_of
from analysis.result.record import Result

# Effects of two doses of one exercise, allocated at random.
WITHIN = "same exercise, lower dose"


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
    own = effects.assign(dose=numbers(effects, DOSES[1])).dropna(subset=["dose"])
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
