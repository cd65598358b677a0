"""Is the truth found after the programme? Course, durability, relapse, majority and subgroups.

Run: ``python -m tests.calibration.two_years [trials] [kinds of trial]``; writes
``validation/two_years/recovered.csv``, of which the rows of kinds that are not named stay.
Each estimator answers simulated trials of two arms whose truth is known; the table gives bias and
coverage of the 95 % intervals with their Monte Carlo errors.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.estimators import estimate
from analysis.result.record import to_frame
from tests.calibration.two_years_trials import bent, entered, fading, flaring, parted, straight
from tests.calibration.two_years_truths import SHORT, truths

HERE = Path(__file__).parents[2] / "validation" / "two_years"
WORKERS = 2
# The question that each trial is asked, and the name that stands before the ids of its rows.
ASKED: dict[str, tuple[Callable[[int], Trial], str]] = {
    "straight": (straight, "course"),
    **{short: (partial(bent, shape=shape), "course") for shape, short in SHORT.items()},
    # The plan takes straight pieces for a course that is none.
    "missed": (partial(bent, shape="natural spline", main="piecewise linear"), "course"),
    "durability": (straight, "durability"),
    "fading": (fading, "durability"),
    "flat": (partial(flaring, frail=False), "relapse"),
    "frail": (partial(flaring, frail=True), "relapse"),
    "entered": (entered, "majority"),
    "parted": (parted, "subgroups"),
}
# A test has no interval: of it, the share of trials in which it finds nothing at 5 %.
TESTS = (
    "parted.interaction.pain_vas.week104.half",
    "missed.lack_of_fit.pain_vas",
    "missed.lack_of_fit.pain_vas.natural_spline",
)
# These have infinite values among them, so they are judged by their median.
BY_MEDIAN = ("half_life", "weeks_until_below")


def answers(seed: int, kinds: Sequence[str] = tuple(ASKED)) -> pd.DataFrame:
    """The rows of one simulated trial of each kind, by id; a question that is refused has none."""
    found = []
    for name in kinds:
        made, question = ASKED[name]
        rows = _asked(made(seed), question)
        found.append(rows.assign(id=name + "." + rows["id"].str.partition(".")[2]))
    return pd.concat(found).set_index("id")[["value", "lower", "upper", "p"]]


def _asked(trial: Trial, key: str) -> pd.DataFrame:
    try:
        return to_frame(estimate(trial, key, chapter="c"))
    except ModelError:
        return to_frame([])


def recovered(trials: int, kinds: Sequence[str] = tuple(ASKED)) -> pd.DataFrame:
    """Bias and coverage of every estimator over simulated trials, a row an estimator."""
    wanted = [key for key in (*truths(), *TESTS) if key.partition(".")[0] in kinds]
    with ProcessPoolExecutor(WORKERS) as pool:
        made = pool.map(partial(answers, kinds=kinds), range(trials), chunksize=5)
        whole = pd.concat([rows.reindex(wanted) for rows in made])
    return pd.DataFrame([_judged(key, whole.loc[key]) for key in wanted]).set_index("estimator")


def _judged(key: str, own: pd.DataFrame) -> dict:
    own = own.dropna(subset="value")
    if key in TESTS:
        held = round(float((own["p"] >= 0.05).mean()), 4)
        return {"estimator": key, "trials": len(own), "coverage": held, **_chance(len(own))}
    truth = truths()[key]
    ratio = "ratio" in key or "half_life" in key
    # Ratios and half-lives are judged on the scale of their logarithms.
    values = np.sort(np.log(own["value"]) if ratio else own["value"])
    median = any(name in key for name in BY_MEDIAN)
    centre, error = _median(values) if median else _mean(values)
    row = {
        "estimator": key,
        "trials": len(own),
        "truth": round(truth, 3),
        "scale": ("logarithm" if ratio else "as it is") + (", median" if median else ""),
        "bias": round(float(centre - (np.log(truth) if ratio else truth)), 4),
        "bias_error": round(float(error), 4),
    }
    if own["lower"].isna().all():
        return row
    inside = own["lower"].le(truth) & own["upper"].ge(truth)
    return row | {"coverage": round(float(inside.mean()), 4), **_chance(len(own))}


def _mean(values: np.ndarray) -> tuple[float, float]:
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def _median(values: np.ndarray) -> tuple[float, float]:
    """With its standard error from the order statistics a binomial error away (values sorted)."""
    half = np.sqrt(len(values)) / 2
    low, high = (round(len(values) / 2 + sign * half) for sign in (-1, 1))
    return np.median(values), (values[min(high, len(values) - 1)] - values[max(low, 0)]) / 2


def _chance(trials: int) -> dict[str, float]:
    return {"coverage_error": round(float(np.sqrt(0.95 * 0.05 / trials)), 4)}


def main(trials: int, kinds: Sequence[str]) -> None:
    """Write the table; with kinds of trial named, only their rows are made anew."""
    made = recovered(trials, kinds or tuple(ASKED))
    path = HERE / "recovered.csv"
    if kinds:
        old = pd.read_csv(path, index_col="estimator")
        made = pd.concat([made, old[~old.index.isin(made.index)]])
    order = [key for key in (*truths(), *TESTS) if key in made.index]
    made.loc[order].to_csv(path, lineterminator="\n")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, sys.argv[2:])
