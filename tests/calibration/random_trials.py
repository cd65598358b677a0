"""Random small trials, some of them unkind: what a repeated-measures fit may be handed.

Each trial is made from its number alone. Simulated throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.stats.covariance import STRUCTURES

TRUTHS = ("strong", "moderate", "near zero", "any", "trend", "antedependent")
GAPS = ("none", "monotone", "intermittent", "both")


@dataclass(frozen=True)
class RandomTrial:
    """One trial: how it was made, and how it is asked to be fitted.

    facts: people, visits, arms, truth, gaps, structure and the like, for the record.
    table: one row an observed outcome. options: arguments of the fit.
    """

    facts: dict[str, object]
    table: pd.DataFrame
    formula: str
    options: dict[str, object]


def random_trial(number: int) -> RandomTrial:
    """The trial of this number."""
    rng = np.random.default_rng([20240, number])
    n = int(np.exp(rng.uniform(np.log(10), np.log(300.9))))
    m = int(rng.integers(2, 11))
    arms = int(rng.choice([1, 2, 3], p=[0.15, 0.6, 0.25]))
    truth, gaps = str(rng.choice(TRUTHS)), str(rng.choice(GAPS))
    times = np.cumsum(rng.choice([1.0, 2.0, 4.0, 8.0], m))
    sigma = true_sigma(truth, times, rng)
    seen = attended(n, m, gaps, rng)
    arm = allocate(n, arms, rng)
    table = long_table(sigma, seen, arm, times, rng)
    structure = str(rng.choice(list(STRUCTURES)))
    reml = bool(rng.random() < 0.8)
    grouped = bool(arms > 1 and rng.random() < 0.1)
    weighted = bool(rng.random() < 0.1)
    covariate = bool(rng.random() < 0.7)
    formula = "y ~ " + "baseline + " * covariate + ("arm * visit" if arms > 1 else "visit")
    options = {"covariance": structure, "reml": reml, "df": "satterthwaite"}
    if grouped:
        options["group"] = "arm"
    if weighted:
        options["weights"] = "weight"
    facts = {
        "trial": number,
        "people": n,
        "visits": m,
        "arms": arms,
        "smallest_arm": int(np.bincount(arm, minlength=arms).min()),
        "truth": truth,
        "gaps": gaps,
        "share_seen": round(float(seen.mean()), 3),
        "structure": structure,
        "reml": reml,
        "grouped": grouped,
        "weighted": weighted,
    }
    return RandomTrial(facts, table, formula, options)


def true_sigma(truth: str, times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A covariance over the visits, standard deviations about 10."""
    m = len(times)
    steps = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    sd = 10 * np.exp(rng.normal(0, rng.choice([0.0, 0.3]), m))
    if truth == "strong":
        R = rng.uniform(0.93, 0.995) ** (steps if rng.random() < 0.5 else steps > 0)
    elif truth == "moderate":
        R = rng.uniform(0.3, 0.8) ** (steps if rng.random() < 0.5 else steps > 0)
    elif truth == "near zero":
        R = np.where(steps > 0, rng.uniform(-0.05, 0.05) ** np.maximum(steps, 1), 1.0)
    elif truth == "any":
        factor = rng.normal(size=(m, m + 2))
        R = factor @ factor.T
    elif truth == "trend":
        Z = np.column_stack([np.ones(m), times / times[-1]])
        R = Z @ np.diag(rng.uniform(0.2, 2.0, 2)) @ Z.T + np.eye(m)
    else:
        rho = rng.uniform(-0.5, 0.95, m - 1)
        R = np.array([[rho[min(j, k) : max(j, k)].prod() for k in range(m)] for j in range(m)])
    root = np.sqrt(np.diag(R))
    return R / np.outer(root, root) * np.outer(sd, sd)


def attended(n: int, m: int, gaps: str, rng: np.random.Generator) -> np.ndarray:
    """Which visits each person attended, n x m; everybody attended one at least."""
    seen = np.ones((n, m), dtype=bool)
    if gaps in ("monotone", "both"):
        stay = rng.uniform(0.6, 0.98)
        seen &= np.cumprod(rng.random((n, m)) < stay, axis=1).astype(bool)
    if gaps in ("intermittent", "both"):
        seen &= rng.random((n, m)) < rng.uniform(0.4, 0.95)
    seen[~seen.any(axis=1), 0] = True
    return seen


def allocate(n: int, arms: int, rng: np.random.Generator) -> np.ndarray:
    """The arm of each person: about equal, or one of them tiny (two people at least in each)."""
    share = np.ones(arms)
    if arms > 1 and rng.random() < 0.25:
        share[-1] = 0.05
    arm = rng.choice(arms, n, p=share / share.sum())
    arm[: 2 * arms] = np.repeat(np.arange(arms), 2)
    return arm


def long_table(
    sigma: np.ndarray,
    seen: np.ndarray,
    arm: np.ndarray,
    times: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row an observed outcome."""
    n, m = seen.shape
    baseline = rng.normal(50, 10, n)
    mean = 0.3 * baseline[:, None] - 2.0 * np.arange(m) - 3.0 * arm[:, None]
    y = mean + rng.standard_normal((n, m)) @ np.linalg.cholesky(sigma).T
    who, visit = np.nonzero(seen)
    names = [f"arm {a}" for a in range(int(arm.max()) + 1)]
    return pd.DataFrame(
        {
            "who": who,
            "visit": times[visit],
            "arm": pd.Categorical.from_codes(arm[who], names),
            "baseline": baseline[who],
            "weight": rng.uniform(0.5, 2.0, len(who)),
            "y": y[seen],
        }
    )
