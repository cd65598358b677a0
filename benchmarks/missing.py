"""Speed of imputation: draw, impute, analyse, pool, and a tipping map, on simulated trials.

Run: python benchmarks/missing.py [--people 172] [--visits 4]
Single-threaded BLAS; the best of three calls counts. Prints a table with the bar of each row.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.stats.impute import impute
from analysis.stats.impute_result import Imputation
from analysis.stats.tipping import tipping

FORMULA = "y ~ baseline * visit + arm * visit"
COLUMNS = {"subject": "who", "visit": "visit", "arm": "arm", "reference": "control"}
ROUNDS = 3
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")


def simulated(people: int, visits: int) -> pd.DataFrame:
    """A simulated trial: two arms, correlated visits, a quarter dropping out, none at the first."""
    rng = np.random.default_rng(people + visits)
    steps = np.arange(visits)
    corr = 0.4 + 0.6 * 0.75 ** np.abs(steps[:, None] - steps)
    np.fill_diagonal(corr, 1.0)
    y = rng.multivariate_normal(np.zeros(visits), 36 * corr, people)
    arm = np.arange(people) % 2
    y -= np.outer(arm, steps)
    last = np.where(rng.random(people) < 0.26, rng.integers(1, visits, people), visits)
    y[steps >= last[:, None]] = np.nan
    who = np.repeat(np.arange(people), visits)
    return pd.DataFrame(
        {
            "who": who,
            "arm": pd.Categorical(np.array(["control", "trained"])[arm[who]]),
            "visit": np.tile(steps + 1, people),
            "baseline": rng.normal(50, 10, people)[who],
            "y": y.reshape(-1),
        }
    )


def four_strategies(data: pd.DataFrame) -> Imputation:
    """The conditional-mean jackknife of mar, and of three more strategies."""
    made = impute(FORMULA, data, **COLUMNS)
    for name in ("j2r", "cr", "cir"):
        made = made.using(strategy=name)
    return made


def rows(data: pd.DataFrame) -> list[tuple[str, float, Callable[[], object]]]:
    """What is timed, with its bar in seconds (for 172 people and 4 visits)."""
    chance = {"n": 1000, "seed": 1, **COLUMNS}
    grid = np.linspace(-10, 10, 21)

    def mapped(method: str) -> object:
        n = {} if method == "condmean-jackknife" else {"n": 1000, "seed": 1}
        made = impute(FORMULA, data, method=method, strategy="j2r", **n, **COLUMNS)
        return tipping(made, grid, comparator_deltas=grid)

    return [
        ("conditional means, jackknife, 4 strategies", 1.0, lambda: four_strategies(data)),
        (
            "approximate Bayes, 1000",
            5.0,
            lambda: impute(FORMULA, data, method="bootstrap", **chance),
        ),
        ("Bayes (Gibbs), 1000", np.nan, lambda: impute(FORMULA, data, method="bayes", **chance)),
        (
            "conditional means, bootstrap, 1000",
            np.nan,
            lambda: impute(FORMULA, data, method="condmean-bootstrap", **chance),
        ),
        (
            "approximate Bayes, 1000, analysed by MMRM",
            np.nan,
            lambda: impute(FORMULA, data, method="bootstrap", analysis="mmrm", **chance),
        ),
        ("tipping map 21 x 21, jackknife", 10.0, lambda: mapped("condmean-jackknife")),
        ("tipping map 21 x 21, 1000 imputations", 10.0, lambda: mapped("bootstrap")),
    ]


def main() -> None:
    """Time every row and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=172)
    parser.add_argument("--visits", type=int, default=4)
    chosen = parser.parse_args()
    if any(os.environ.get(name) != one for name, one in ONE_THREAD.items()):
        # Threads are counted when NumPy is first imported, so the work is done in a new process.
        command = [sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False).returncode)
    data = simulated(chosen.people, chosen.visits)
    print(f"simulated: {chosen.people} people x {chosen.visits} visits, ", end="")
    print(f"{int(data['y'].isna().sum())} values absent\n")
    print("| whole call | seconds | bar |\n|---|---|---|")
    for name, bar, call in rows(data):
        best = np.inf
        for _ in range(ROUNDS):
            start = time.perf_counter()
            call()
            best = min(best, time.perf_counter() - start)
        print(f"| {name} | {best:.2f} | {'' if np.isnan(bar) else f'{bar:g}'} |", flush=True)


if __name__ == "__main__":
    main()
