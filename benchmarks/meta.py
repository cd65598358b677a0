"""Speed of many meta-analyses at once, beside statsmodels' combine_effects, in one run.

Run: python benchmarks/meta.py [--sets 10000] [--peer 300]
Simulated data sets of 20 studies. Ours: REML with Hartung, Knapp, Sidik and Jonkman, all data sets
in one call; statsmodels has DerSimonian-Laird and the iterated method of moments, one call a data
set, and is run on the first of them. Processor seconds of one core; the table is printed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.stats.meta_analysis import combine_effects

from analysis.stats.synthesis.interval import q_profile
from analysis.stats.synthesis.pooled import pooled, prediction_interval
from analysis.stats.threads import one_thread

STUDIES = 20
REPEATS = 3


def simulated(sets: int) -> tuple[np.ndarray, np.ndarray]:
    """Standardised differences of trials of 20 to 300 people, tau2 = 0.05."""
    rng = np.random.default_rng(sets)
    v = 4 / np.exp(rng.uniform(np.log(20), np.log(300), (sets, STUDIES)))
    return rng.normal(-0.3, np.sqrt(v + 0.05)), v


@one_thread
def seconds(call: Callable[[], object]) -> float:
    """The best processor time of some calls."""
    taken = []
    for _ in range(REPEATS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.process_time()
            call()
            taken.append(time.process_time() - start)
    return min(taken)


def ours(y: np.ndarray, v: np.ndarray, method: str) -> None:
    """Estimate, interval and prediction interval of every data set."""
    prediction_interval(pooled(y, v, method=method, test="hksj"))


def with_profile(y: np.ndarray, v: np.ndarray) -> None:
    """The same with a Q-profile interval of tau2."""
    made = pooled(y, v)
    q_profile(y, v, None, made.hetero)


def peer(y: np.ndarray, v: np.ndarray, method: str) -> None:
    """statsmodels, one data set at a time."""
    for effects, variances in zip(y, v, strict=True):
        combine_effects(effects, variances, method_re=method, use_t=True).conf_int()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=10000, help="data sets")
    parser.add_argument("--peer", type=int, default=300, help="data sets for statsmodels")
    asked = parser.parse_args()
    y, v = simulated(asked.sets)
    few, their = y[: asked.peer], v[: asked.peer]
    rows = []
    for method in ("reml", "ml", "pm", "dl", "sj"):
        rows.append((f"ours, {method}, hksj", asked.sets, seconds(lambda m=method: ours(y, v, m))))
    rows.append(("ours, reml, with Q-profile", asked.sets, seconds(lambda: with_profile(y, v))))
    for method in ("dl", "iterated"):
        taken = seconds(lambda m=method: peer(few, their, m))
        rows.append((f"statsmodels, {method}", asked.peer, taken))
    table = pd.DataFrame(rows, columns=["call", "data sets", "cpu seconds"])
    table["microseconds each"] = 1e6 * table["cpu seconds"] / table["data sets"]
    fastest = table["microseconds each"].iloc[0]
    table["times ours by reml"] = table["microseconds each"] / fastest
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
