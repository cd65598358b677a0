"""Do 95 % intervals cover the truth in small trials? By simulation, method beside method.

Run: python -m tests.calibration.coverage [number of trials]
Writes validation/calibration/coverage.csv, one row a design and method. Simulated throughout.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelError
from analysis.stats.mmrm import MMRMFit, mmrm

KEPT = Path(__file__).resolve().parents[2] / "validation" / "calibration" / "coverage.csv"
N_TRIALS = 10_000
TRUTH = -5.0
LEVEL = 0.95
# Name of the method: degrees of freedom, variance.
METHODS = {
    "kenward-roger-linear": ("kenward-roger-linear", "asymptotic"),
    "kenward-roger": ("kenward-roger", "asymptotic"),
    "kenward-roger-expected": ("kenward-roger-expected", "asymptotic"),
    "satterthwaite": ("satterthwaite", "asymptotic"),
    "z": ("satterthwaite", "asymptotic"),
    "empirical": ("satterthwaite", "empirical"),
    "bias-reduced": ("satterthwaite", "bias-reduced"),
    "jackknife": ("satterthwaite", "jackknife"),
}


@dataclass(frozen=True)
class Layout:
    """A trial of two arms: people an arm, standard deviations and correlations of the visits.

    dropout: share of people gone before the last visit, in equal steps from the second visit on;
    who leaves depends on the last value seen (missing at random).
    """

    name: str
    an_arm: int
    sd: tuple[float, ...]
    decay: float
    dropout: float


LAYOUTS = (
    Layout("9 an arm, 3 visits, nothing missing", 9, (10.0, 12.0, 14.0), 0.7, 0.0),
    Layout("9 an arm, 3 visits, 25 % dropout", 9, (10.0, 12.0, 14.0), 0.7, 0.25),
    Layout("35 an arm, 4 visits, 25 % dropout", 35, (10.0, 11.0, 12.0, 14.0), 0.7, 0.25),
)


def simulate(layout: Layout, rng: np.random.Generator) -> pd.DataFrame:
    """One trial, one row an observed outcome."""
    n, m = 2 * layout.an_arm, len(layout.sd)
    steps = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    sigma = np.outer(layout.sd, layout.sd) * layout.decay**steps
    arm = np.repeat([0, 1], layout.an_arm)
    gain = np.linspace(0.0, TRUTH, m + 1)[1:]
    y = rng.standard_normal((n, m)) @ np.linalg.cholesky(sigma).T + arm[:, None] * gain
    seen = np.ones((n, m), dtype=bool)
    leave = 1 - (1 - layout.dropout) ** (1 / (m - 1))
    for visit in range(1, m):
        # Logistic in the last value; its slope 0.5 a standard deviation, its mean about `leave`.
        if leave > 0:
            score = np.log(leave / (1 - leave)) + 0.5 * y[:, visit - 1] / layout.sd[visit - 1]
            seen[:, visit] = seen[:, visit - 1] & (rng.random(n) > 1 / (1 + np.exp(-score)))
    who, visit = np.nonzero(seen)
    return pd.DataFrame(
        {
            "who": who,
            "visit": visit + 1.0,
            "arm": pd.Categorical.from_codes(arm[who], ["control", "programme"]),
            "y": y[seen],
        }
    )


def intervals(fit: MMRMFit, weights: np.ndarray) -> dict[str, tuple[float, float, float]]:
    """Estimate, standard error and half width of the interval, by method."""
    made = {}
    for name, (df, vcov) in METHODS.items():
        used = fit.using(df=df, vcov=vcov)
        se, degrees = (float(x[0]) for x in used.uncertainty(weights))
        quantile = stats.norm if name == "z" else stats.t(degrees)
        made[name] = float(weights[0] @ used.beta), se, se * float(quantile.ppf((1 + LEVEL) / 2))
    return made


def run(layout: Layout, n_trials: int, seed: int = 1) -> pd.DataFrame:
    """Coverage of one layout: one row a method."""
    found, refused = {name: [] for name in METHODS}, 0
    for number in range(n_trials):
        table = simulate(layout, np.random.default_rng([seed, layout.an_arm, number]))
        try:
            fit = mmrm("y ~ arm * visit", table, subject="who", visit="visit")
            last = fit.visits[-1]
            names = ["arm[T.programme]", f"arm[T.programme]:visit[T.{last}]"]
            weights = np.isin(fit.design.names, names).astype(float)[None]
            made = intervals(fit, weights)
        except ModelError:
            refused += 1
            continue
        for name, one in made.items():
            found[name].append(one)
    return pd.DataFrame([summarise(layout, name, rows, refused) for name, rows in found.items()])


def summarise(
    layout: Layout, method: str, rows: list[tuple[float, float, float]], refused: int
) -> dict[str, object]:
    """Coverage with its Monte Carlo error, and the mean standard error beside the true one."""
    estimate, se, half = np.array(rows).T
    covered = float((np.abs(estimate - TRUTH) <= half).mean())
    return {
        "layout": layout.name,
        "method": method,
        "trials": len(rows),
        "refused": refused,
        "coverage": round(covered, 5),
        "monte_carlo_error": round(float(np.sqrt(covered * (1 - covered) / len(rows))), 5),
        "bias_of_estimate": round(float(estimate.mean() - TRUTH), 4),
        "sd_of_estimates": round(float(estimate.std(ddof=1)), 4),
        "mean_se": round(float(se.mean()), 4),
        "se_ratio": round(float(np.sqrt((se**2).mean()) / estimate.std(ddof=1)), 4),
        "mean_width": round(float(2 * half.mean()), 4),
    }


def main(n_trials: int = N_TRIALS) -> None:
    """All layouts; the table is kept when the number of trials is the full one."""
    table = pd.concat([run(layout, n_trials) for layout in LAYOUTS], ignore_index=True)
    if n_trials == N_TRIALS:
        table.to_csv(KEPT, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_TRIALS)
