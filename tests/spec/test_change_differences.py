"""How much less pain than with the comparator: figures that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.estimate import estimate
from analysis.result import to_frame
from tests.spec.small_trial import small_trial

COMPLETE = """
person arm   w0 w8 w16
a      usual 60 58 55
b      usual 50 45 47
c      usual 55 56 50
d      usual 70 66 61
e      bands 61 50 42
f      bands 52 47 40
g      bands 57 45 33
h      bands 66 52 38
i      bands 44 42 30
"""
CHANGES = {
    ("usual", 8): [-2, -5, 1, -4],
    ("usual", 16): [-5, -3, -5, -9],
    ("bands", 8): [-11, -5, -12, -14, -2],
    ("bands", 16): [-19, -12, -24, -28, -14],
}
START = {"usual": [60, 50, 55, 70], "bands": [61, 52, 57, 66, 44]}


def rows_of(trial, **asked):
    return to_frame(estimate(trial, "primary", chapter="03_week_16", **asked)).set_index("id")


@pytest.mark.parametrize("week", [8, 16])
def test_nobody_missing_and_no_covariate_is_the_two_sample_t(week):
    row = rows_of(small_trial(COMPLETE, covariates=())).loc[
        f"primary.difference.pain_vas.week{week}.bands"
    ]
    bands, usual = CHANGES["bands", week], CHANGES["usual", week]
    by_hand = stats.ttest_ind(bands, usual)
    interval = by_hand.confidence_interval()
    assert row["value"] == pytest.approx(np.mean(bands) - np.mean(usual), rel=1e-9)
    assert row["df"] == pytest.approx(7, rel=1e-6)
    assert row["p"] == pytest.approx(by_hand.pvalue, rel=1e-6)
    assert (row["lower"], row["upper"]) == pytest.approx((interval.low, interval.high), rel=1e-6)


def test_means_by_arm_are_the_mean_changes():
    rows = rows_of(small_trial(COMPLETE, covariates=()))
    for (arm, week), changes in CHANGES.items():
        row = rows.loc[f"primary.ls_mean.pain_vas.week{week}.{arm}"]
        assert row["value"] == pytest.approx(np.mean(changes), rel=1e-9)
        assert row["n"] == row["n_observed"] == len(changes)


def test_the_second_method_is_ancova_at_the_week_asked_about():
    """Slope b within arms; adjusted difference = that of changes less b times that of baselines."""
    rows = rows_of(small_trial(COMPLETE))
    row = rows.loc["primary.difference.pain_vas.week16.bands.ancova"]
    x = {arm: np.array(start) - np.mean(start) for arm, start in START.items()}
    y = {arm: np.array(CHANGES[arm, 16]) - np.mean(CHANGES[arm, 16]) for arm in START}
    sxx = sum(x[arm] @ x[arm] for arm in START)
    slope = sum(x[arm] @ y[arm] for arm in START) / sxx
    gap = np.mean(START["bands"]) - np.mean(START["usual"])
    raw = np.mean(CHANGES["bands", 16]) - np.mean(CHANGES["usual", 16])
    rest = sum(((y[arm] - slope * x[arm]) ** 2).sum() for arm in START)
    se = np.sqrt(rest / 6 * (1 / 4 + 1 / 5 + gap**2 / sxx))
    assert row["value"] == pytest.approx(raw - slope * gap, rel=1e-9)
    assert row["se"] == pytest.approx(se, rel=1e-9)
    assert row["df"] == 6
    assert "primary.difference.pain_vas.week8.bands.ancova" not in rows.index


def test_one_visit_makes_both_methods_the_same():
    table = "\n".join(" ".join(np.delete(line.split(), 3)) for line in COMPLETE.strip().split("\n"))
    rows = rows_of(small_trial(table))
    mixed = rows.loc["primary.difference.pain_vas.week16.bands"]
    ancova = rows.loc["primary.difference.pain_vas.week16.bands.ancova"]
    for column in ("value", "se", "df", "lower", "upper", "p"):
        assert mixed[column] == pytest.approx(ancova[column], rel=1e-6)


def test_with_three_arms_each_programme_is_compared_with_the_comparator():
    third = COMPLETE + "\n".join(
        f"{p} weights {a} {b} {c}" for p, a, b, c in [("j", 50, 40, 30), ("k", 64, 50, 41)]
    )
    rows = rows_of(small_trial(third, covariates=()))
    at_16 = rows[(rows["statistic"] == "difference") & (rows["week"] == 16) & rows["level"].isna()]
    assert dict(zip(at_16["arm"], at_16["n"], strict=True)) == {"bands": 9, "weights": 6}
    assert set(at_16["comparator"]) == {"usual"}
    raw = np.mean([-20, -23]) - np.mean(CHANGES["usual", 16])
    assert at_16.set_index("arm").loc["weights", "value"] == pytest.approx(raw, rel=1e-9)


def test_a_covariate_may_act_by_visit():
    """With `baseline:visit`, complete data give each visit its own ANCOVA estimate."""
    rows = rows_of(small_trial(COMPLETE, covariates=("baseline", "baseline:visit")))
    mixed = rows.loc["primary.difference.pain_vas.week16.bands", "value"]
    ancova = rows.loc["primary.difference.pain_vas.week16.bands.ancova", "value"]
    assert mixed == pytest.approx(ancova, rel=1e-7)


def test_what_was_validated_says_so():
    rows = rows_of(small_trial(COMPLETE))
    assert rows.loc["primary.difference.pain_vas.week16.bands", "verified"] == "validation/mmrm"
    assert rows.loc["primary.difference.pain_vas.week16.bands", "method"].startswith("MMRM")


def test_sizes_that_matter_are_in_points_with_their_source():
    rows = rows_of(small_trial(COMPLETE))
    sizes = rows[rows["statistic"] == "threshold"].set_index("level")
    share = sizes.loc["between groups: smallest worthwhile effect"]
    assert share["value"] == pytest.approx(0.20 * np.mean(START["usual"]))
    assert share["method"] == "a discrete choice study"
    assert sizes.loc["within person: important", "value"] == 15


def test_observed_means_stand_beside_the_model():
    rows = rows_of(small_trial(COMPLETE))
    assert rows.loc["primary.observed_mean.pain_vas.week16.bands", "value"] == pytest.approx(36.6)
    assert rows.loc["primary.observed_mean.pain_vas.week0.usual", "value"] == pytest.approx(58.75)
    sd = np.std([42, 40, 33, 38, 30], ddof=1)
    assert rows.loc["primary.observed_sd.pain_vas.week16.bands", "value"] == pytest.approx(sd)


def test_diagnostics_tell_the_spread_and_how_visits_hang_together():
    rows = rows_of(small_trial(COMPLETE, covariates=()))
    centred = {key: np.array(changes) - np.mean(changes) for key, changes in CHANGES.items()}
    at = {w: np.concatenate([centred["usual", w], centred["bands", w]]) for w in (8, 16)}
    sd = rows.loc["primary.diagnostic_residual_sd.pain_vas.week16", "value"]
    assert sd == pytest.approx(np.sqrt(at[16] @ at[16] / 7), rel=1e-6)
    correlation = rows.loc["primary.correlation.pain_vas.week8.week_16", "value"]
    by_hand = at[8] @ at[16] / np.sqrt((at[8] @ at[8]) * (at[16] @ at[16]))
    assert correlation == pytest.approx(by_hand, rel=1e-6)
    assert rows.loc["primary.diagnostic_outliers.pain_vas", "value"] == 0


def test_ids_are_unique_and_rows_say_who_asked():
    rows = rows_of(small_trial(COMPLETE))
    assert rows.index.is_unique
    assert set(rows["chapter"]) == {"03_week_16"}
    assert set(rows["estimand"]) == {"primary"}
