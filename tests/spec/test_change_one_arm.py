"""How much pain changed in a study of one arm, where there is nothing to compare with."""

from __future__ import annotations

import pytest
from scipy import stats

from analysis.estimate import estimate
from analysis.result import to_frame
from tests.spec.small_trial import small_trial

ONE_ARM = """
person arm     w0  w8  w16
a      barbell 6.0 4.0 3.0
b      barbell 7.5 3.5 4.5
c      barbell 5.0 4.5 2.0
d      barbell 8.0 6.0 3.5
e      barbell 6.5 2.5 1.0
"""
AFTER = {8: [4.0, 3.5, 4.5, 6.0, 2.5], 16: [3.0, 4.5, 2.0, 3.5, 1.0]}
START = [6.0, 7.5, 5.0, 8.0, 6.5]


def rows_of(trial, **asked):
    return to_frame(estimate(trial, "primary", chapter="03_week_16", **asked)).set_index("id")


@pytest.mark.parametrize("week", [8, 16])
def test_nobody_missing_is_the_paired_t(week):
    row = rows_of(small_trial(ONE_ARM, covariates=(), methods=("mmrm",))).loc[
        f"primary.change.pain_vas.week{week}.barbell"
    ]
    by_hand = stats.ttest_rel(AFTER[week], START)
    interval = by_hand.confidence_interval()
    assert row["value"] == pytest.approx(sum(AFTER[week]) / 5 - sum(START) / 5, rel=1e-9)
    assert row["df"] == pytest.approx(4, rel=1e-6)
    assert (row["lower"], row["upper"]) == pytest.approx((interval.low, interval.high), rel=1e-6)
    assert row["n"] == row["n_observed"] == 5


def test_no_difference_and_no_p_value_are_made_where_nothing_is_compared():
    rows = rows_of(small_trial(ONE_ARM, covariates=(), methods=("mmrm", "ancova")))
    assert not rows["statistic"].isin(["difference", "ls_mean"]).any()
    assert rows["p"].isna().all()
    assert rows["comparator"].isna().all()


def test_a_share_of_baseline_is_of_everyone():
    rows = rows_of(small_trial(ONE_ARM, covariates=()))
    size = rows[rows["level"] == "between groups: smallest worthwhile effect"]["value"].item()
    assert size == pytest.approx(0.20 * sum(START) / 5)


@pytest.mark.parametrize(
    ("covariates", "words"), [((), "change ~ visit"), (("baseline",), "change ~ baseline + visit")]
)
def test_the_method_names_no_arm(covariates, words):
    rows = rows_of(small_trial(ONE_ARM, covariates=covariates, methods=("mmrm", "ancova")))
    assert rows.loc["primary.change.pain_vas.week16.barbell", "method"].endswith(f": {words}")
    beside = rows.loc["primary.change.pain_vas.week16.barbell.ancova", "method"]
    assert beside.endswith(": change ~ baseline" if covariates else ": change ~ 1")
