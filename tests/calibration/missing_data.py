"""Are estimates right, and do intervals cover, when people leave? By simulation, the truth known.

Run: python -m tests.calibration.missing_data [trials a mechanism]
Writes validation/calibration/missing_data.csv. Simulated throughout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.errors import ModelError
from analysis.estimate.responder_shares import DIFFERENCE, Group, compare_standardised
from analysis.stats.impute import impute

KEPT = Path(__file__).resolve().parents[2] / "validation" / "calibration" / "missing_data.csv"
N_TRIALS = 400
N_TRUTH = 2_000_000
WORKERS = 2
AN_ARM = 80
LEVEL = 0.95
RESPONSE = 15.0  # points of improvement that count as a response
IMPUTATIONS, SAMPLES = 50, 100
CONTROL = np.array([-4.0, -7.0, -8.0])
PROGRAMME = np.array([-8.0, -15.0, -20.0])
SD = np.array([12.0, 14.0, 16.0])
CORRELATION = np.array([[1.0, 0.7, 0.6], [0.7, 1.0, 0.7], [0.6, 0.7, 1.0]])
SIGMA = np.outer(SD, SD) * CORRELATION
REGRESSION = -0.3  # of the change on the baseline
HAZARD = 0.2  # of leaving before the second and before the third visit


@dataclass(frozen=True)
class Mechanism:
    """Why people leave, and what becomes of them.

    slope: log odds of leaving for each standard deviation of the last change seen. jumps: whether
    who leaves the programme goes on as people without it.
    """

    name: str
    slope: float
    jumps: bool


MECHANISMS = (
    Mechanism("MCAR, stays on course", 0.0, False),
    Mechanism("MAR dropout, stays on course", 0.7, False),
    Mechanism("MAR dropout, then jumps to reference", 0.7, True),
)
STRATEGIES = ("mar", "j2r")
METHODS = {
    "bootstrap": {"n": IMPUTATIONS},
    "condmean-jackknife": {},
    "condmean-bootstrap": {"n": SAMPLES},
}
MEAN, SHARE = "difference in means", "difference in responders, percentage points"


def people(
    mechanism: Mechanism, an_arm: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Arm, baseline, changes as they truly went on (N x 3) and which of them were seen."""
    arm = np.repeat([0, 1], an_arm)
    n = len(arm)
    baseline = rng.normal(55, 12, n)
    noise = rng.standard_normal((n, 3)) @ np.linalg.cholesky(SIGMA).T
    noise = noise + REGRESSION * (baseline - 55)[:, None]
    mean = np.where(arm[:, None] == 1, PROGRAMME, CONTROL)
    seen = np.ones((n, 3), dtype=bool)
    for visit in (1, 2):
        last = (noise + mean)[:, visit - 1] - CONTROL[visit - 1]
        leave = expit(np.log(HAZARD / (1 - HAZARD)) + mechanism.slope * last / SD[visit - 1])
        seen[:, visit] = seen[:, visit - 1] & (rng.random(n) > leave)
    if mechanism.jumps:
        mean = np.where(seen, mean, CONTROL)
    return arm, baseline, noise + mean, seen


def truth(mechanism: Mechanism) -> dict[str, float]:
    """What both differences are when nobody is lost sight of, from many people."""
    arm, _, change, _ = people(mechanism, N_TRUTH // 2, np.random.default_rng(7))
    last = change[:, -1]
    responds = 100.0 * (last <= -RESPONSE)
    return {
        MEAN: float(last[arm == 1].mean() - last[arm == 0].mean()),
        SHARE: float(responds[arm == 1].mean() - responds[arm == 0].mean()),
    }


def trial(mechanism: Mechanism, number: int, seed: int = 1) -> list[tuple]:
    """Every estimate of one trial: quantity, strategy, method, estimate, se, lower, upper."""
    rng = np.random.default_rng([seed, MECHANISMS.index(mechanism), number])
    arm, baseline, change, seen = people(mechanism, AN_ARM, rng)
    table = pd.DataFrame(
        {
            "who": np.repeat(np.arange(len(arm)), 3),
            "visit": np.tile([1, 2, 3], len(arm)),
            "arm": pd.Categorical.from_codes(np.repeat(arm, 3), ["control", "programme"]),
            "baseline": np.repeat(baseline, 3),
            "change": np.where(seen, change, np.nan).reshape(-1),
        }
    )
    rows = []
    for method, chosen in METHODS.items():
        made = impute(
            "change ~ baseline * visit + arm * visit",
            table,
            subject="who",
            visit="visit",
            arm="arm",
            reference="control",
            method=method,
            seed=number if chosen else None,
            level=LEVEL,
            **chosen,
        )
        for strategy in STRATEGIES:
            one = made if strategy == "mar" else made.using(strategy=strategy)
            last = one.estimates.iloc[-1]
            told = [last[key] for key in ("estimate", "se", "lower", "upper")]
            rows.append((MEAN, strategy, method, *told))
            if method == "bootstrap":
                rows.append((SHARE, strategy, method, *_share(one, arm, baseline)))
    return rows


def _share(made: object, arm: np.ndarray, baseline: np.ndarray) -> list[float]:
    """The standardised difference of responders, as chapter 05 reports it."""
    responds = made.completed_values().Y[:, :, -1] <= -RESPONSE
    X = np.column_stack([np.ones(len(arm)), arm, baseline])
    at = np.stack([X, X])
    at[0, :, 1], at[1, :, 1] = 0, 1
    numbers = compare_standardised(responds, Group(X, at, arm, ""), LEVEL).numbers
    line = numbers[DIFFERENCE].iloc[0]
    return [float(line[key]) for key in ("estimate", "se", "lower", "upper")]


def run(mechanism: Mechanism, n_trials: int, seed: int = 1, workers: int = 1) -> pd.DataFrame:
    """One row a quantity, strategy and method."""
    rows, refused = [], 0
    for found in _each(partial(_safely, mechanism, seed=seed), n_trials, workers):
        refused += found is None
        rows += found or []
    columns = ["quantity", "strategy", "method", "estimate", "se", "lower", "upper"]
    table = pd.DataFrame(rows, columns=columns)
    true = truth(mechanism)
    return pd.DataFrame(
        [
            summarise(mechanism, key, group, true[key[0]], refused)
            for key, group in table.groupby(columns[:3], sort=False)
        ]
    )


def _safely(mechanism: Mechanism, number: int, seed: int) -> list[tuple] | None:
    try:
        return trial(mechanism, number, seed)
    except ModelError:
        return None


def _each(work: partial, n: int, workers: int) -> Iterator[list[tuple] | None]:
    if workers == 1:
        yield from map(work, range(n))
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, range(n), chunksize=10)


def summarise(
    mechanism: Mechanism, key: tuple, group: pd.DataFrame, true: float, refused: int
) -> dict[str, object]:
    """Bias and coverage with their Monte Carlo errors, and the standard error beside the truth."""
    quantity, strategy, method = key
    n, estimate = len(group), group["estimate"]
    covered = float(((group["lower"] <= true) & (true <= group["upper"])).mean())
    spread = float(estimate.std(ddof=1))
    return {
        "mechanism": mechanism.name,
        "quantity": quantity,
        "strategy": strategy,
        "method": method,
        "trials": n,
        "refused": refused,
        "truth": round(true, 3),
        "bias": round(float(estimate.mean() - true), 3),
        "bias_monte_carlo_error": round(spread / np.sqrt(n), 3),
        "coverage": round(covered, 4),
        "coverage_monte_carlo_error": round(float(np.sqrt(covered * (1 - covered) / n)), 4),
        "sd_of_estimates": round(spread, 3),
        "se_ratio": round(float(np.sqrt((group["se"] ** 2).mean()) / spread), 3),
        "mean_width": round(float((group["upper"] - group["lower"]).mean()), 2),
    }


def main(n_trials: int = N_TRIALS, kept: Path = KEPT) -> pd.DataFrame:
    """All mechanisms; the table is kept when the number of trials is the full one."""
    made = [run(mechanism, n_trials, workers=WORKERS) for mechanism in MECHANISMS]
    table = pd.concat(made, ignore_index=True)
    if n_trials == N_TRIALS:
        table.to_csv(kept, index=False, lineterminator="\n")
    print(table.to_string(index=False))
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_TRIALS)
