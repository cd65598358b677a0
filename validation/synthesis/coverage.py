"""How often intervals hold the truth when studies are few: 3, 5 and 10, by simulation.

Run: python validation/synthesis/coverage.py [--sets 10000]
Data sets of simulated studies with known mean and spread of true effects; each is pooled in several
ways. The shares are printed and kept as coverage.csv beside this file.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.synthesis.pooled import pooled, prediction_interval

HERE = Path(__file__).parent
FILE = HERE / "coverage.csv"
STUDIES = (3, 5, 10)
# Share of the variance of estimates that lies between studies.
I2 = (0.0, 0.25, 0.5, 0.75, 0.9)
SIZES = ("alike", "one large")
MEAN = -0.4
# Estimator of tau2, test.
WAYS = (("dl", "z"), ("reml", "z"), ("reml", "hksj"), ("reml", "hksj-floor"))
# Way of pooling, degrees of freedom of the prediction interval.
PREDICTIONS = (
    (("reml", "z"), "as-test"),
    (("reml", "hksj"), "as-test"),
    (("reml", "hksj"), "k-2"),
    (("reml", "hksj-floor"), "k-2"),
)


def simulated(
    sets: int, k: int, i2: float, sizes: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects, sampling variances, and the true effect of a new study in each data set."""
    rng = np.random.default_rng([k, round(100 * i2), SIZES.index(sizes)])
    people = np.exp(rng.uniform(np.log(30), np.log(120), (sets, k)))
    if sizes == "one large":
        people[:, 0] *= 10
    v = 4 / people
    # The typical sampling variance, so that the share between studies is as asked.
    w = 1 / v
    typical = (k - 1) * w.sum(1) / (w.sum(1) ** 2 - (w**2).sum(1))
    tau2 = typical * i2 / (1 - i2)
    truth = rng.normal(MEAN, np.sqrt(tau2)[:, None], (sets, k))
    return rng.normal(truth, np.sqrt(v)), v, rng.normal(MEAN, np.sqrt(tau2))


def one_setting(sets: int, k: int, i2: float, sizes: str) -> list[dict]:
    """Coverage and mean width of every interval in one setting."""
    y, v, new = simulated(sets, k, i2, sizes)
    given = {"k": k, "i2": i2, "sizes": sizes}
    made = {way: pooled(y, v, method=way[0], test=way[1]) for way in WAYS}
    rows = []
    for (method, test), fit in made.items():
        named = {"interval": "mean", "method": method, "test": test, "df": "as-test"}
        inside = (fit.lower[:, 0] <= MEAN) & (fit.upper[:, 0] >= MEAN)
        width = (fit.upper - fit.lower)[:, 0]
        rows.append(given | named | {"coverage": inside.mean(), "width": width.mean()})
    for (method, test), how in PREDICTIONS:
        low, high = prediction_interval(made[method, test], how=how)
        named = {"interval": "prediction", "method": method, "test": test, "df": how}
        inside = (low[:, 0] <= new) & (high[:, 0] >= new)
        rows.append(given | named | {"coverage": inside.mean(), "width": (high - low)[:, 0].mean()})
    return rows


def grid(sets: int) -> pd.DataFrame:
    """All settings."""
    rows = []
    for k, i2, sizes in product(STUDIES, I2, SIZES):
        rows += one_setting(sets, k, i2, sizes)
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=10000, help="data sets a setting")
    asked = parser.parse_args()
    table = grid(asked.sets)
    table.round(4).to_csv(FILE, index=False, lineterminator="\n")
    columns = ["interval", "method", "test", "df"]
    wide = table.pivot_table("coverage", ["k", "sizes", "i2"], columns)
    print((100 * wide).round(1).to_string())


if __name__ == "__main__":
    main()
