"""Speed and memory of the repeated-measures model, beside statsmodels' MixedLM, in one run.

Run: python benchmarks/mmrm.py [--largest 50000] [--peer 5000]
Each case runs in its own process with single-threaded BLAS; the table is printed and kept as
benchmarks/mmrm.csv. A whole call is timed: from the data frame to the coefficient table.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

from analysis.stats.crossproducts import sum_by_pattern
from analysis.stats.mmrm import mmrm
from analysis.stats.observations import Observations, read_observations

SIZES = [(27, 2), (240, 6), (1200, 8), (1000, 10), (5000, 8), (50000, 8)]
FORMULA = "y ~ baseline + arm * visit"
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
KINDS = ("satterthwaite", "kenward-roger", "kenward-roger-linear", "one pass", "MixedLM")


def simulated(people: int, visits: int) -> pd.DataFrame:
    """A simulated trial: two arms, correlated visits, a fifth dropping out, some visits missed."""
    rng = np.random.default_rng(people + visits)
    steps = np.arange(visits)
    corr = 0.4 + 0.6 * 0.75 ** np.abs(steps[:, None] - steps)
    np.fill_diagonal(corr, 1.0)
    y = rng.multivariate_normal(np.zeros(visits), 400 * corr, people)
    arm = np.arange(people) % 2
    y -= np.outer(arm, steps)
    last = np.where(rng.random(people) < 0.2, rng.integers(1, visits, people), visits)
    y[(steps >= last[:, None]) | (rng.random((people, visits)) < 0.02)] = np.nan
    who = np.repeat(np.arange(people), visits)
    return pd.DataFrame(
        {
            "who": who,
            "arm": pd.Categorical.from_codes(arm[who], ["control", "resistance"]),
            "visit": np.tile(steps, people),
            "baseline": rng.normal(55, 15, people)[who],
            "y": y.reshape(-1),
        }
    )


def measure(kind: str, people: int, visits: int) -> str:
    """Best wall time of up to five calls, steps, and the process's memory in MB."""
    data = simulated(people, visits)
    before = peak()
    prepare, run = calls(kind, data)
    times, steps = [], ""
    for _ in range(1 if kind == "MixedLM" else 3 if people > 20000 else 5):
        given = prepare()
        start = time.perf_counter()
        steps = run(given)
        times.append(time.perf_counter() - start)
    return f"{people},{visits},{kind},{min(times):.4f},{steps},{before:.0f},{peak():.0f}"


def calls(kind: str, data: pd.DataFrame) -> tuple[Callable[[], object], Callable[..., object]]:
    """What is made ready beforehand, and what is timed (it returns the number of steps)."""
    if kind == "MixedLM":
        return data.dropna, random_slope
    if kind == "one pass":
        return lambda: read_observations(FORMULA, data, subject="who", visit="visit"), one_pass
    return lambda: data, lambda table: whole_call(table, kind)


def whole_call(data: pd.DataFrame, df: str) -> int:
    fit = mmrm(FORMULA, data, subject="who", visit="visit", df=df)
    len(fit.coefficients)
    return fit.iterations


def one_pass(observations: Observations) -> str:
    sum_by_pattern(observations.design.with_outcome(), observations.arrangement)
    return ""


def random_slope(data: pd.DataFrame) -> str:
    formula = FORMULA.replace("visit", "C(visit)")
    mixedlm(formula, data, groups="who", re_formula="~visit").fit()
    return ""


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=50000, help="largest number of people")
    parser.add_argument("--peer", type=int, default=5000, help="largest for MixedLM")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(measure(asked.one[0], int(asked.one[1]), int(asked.one[2])))
        return
    lines = ["people,visits,call,seconds,steps,data_mb,peak_mb"]
    for people, visits in SIZES:
        for kind in KINDS:
            if people > (asked.peer if kind == "MixedLM" else asked.largest):
                continue
            one = [sys.executable, __file__, "--one", kind, str(people), str(visits)]
            done = subprocess.run(
                one, capture_output=True, text=True, check=True, env={**os.environ, **ONE_THREAD}
            )
            lines.append(done.stdout.strip().splitlines()[-1])
            print(lines[-1], flush=True)
    Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
