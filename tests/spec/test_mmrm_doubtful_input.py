"""What could turn into a silent wrong number is refused in words, or made not to matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError, UsageError
from analysis.stats.mmrm import mmrm


def _trial(people: int, visits: int = 3, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    arm = np.where(np.arange(people) % 2, "b", "a")
    rows = pd.DataFrame(
        {
            "id": np.repeat(np.arange(people), visits),
            "arm": pd.Categorical(np.repeat(arm, visits), ["a", "b"]),
            "visit": np.tile(np.arange(visits) * 4, people),
        }
    )
    own = np.repeat(rng.normal(size=people), visits)
    rows["y"] = own + rng.normal(size=len(rows)) + 0.1 * rows["visit"]
    rows["weight"] = rng.uniform(0.5, 2.0, len(rows))
    return rows


def _fit(data: pd.DataFrame, **options):
    return mmrm("y ~ arm * visit", data, subject="id", visit="visit", **options)


def test_a_joint_test_without_moments_is_refused():
    # 5 people, 2 arms, 3 visits, no gaps: Hotelling's denominator has 5 - 2 - 2 + 1 = 2.
    with pytest.raises(ModelError, match="too few participants for this joint test"):
        _fit(_trial(5)).term_tests()


def test_with_gaps_no_joint_test_is_negative():
    seen = 0
    for seed in range(60):
        data = _trial(7, seed=seed)
        gaps = np.random.default_rng(seed).random(len(data)) < 0.3
        try:
            table = _fit(data[~gaps]).term_tests()
        except ModelError:
            continue
        seen += 1
        assert (table["f"] >= 0).all()
        assert (table["den_df"] > 2).all() or (table["num_df"] == 1).any()
    assert seen >= 3


def test_with_one_person_more_the_joint_test_is_hotellings():
    data = _trial(6)
    wide = data.pivot(index="id", columns="visit", values="y")
    arm = data.groupby("id")["arm"].first()
    steps = wide.diff(axis=1).iloc[:, 1:]
    a, b = steps[arm == "a"], steps[arm == "b"]
    pooled = ((len(a) - 1) * a.cov() + (len(b) - 1) * b.cov()) / 4
    gap = (b.mean() - a.mean()).to_numpy()
    t2 = gap @ np.linalg.solve(pooled * (1 / len(a) + 1 / len(b)), gap)
    table = _fit(data).term_tests().set_index("term")
    row = table.loc["arm:visit"]
    assert row["den_df"] == pytest.approx(3, rel=1e-6)
    assert row["f"] == pytest.approx(t2 * 3 / (2 * 4), rel=1e-6)


def test_a_weight_of_a_contrast_that_is_no_number_is_refused():
    fit = _fit(_trial(20))
    with pytest.raises(UsageError, match="finite weight"):
        fit.contrast({"arm[T.b]": 1.0, "Intercept": np.nan})


def test_weights_of_another_order_are_refused():
    data = _trial(20)
    shuffled = data["weight"].sample(frac=1, random_state=3)
    with pytest.raises(UsageError, match="another index"):
        _fit(data, weights=shuffled)
    by_name, by_value = _fit(data, weights="weight"), _fit(data, weights=data["weight"])
    assert by_name.m2loglik == by_value.m2loglik


def test_weights_that_are_words_are_refused():
    with pytest.raises(UsageError, match="one number a row"):
        _fit(_trial(20), weights="arm")


def test_decay_in_time_does_not_depend_on_the_order_of_the_visits():
    data = _trial(30, visits=4)
    turned = data.assign(visit=pd.Categorical(data["visit"], [12, 0, 8, 4]))
    plain = mmrm("y ~ arm", data, subject="id", visit="visit", covariance="sp_exp")
    other = mmrm("y ~ arm", turned, subject="id", visit="visit", covariance="sp_exp")
    assert other.m2loglik == pytest.approx(plain.m2loglik, abs=1e-8)


@pytest.mark.parametrize("structure", ["ad", "adh", "toep", "us"])
def test_one_visit_is_ordinary_regression(structure):
    data = _trial(30, visits=1)
    fit = mmrm("y ~ arm", data, subject="id", visit="visit", covariance=structure)
    arms = data.groupby("arm", observed=True)["y"].mean()
    estimate = fit.coefficients.set_index("name").loc["arm[T.b]", "estimate"]
    assert estimate == pytest.approx(arms["b"] - arms["a"], rel=1e-9)
