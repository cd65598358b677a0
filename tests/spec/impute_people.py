"""Invented people in two arms at three visits: some leave, a few miss a visit and come back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.impute import impute

WEEKS = [4, 8, 16]
FORMULA = "change ~ baseline * week + arm * week"
COLUMNS = {"subject": "who", "visit": "week", "arm": "arm", "reference": "control"}
SIGMA = np.array([[90.0, 60, 40], [60, 120, 80], [40, 80, 150]])


def invented(n: int = 80, leave: float = 0.3, gap: float = 0.1, seed: int = 5) -> pd.DataFrame:
    """One row a person and week; `change` is missing where nobody was seen."""
    rng = np.random.default_rng(seed)
    arm = np.where(np.arange(n) % 2, "bands", "control")
    baseline = rng.normal(55, 12, n).round(1)
    mean = np.array([0, -3, -6]) - np.outer(arm == "bands", [2.0, 4.0, 6.0])
    y = mean - 0.2 * (baseline - 55)[:, None] + rng.multivariate_normal(np.zeros(3), SIGMA, n)
    left = np.where(rng.random(n) < leave, rng.integers(1, 3, n), 3)
    y[np.arange(3) >= left[:, None]] = np.nan
    y[(rng.random(n) < gap) & (left == 3), 1] = np.nan
    who = np.repeat(np.arange(n), 3)
    return pd.DataFrame(
        {
            "who": who,
            "arm": pd.Categorical(arm[who], ["control", "bands"]),
            "week": np.tile(WEEKS, n),
            "baseline": baseline[who],
            "change": y.reshape(-1),
        }
    )


def left_events(table: pd.DataFrame) -> pd.DataFrame:
    """The first week after the last outcome, of those who left; reasons take turns."""
    seen = table.dropna(subset="change").groupby("who")["week"].max()
    gone = seen[seen < WEEKS[-1]]
    week = [WEEKS[WEEKS.index(w) + 1] for w in gone]
    reason = np.where(np.arange(len(gone)) % 2, "moved", "worse")
    return pd.DataFrame({"who": gone.index, "week": week, "reason": reason})


def imputed(table: pd.DataFrame, **more: object):
    """`impute` on invented people."""
    return impute(**{"formula": FORMULA, "data": table, **COLUMNS, **more})
