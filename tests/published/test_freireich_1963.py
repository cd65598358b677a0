"""6-MP and the length of remission: Freireich et al. 1963, Blood 21:699; data as in lifelines.

Kleinbaum & Klein 2012, Survival Analysis, 3rd edition, works with them: the Kaplan-Meier curve on
pages 61 to 65 and the log-rank test, 16.79, on pages 67 to 71. The table of the treated group is
also the product that anybody can work out by hand, and Efron's likelihood is written out below.
"""

from __future__ import annotations

import numpy as np
import pytest
from lifelines.datasets import load_leukemia
from scipy.optimize import minimize_scalar

from analysis.stats.survival import cox, kaplan_meier, log_rank, restricted_mean

DATA = load_leukemia()
TREATED, PLACEBO = DATA[DATA["Rx"] == 0], DATA[DATA["Rx"] == 1]
# Time, people at risk, share in remission: the products (1 - 3/21)(1 - 1/17)(1 - 1/15) ...
TABLE = [
    (6, 21, 0.8571),
    (7, 17, 0.8067),
    (10, 15, 0.7529),
    (13, 12, 0.6902),
    (16, 11, 0.6275),
    (22, 7, 0.5378),
    (23, 6, 0.4482),
]


def test_the_kaplan_meier_table():
    found = kaplan_meier(TREATED["t"], TREATED["status"], [row[0] for row in TABLE])
    for line, (time, at_risk, free) in zip(found.itertuples(), TABLE, strict=True):
        assert (line.time, line.at_risk) == (time, at_risk)
        assert line.free == pytest.approx(free, abs=5e-5)


def test_before_the_first_event_the_limit_is_that_of_none_of_all():
    """None of 21 by week 5, two-sided 95 percent: 0.025 ** (1 / 21), as Clopper and Pearson."""
    found = kaplan_meier(TREATED["t"], TREATED["status"], [0, 5]).set_index("time")
    assert found.loc[5, ["free", "upper"]].tolist() == [1, 1]
    assert found.loc[5, "lower"] == pytest.approx(0.025 ** (1 / 21))
    assert found.loc[0, ["free", "lower", "upper"]].tolist() == [1, 1, 1]


def test_without_censoring_it_is_the_share_that_is_left():
    found = kaplan_meier(PLACEBO["t"], PLACEBO["status"], [5, 10, 22])
    assert found["free"].tolist() == pytest.approx([12 / 21, 8 / 21, 1 / 21])


def test_the_log_rank_statistic():
    statistic, p = log_rank(TREATED["t"], TREATED["status"], PLACEBO["t"], PLACEBO["status"])
    assert round(statistic, 2) == 16.79
    assert p < 0.0001


def _efron(b: float) -> float:
    """Minus Efron's partial log likelihood: of d ties, the k-th leaves k/d of their risk out."""
    risk, total = np.exp(b * DATA["Rx"]), 0.0
    for time in DATA.loc[DATA["status"] == 1, "t"].unique():
        tied = (DATA["t"] == time) & (DATA["status"] == 1)
        at_risk, of_ties, d = risk[DATA["t"] >= time].sum(), risk[tied].sum(), tied.sum()
        total += b * DATA.loc[tied, "Rx"].sum()
        total -= sum(np.log(at_risk - k / d * of_ties) for k in range(d))
    return -total


def test_the_hazard_ratio_with_ties_after_efron():
    found = cox(DATA[["t", "status", "Rx"]], time="t", event="status").loc["Rx"]
    best = minimize_scalar(_efron, bounds=(0, 4), method="bounded", options={"xatol": 1e-10}).x
    assert found["coefficient"] == pytest.approx(best, abs=1e-6)
    assert round(found["coefficient"], 3) == 1.572
    assert round(found["ratio"], 3) == 4.817
    assert found["proportional_p"] > 0.05


def test_the_restricted_mean_is_the_area_under_the_curve():
    """Of the uncensored group it is the mean of the times cut at the horizon."""
    mean, se = restricted_mean(PLACEBO["t"], PLACEBO["status"], 15)
    cut = PLACEBO["t"].clip(upper=15)
    assert mean == pytest.approx(cut.mean())
    # Greenwood's variance of an uncensored mean is that of the sample with n instead of n - 1.
    assert se == pytest.approx(cut.std(ddof=0) / 21**0.5, rel=1e-6)
