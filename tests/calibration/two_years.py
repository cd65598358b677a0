"""Is the truth found after the programme? Course, durability and relapse, by simulation.

Run: ``python -m tests.calibration.two_years [trials]``; writes
``validation/two_years/recovered.csv``.
Each estimator answers simulated trials of two arms whose truth is known; the table gives bias and
coverage of the 95 % intervals with their Monte Carlo errors.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.estimators import estimate
from analysis.plan.schema_course import Course, Durability
from analysis.result.record import to_frame
from tests.spec.long_trial import WEEKS, long_trial, question, true_course

HERE = Path(__file__).parents[2] / "validation" / "two_years"
EACH = 50
WORKERS = 2
HALF_LIFE, AT_END = 80.0, 20.0
RATES = {"usual": 1.2, "weights": 0.8}  # flare-ups a year
YEAR = 365.25
QUESTIONS = {
    "course": question("course", course=Course(shapes=("piecewise linear",), shown=3)),
    "durability": question(
        "durability", covariates=("baseline",), durability=Durability(weeks=(52, 104), samples=150)
    ),
    "relapse": question("relapse"),
}


def straight(seed: int) -> Trial:
    """A course of straight pieces, as `long_trial` makes it, with flare-ups at constant rates."""
    trial = long_trial(each=EACH, seed=seed, **QUESTIONS)
    numbers = np.random.default_rng([seed, 1])
    rows = []
    for who, arm in zip(trial.people["participant"], trial.people["arm"].astype(str), strict=True):
        day = numbers.exponential(YEAR / RATES[arm])
        while day < 7 * 104:
            rows.append((who, day, "flare-up"))
            day += numbers.exponential(YEAR / RATES[arm])
    events = pd.DataFrame(rows, columns=["participant", "day", "event"])
    return replace(trial, events=events)


def fading(seed: int) -> Trial:
    """The same people, but the programme's gain fades with a known half-life."""
    trial = long_trial(each=EACH, seed=seed + 10_000, **QUESTIONS)
    visits = trial.visits.copy()
    wanted = {w: -AT_END * 0.5 ** (max(w - 16, 0) / HALF_LIFE) for w in WEEKS}
    wanted[8] = -AT_END / 2
    straight_course = dict(zip(WEEKS, true_course(1), strict=True))
    mine = visits["arm"] == "weights"
    shift = visits.loc[mine, "week"].map(lambda week: wanted[week] - straight_course[week])
    for column in ("value", "change"):
        visits.loc[mine, column] += shift
    return replace(trial, visits=visits)


def truths() -> dict[str, float]:
    """What each result row should say, by its id."""
    usual, weights = (dict(zip(WEEKS, true_course(arm), strict=True)) for arm in (0, 1))
    at_40 = -20 + 6 * (40 - 16) / 88
    known = {
        "course.course_change.pain_vas.week40.weights": at_40,
        "course.course_difference.pain_vas.week16.weights": weights[16] - usual[16],
        "course.course_difference.pain_vas.week40.weights": at_40 + 6,
        "course.course_difference.pain_vas.week104.weights": weights[104] - usual[104],
        "course.course_difference.pain_vas.week104.weights.random_intercepts_and_slopes": -8.0,
        "course.change_sd_ratio.pain_vas.week104.weights": 1.0,
        "durability.gain.pain_vas.week16.weights": 20.0,
        "durability.gain_kept.pain_vas.week104.weights": 70.0,
        "durability.gain_kept_bootstrap.pain_vas.week104.weights": 70.0,
        "durability.extra_gain_kept.pain_vas.week104.weights": 100 * 8 / 14,
        "durability.extra_gain_kept_bootstrap.pain_vas.week104.weights": 100 * 8 / 14,
        "fading.half_life.pain_vas.weights": HALF_LIFE,
        "relapse.hazard_ratio.pain_vas.week104.weights": RATES["weights"] / RATES["usual"],
        "relapse.rate_ratio.pain_vas.week104.weights.robust_Poisson": 2 / 3,
    }
    free = {arm: np.exp(-rate * 7 * 52 / YEAR) for arm, rate in RATES.items()}
    known["relapse.free_percent.pain_vas.week52.weights"] = 100 * free["weights"]
    return known


def answers(seed: int) -> pd.DataFrame:
    """The rows of one simulated trial, by id; a question that is refused has none."""
    trial = straight(seed)
    found = [_asked(trial, key) for key in ("course", "durability", "relapse")]
    faded = _asked(fading(seed), "durability")
    faded["id"] = faded["id"].str.replace("durability.", "fading.", n=1)
    return pd.concat([*found, faded]).set_index("id")[["value", "lower", "upper"]]


def _asked(trial: Trial, key: str) -> pd.DataFrame:
    try:
        return to_frame(estimate(trial, key, chapter="c"))
    except ModelError:
        return to_frame([])


def recovered(trials: int) -> pd.DataFrame:
    """Bias and coverage of every estimator over simulated trials."""
    known = truths()
    with ProcessPoolExecutor(WORKERS) as pool:
        every = [rows.reindex(list(known)) for rows in pool.map(answers, range(trials))]
    rows = []
    for key, truth in known.items():
        own = pd.DataFrame([each.loc[key] for each in every]).dropna(subset="value")
        ratio = "ratio" in key or "half_life" in key
        # Ratios and half-lives are judged on the scale of their logarithms, by their median there.
        values = np.log(own["value"]) if ratio else own["value"]
        target = np.log(truth) if ratio else truth
        finite = values[np.isfinite(values)]
        inside = own["lower"].le(truth) & own["upper"].ge(truth)
        rows.append(
            {
                "estimator": key,
                "truth": round(truth, 3),
                "trials": len(own),
                "scale": "logarithm" if ratio else "as it is",
                "bias": round(float(finite.mean() - target), 4),
                "bias_error": round(float(finite.std(ddof=1) / np.sqrt(len(finite))), 4),
                "coverage": round(float(inside.mean()), 4),
                "coverage_error": round(float(np.sqrt(0.95 * 0.05 / len(own))), 4),
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    recovered(wanted).to_csv(HERE / "recovered.csv", index=False, lineterminator="\n")
