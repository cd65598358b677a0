"""What each strategy assumes, by hand; events, reasons, gaps and deltas value by value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.stats.delta import Delta
from analysis.stats.strategy import STRATEGIES, spliced
from tests.spec.impute_people import WEEKS, imputed, invented, left_events

OWN, REF = np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 20.0, 40.0, 80.0])
T = np.array([[4.0, 2, 1, 1], [2, 5, 2, 1], [1, 2, 6, 2], [1, 1, 2, 7]])
R = np.array([[9.0, 4, 3, 2], [4, 8, 4, 3], [3, 4, 9, 4], [2, 3, 4, 8]])
MAR = np.array([True, True, False, False])


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("mar", [1, 2, 3, 4]),
        ("j2r", [1, 2, 40, 80]),
        ("cr", [10, 20, 40, 80]),
        ("cir", [1, 2, 22, 62]),
        ("lmcf", [1, 2, 2, 2]),
    ],
)
def test_means_by_hand(name, mean):
    assert_allclose(STRATEGIES[name].rule(OWN, T, REF, R, MAR)[0], mean)


@pytest.mark.parametrize("name", STRATEGIES)
def test_without_an_event_everyone_keeps_their_arm(name):
    mean, cov = STRATEGIES[name].rule(OWN, T, REF, R, np.ones(4, dtype=bool))
    assert_allclose(mean, OWN)
    assert_allclose(cov, T)


@pytest.mark.parametrize("name", ["j2r", "cr", "cir", "lmcf"])
def test_an_event_at_the_first_visit_is_the_reference(name):
    mean, cov = STRATEGIES[name].rule(OWN, T, REF, R, np.zeros(4, dtype=bool))
    assert_allclose(mean, REF)
    assert_allclose(cov, R)


def test_the_spliced_covariance_keeps_the_past_and_the_references_regression():
    made = spliced(T, R, MAR)
    assert_allclose(made[:2, :2], T[:2, :2])
    slope = np.linalg.solve(R[:2, :2], R[:2, 2:])
    assert_allclose(np.linalg.solve(made[:2, :2], made[:2, 2:]), slope)
    left = made[2:, 2:] - made[2:, :2] @ slope
    assert_allclose(left, R[2:, 2:] - R[2:, :2] @ slope)
    assert np.linalg.eigvalsh(made)[0] > 0


def test_two_visits_that_end_early_have_a_closed_form():
    """Monotone: visit one seen for all, so visit two is regressed on it, arm by arm."""
    table = invented(gap=0).query("week < 16")
    made = imputed(table, formula="change ~ arm * week", strategy="j2r")
    wide = table.pivot(index="who", columns="week", values="change")
    arm = table.groupby("who")["arm"].first()
    both = wide.dropna()
    dummy = (arm[both.index] == "bands").to_numpy(float)
    X = np.column_stack([np.ones(len(both)), dummy, both[4]])
    b = np.linalg.lstsq(X, both[8], rcond=None)[0]
    first = wide.groupby(arm, observed=True)[4].mean()
    reference = b[0] + b[2] * first["control"]
    for row in made.filled.itertuples():
        start = wide.loc[row.who, 4]
        assert_allclose(row.mean, reference + b[2] * (start - first[row.arm]), rtol=1e-8)


def test_equal_arms_make_the_strategies_agree():
    """With the same rows in both arms, jumping to the reference changes nothing."""
    half = invented(40).assign(arm="control")
    twin = half.assign(arm="bands", who=half["who"] + 1000)
    both = pd.concat([half, twin], ignore_index=True)
    both["arm"] = pd.Categorical(both["arm"], ["control", "bands"])
    made = imputed(both)
    for name in ("j2r", "cr", "cir"):
        other = made.using(strategy=name)
        assert_allclose(other.filled["mean"], made.filled["mean"], atol=1e-8)
        assert_allclose(other.estimates["estimate"], 0, atol=1e-8)


def test_a_users_own_strategy():
    def halfway(own_mean, own_cov, reference_mean, reference_cov, mar):
        return np.where(mar, own_mean, (own_mean + reference_mean) / 2), own_cov

    table = invented()
    own = imputed(table, strategy=halfway)
    mar, j2r = own.using(strategy="mar"), own.using(strategy="j2r")
    middle = (mar.filled["mean"] + j2r.filled["mean"]) / 2
    assert_allclose(own.filled["mean"], middle, rtol=1e-9)
    assert set(own.filled.query("after_event")["strategy"]) == {"halfway"}


def test_each_absent_value_once_with_what_it_was_assumed_to_be():
    table = invented()
    events = left_events(table)
    made = imputed(table, events=events, strategy={"worse": "j2r", "moved": "mar"})
    filled = made.filled
    assert len(filled) == table["change"].isna().sum()
    assert not filled.duplicated(["who", "week"]).any()
    absent = table[table["change"].isna()].set_index(["who", "week"]).index
    assert set(zip(filled["who"], filled["week"], strict=True)) == set(absent)
    after = filled.merge(events, on="who", suffixes=("", "_event"))
    late = after[after["week"] >= after["week_event"]]
    assert late["after_event"].all()
    assert (late["reason"] == late["reason_event"]).all()
    assert (late["strategy"] == late["reason"].map({"worse": "j2r", "moved": "mar"})).all()
    gaps = filled[~filled["after_event"]]
    assert len(gaps)
    assert (gaps["strategy"] == "mar").all()
    assert gaps["reason"].isna().all()
    whole = made.completed()
    assert whole["change"].notna().all()
    assert whole["imputed"].sum() == len(filled)
    assert_allclose(whole.loc[whole["imputed"], "change"], filled["value"])
    seen = table["change"].notna().to_numpy()
    assert_allclose(whole.loc[seen, "change"], table.loc[seen, "change"])


def test_a_strategy_by_arm_and_by_column():
    table = invented()
    by_arm = imputed(table, strategy={"control": "mar", "bands": "cir"})
    late = by_arm.filled.query("after_event")
    assert (late["strategy"] == np.where(late["arm"] == "bands", "cir", "mar")).all()
    column = table.assign(rule=np.where(table["arm"] == "bands", "cir", "mar"))
    assert_allclose(imputed(column, strategy="rule").filled["mean"], by_arm.filled["mean"])


def test_outcomes_after_the_event_stay_but_inform_only_under_mar():
    """Someone who was treated otherwise and came back: the value is kept, the model is not told."""
    table = invented(leave=0)
    event = pd.DataFrame({"who": [3], "week": [8]})
    table.loc[(table["who"] == 3) & (table["week"] == 16), "change"] = np.nan
    table.loc[(table["who"] == 3) & (table["week"] == 8), "change"] = 200.0
    kept = imputed(table, events=event)
    out = kept.using(strategy="j2r")
    hidden = table.copy()
    hidden.loc[(table["who"] == 3) & (table["week"] == 8), "change"] = np.nan
    without = imputed(hidden, events=event, strategy="j2r")
    assert_allclose(out.draws.beta[0], without.draws.beta[0], rtol=1e-9)
    assert not np.allclose(kept.draws.beta[0], out.draws.beta[0])
    whole = out.completed()
    assert whole.query("who == 3 and week == 8")["change"].item() == 200.0


def test_visits_without_a_row_are_added():
    table = invented()
    short = imputed(table.dropna(subset="change"), strategy="j2r")
    whole = imputed(table, strategy="j2r")
    pd.testing.assert_frame_equal(short.estimates, whole.estimates, rtol=1e-9)
    assert len(short.filled) == len(whole.filled)


def _shift(made):
    return made.filled.set_index(["who", "week"])["delta"]


def test_delta_by_arm_visit_and_reason():
    table = invented()
    made = imputed(table, events=left_events(table))
    filled = made.filled
    late = filled["after_event"].to_numpy()
    bands = (filled["arm"] == "bands").to_numpy()
    assert_allclose(_shift(made.using(delta=3)), 3 * late)
    assert_allclose(_shift(made.using(delta={"bands": 2})), 2 * (late & bands))
    last = (filled["week"] == 16).to_numpy()
    assert_allclose(_shift(made.using(delta={"bands": {16: 5}})), 5 * (late & bands & last))
    by = pd.DataFrame({"reason": ["worse"], "week": [16], "delta": [4.0]})
    worse = (filled["reason"] == "worse").to_numpy()
    assert_allclose(_shift(made.using(delta=by)), 4 * (worse & last))


def test_gaps_get_a_delta_only_when_asked():
    table = invented()
    made = imputed(table)
    gaps = ~made.filled["after_event"].to_numpy()
    assert gaps.any()
    assert (_shift(made.using(delta=3))[gaps] == 0).all()
    assert (_shift(made.using(delta=Delta(3, gaps=True))) == 3).all()


def test_a_cumulative_delta_adds_up_from_the_event():
    table = invented()
    amounts = {"bands": dict(zip(WEEKS, (1, 2, 4), strict=True))}
    made = imputed(table, delta=Delta(amounts, cumulative=True, scale=(1, 10, 100)))
    late = made.filled.query("after_event and arm == 'bands'")
    first = late.groupby("who")["week"].transform("min")
    expected = np.where(late["week"] == 8, 2, np.where(first == 8, 2 + 40, 4))
    assert_allclose(late["delta"], expected)
