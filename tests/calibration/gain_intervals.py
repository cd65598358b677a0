"""Which interval of a gain holds the truth: percentiles, bootstrap errors (z, t), jackknife?

Run: ``python -m tests.calibration.gain_intervals [trials]``; writes
``validation/two_years/gain_intervals.csv``.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimate.asked import understand
from analysis.estimate.durability_draws import resampled_gains
from analysis.estimate.estimand import select
from tests.calibration.two_years import HERE, WORKERS
from tests.calibration.two_years_trials import BASELINE, straight
from tests.spec.long_trial import WEEKS, true_course

SAMPLES = 300
KINDS = ("percentiles", "bootstrap, z", "bootstrap, t", "jackknife, t")


def held(seed: int) -> list[tuple[str, str, int, bool]]:
    """For every mean and difference: the kind of interval, whose, the week, whether it holds."""
    trial = straight(seed)
    asked_of = trial.plan.questions["durability"]
    more = replace(asked_of, durability=replace(asked_of.durability, samples=SAMPLES))
    trial = replace(trial, plan=replace(trial.plan, questions={"durability": more}))
    asked = understand(trial.plan, "durability", chapter="c")
    gains = resampled_gains(select(trial, asked, BASELINE), asked)
    usual, weights = (-np.array(true_course(arm)) for arm in (0, 1))
    found = []
    for arm, truth in (("usual", usual), ("weights", weights), (None, weights - usual)):
        values, samples, covariance = gains.of(arm or "weights", list(WEEKS), difference=not arm)
        df = gains.people.sum() - 2 if arm is None else gains.people[arm] - 1
        away = np.abs(values - truth)
        ends = np.quantile(samples, [0.025, 0.975], axis=0)
        spread, sure = samples.std(axis=0, ddof=1), stats.t.ppf(0.975, df)
        kinds = {
            "percentiles": (ends[0] <= truth) & (truth <= ends[1]),
            "bootstrap, z": away <= stats.norm.ppf(0.975) * spread,
            "bootstrap, t": away <= sure * spread,
            "jackknife, t": away <= sure * np.sqrt(np.diag(covariance)),
        }
        for kind, inside in kinds.items():
            of = "difference" if arm is None else arm
            found += [(kind, of, week, ok) for week, ok in zip(WEEKS, inside, strict=True)]
    return found


def main(trials: int) -> None:
    """Write the share of trials in which each kind of interval holds the truth."""
    with ProcessPoolExecutor(WORKERS) as pool:
        rows = [row for each in pool.map(held, range(trials), chunksize=5) for row in each]
    table = pd.DataFrame(rows, columns=["interval", "of", "week", "coverage"])
    wide = table.groupby(["interval", "of", "week"])["coverage"].mean().unstack("interval")
    made = wide[list(KINDS)].round(3).reset_index().assign(trials=trials)
    made.to_csv(HERE / "gain_intervals.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
