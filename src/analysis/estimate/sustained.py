"""How many people gain enough by the programme's end and hold it at every later visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.estimate.asked import Asked
from analysis.result.record import Result
from analysis.stats.analyse import Analysed
from analysis.stats.pool import pool
from analysis.stats.strategy import STRATEGIES
from analysis.terms import ARM

# Half a person to each side keeps a share of none or all from having no spread at all.
HALF = 0.5


def sustained_rows(
    sets: list[pd.DataFrame], weeks: list[int], size: float, asked: Asked
) -> list[Result]:
    """The share with a gain that counts at all these weeks, by arm, and its difference.

    Args:
        sets: completed data sets: participants x weeks of gains, and ``arm``.
        weeks: the end of the programme and the later weeks.
        size: of a gain that counts, in points of the measure.
        asked: the question as asked.

    Returns:
        `sustained_percent` by arm, `sustained_difference` in percentage points.

    Source: Rubin (1987); the difference of two independent shares.
    """
    arms = list(sets[0][ARM].cat.categories)
    counts = np.array([[_share(each, arm, weeks, size) for arm in arms] for each in sets])
    shares, n = counts[..., 0], counts[..., 1]
    smooth = (shares * n + HALF) / (n + 2 * HALF)
    variances = smooth * (1 - smooth) / n
    rest = list(range(1, len(arms)))
    quantities = np.hstack([shares, shares[:, rest] - shares[:, [0]]])
    spread = np.hstack([variances, variances[:, rest] + variances[:, [0]]])
    labels = pd.DataFrame({"place": range(quantities.shape[1])})
    df = np.full(quantities.shape[1], float(n[0].sum() - len(arms)))
    level = asked.question.options.level
    table = pool(Analysed(labels, quantities, spread, df), "bayes", level=level).table
    return [_row(table.iloc[k], k, arms, n[0], weeks, size, asked) for k in range(len(table))]


def _row(
    line: pd.Series,
    k: int,
    arms: list[str],
    n: np.ndarray,
    weeks: list[int],
    size: float,
    asked: Asked,
) -> Result:
    compared = k >= len(arms)
    place = k - len(arms) + 1 if compared else k
    assumption = STRATEGIES[asked.question.durability.assumption].words
    unit = asked.plan.measures[asked.measure].unit
    return asked.row(
        "sustained_difference" if compared else "sustained_percent",
        100 * line["estimate"],
        week=weeks[-1],
        arm=str(arms[place]),
        comparator=str(arms[0]) if compared else None,
        se=100 * line["se"],
        df=line["df"],
        lower=100 * max(line["lower"], -1.0 if compared else 0.0),
        upper=100 * min(line["upper"], 1.0),
        n=int(n[place] + (n[0] if compared else 0)),
        method=f"missing scores filled in ({assumption}), pooled by Rubin's rules; a gain of at "
        f"least {size:g} {unit} at weeks {', '.join(map(str, weeks))}",
    )


def _share(data: pd.DataFrame, arm: str, weeks: list[int], size: float) -> tuple[float, int]:
    own = data.loc[data[ARM] == arm, weeks]
    return float((own >= size).all(axis=1).mean()), len(own)
