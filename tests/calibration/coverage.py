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
from scipy.special import ndtri, stdtrit

from analysis.errors import ModelError
from analysis.stats.covariance import find_structure
from analysis.stats.design import Design
from analysis.stats.inference import Inference
from analysis.stats.likelihood import Problem
from analysis.stats.observations import Observations, sum_up
from analysis.stats.patterns import arrange
from analysis.stats.reml import maximise
from analysis.stats.screen import refuse_unseen_pairs
from analysis.stats.smallsample import variances

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


def true_sigma(layout: Layout) -> np.ndarray:
    """The covariance of the visits, autoregressive."""
    m = len(layout.sd)
    steps = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    return np.outer(layout.sd, layout.sd) * layout.decay**steps


def simulate(layout: Layout, rng: np.random.Generator) -> pd.DataFrame:
    """One trial, one row an observed outcome."""
    n, m, sigma = 2 * layout.an_arm, len(layout.sd), true_sigma(layout)
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


def observe(table: pd.DataFrame) -> tuple[Observations, np.ndarray]:
    """What `mmrm` reads from `y ~ arm * visit`, and the weights of the last visit's difference.

    The design is written out here: reading a formula takes longer than the fit.
    """
    visits = np.unique(table["visit"])
    when = np.searchsorted(visits, table["visit"].to_numpy())
    arm = table["arm"].cat.codes.to_numpy()
    at = np.column_stack([np.ones(len(table)), when[:, None] == np.arange(1, len(visits))])
    X, y = np.column_stack([at, at * arm[:, None]]), table["y"].to_numpy()
    names = tuple(f"b{i}" for i in range(X.shape[1]))
    design = Design("y ~ arm * visit", names, X, y, None, table, {}, np.arange(len(y)), 0)
    who, people = pd.factorize(table["who"])
    seen = arrange(who, when, len(visits))
    weights = np.zeros((1, X.shape[1]))
    weights[0, [len(visits), -1]] = 1.0
    made = Observations(design, seen, (), (seen,), None, pd.Index(visits), pd.Index(people))
    return made, weights


def intervals(layout: Layout, table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Estimate, standard error and half width of the last visit's interval, by method."""
    observations, weights = observe(table)
    structure = find_structure("us")
    times = observations.visits.to_numpy()
    problem = Problem(sum_up(observations), structure, times, reml=True)
    refuse_unseen_pairs(problem.parts, structure, times)
    # From the true Sigma: the same maximum in fewer steps than from the moments of the data.
    optimum = maximise(problem, structure.start(true_sigma(layout), times))
    estimate, made = float(weights[0] @ optimum.point.beta), {}
    for name, (df, vcov) in METHODS.items():
        used = Inference(observations, problem, optimum, df, vcov)
        se = float(np.sqrt(variances(weights, used.covariance)[0]))
        if name == "z":
            quantile = ndtri((1 + LEVEL) / 2)
        else:
            quantile = stdtrit(used.degrees(weights)[0], (1 + LEVEL) / 2)
        made[name] = estimate, se, se * float(quantile)
    return made


def run(layout: Layout, n_trials: int, seed: int = 1) -> pd.DataFrame:
    """Coverage of one layout: one row a method."""
    found, refused = {name: [] for name in METHODS}, 0
    for number in range(n_trials):
        table = simulate(layout, np.random.default_rng([seed, layout.an_arm, number]))
        try:
            made = intervals(layout, table)
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


def main(n_trials: int = N_TRIALS, kept: Path = KEPT) -> pd.DataFrame:
    """All layouts; the table is kept when the number of trials is the full one."""
    table = pd.concat([run(layout, n_trials) for layout in LAYOUTS], ignore_index=True)
    if n_trials == N_TRIALS:
        table.to_csv(kept, index=False, lineterminator="\n")
    print(table.to_string(index=False))
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_TRIALS)
