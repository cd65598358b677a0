"""6-MP and the length of remission: Freireich et al. 1963, Blood 21:699; data as in lifelines.

The Kaplan-Meier table of the treated group is written as the product that anybody can work out by
hand; 16.79 is the log-rank statistic that textbooks print for these data, and 1.572 the coefficient
of the Cox model with Efron's ties.
"""

from __future__ import annotations

import pytest
from lifelines.datasets import load_leukemia

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


def test_without_censoring_it_is_the_share_that_is_left():
    found = kaplan_meier(PLACEBO["t"], PLACEBO["status"], [5, 10, 22])
    assert found["free"].tolist() == pytest.approx([12 / 21, 8 / 21, 1 / 21])


def test_the_log_rank_statistic():
    statistic, p = log_rank(TREATED["t"], TREATED["status"], PLACEBO["t"], PLACEBO["status"])
    assert round(statistic, 2) == 16.79
    assert p < 0.0001


def test_the_hazard_ratio_with_ties_after_efron():
    found = cox(DATA[["t", "status", "Rx"]], time="t", event="status").loc["Rx"]
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
