"""Adjusted p values and simultaneous intervals against printed tables and exact integrals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.errors import UsageError
from analysis.stats.multiple import adjusted, critical_value, in_order

# Dunnett (1964) Biometrics 20:482: two-sided 5 %, arms compared with one control, equal sizes.
DUNNETT = {(2, 10): 2.57, (3, 20): 2.54, (5, 10): 2.99}
# Studentized range, upper 5 %: all pairs of so many means, degrees of freedom.
STUDENTIZED_RANGE = {(3, 10): 3.88, (4, 20): 3.96, (6, 10): 4.91}
# Benjamini & Hochberg (1995) J R Stat Soc B 57:289, section 4: 15 p values in order.
FIFTEEN = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def with_one_control(k: int) -> np.ndarray:
    return np.full((k, k), 0.5) + 0.5 * np.eye(k)


def all_pairs(k: int) -> np.ndarray:
    """Of k independent means; singular as soon as k is three."""
    gaps = [np.eye(k)[a] - np.eye(k)[b] for a, b in combinations(range(k), 2)]
    return np.array(gaps) @ np.array(gaps).T / 2


def table(p, t=None, df=20.0):
    p = np.asarray(p, dtype=float)
    t = stats.t.isf(p / 2, df) if t is None else np.asarray(t)
    flat = {"estimate": t, "se": 1.0, "df": df, "lower": 0.0, "upper": 0.0, "t": t, "p": p}
    return pd.DataFrame(flat)


@pytest.mark.parametrize(("arms", "df"), DUNNETT)
def test_arms_against_a_control(arms, df):
    made = critical_value(with_one_control(arms), df)
    assert_allclose(made, DUNNETT[arms, df], atol=0.005)
    assert_allclose(_with_control(made, arms, df), 0.95, atol=5e-6)


def _with_control(c: float, arms: int, df: float) -> float:
    """P(all |T| <= c): given the control's mean z and the scale s the arms are independent."""

    z, s = np.linspace(-8, 8, 1601), np.linspace(1e-6, 4, 1601)[:, None]
    one = stats.norm.cdf(z + np.sqrt(2) * c * s) - stats.norm.cdf(z - np.sqrt(2) * c * s)
    density = stats.norm.pdf(z) * 2 * s * df * stats.chi2.pdf(df * s * s, df)
    return np.trapezoid(np.trapezoid(density * one**arms, z, axis=1), s[:, 0])


@pytest.mark.parametrize(("means", "df"), STUDENTIZED_RANGE)
def test_all_pairs_of_means(means, df):
    made = critical_value(all_pairs(means), df)
    assert_allclose(made * np.sqrt(2), STUDENTIZED_RANGE[means, df], atol=0.005)
    assert_allclose(made, stats.studentized_range.ppf(0.95, means, df) / np.sqrt(2), rtol=2e-5)


@pytest.mark.parametrize("df", [4.5, 12.0, np.inf])
def test_two_contrasts_that_say_the_same_are_one(df):
    alone = stats.t.ppf(0.975, df)
    assert_allclose(critical_value(np.ones((2, 2)), df), alone, rtol=1e-9)
    assert_allclose(critical_value(np.ones((1, 1)), df), alone, rtol=1e-9)
    assert_allclose(critical_value(np.array([[1, -1], [-1, 1]]), df), alone, rtol=1e-9)


def test_independent_normals_are_sidaks():
    made = critical_value(np.eye(4), np.inf, level=0.9)
    assert_allclose(made, stats.norm.ppf((1 + 0.9**0.25) / 2), rtol=1e-5)


def test_the_same_question_gives_the_same_digits():
    assert critical_value(with_one_control(6), 33.3) == critical_value(with_one_control(6), 33.3)


def test_each_row_keeps_its_own_degrees_of_freedom():
    given = table([0.03, 0.2]).assign(df=[5.0, 50.0])
    made = adjusted(given, with_one_control(2), "simultaneous")
    for row, df in ((0, 5.0), (1, 50.0)):
        c = critical_value(with_one_control(2), df)
        half = (made.loc[row, "upper"] - made.loc[row, "lower"]) / 2
        assert_allclose(half, c, rtol=1e-9)


def test_an_adjusted_p_of_5_percent_is_an_interval_that_ends_at_zero():
    c = critical_value(with_one_control(3), 20.0)
    given = table(2 * stats.t.sf([c, 1.0, 9.0], 20), t=[c, 1.0, 9.0])
    made = adjusted(given, with_one_control(3), "simultaneous")
    assert_allclose(made.loc[0, ["lower", "p_adjusted"]].astype(float), [0, 0.05], atol=1e-8)
    assert (made["p_adjusted"] >= made["p"]).all()
    assert made.loc[2, "p_adjusted"] < 1e-6


def test_holm_and_hochberg_on_the_fifteen_of_benjamini_and_hochberg():
    """Both reject the first three at 5 %; the fourth factor of Holm is 12."""
    for how in ("holm", "hochberg"):
        made = adjusted(table(FIFTEEN), np.eye(15), how)["p_adjusted"]
        assert (made < 0.05).sum() == 3
        assert_allclose(made[:4], [0.0015, 0.0056, 0.0247, 0.1140], rtol=1e-12)


def test_hochberg_and_holm_by_hand():
    shuffled = [0.04, 0.01, 0.03, 0.02]
    holm = adjusted(table(shuffled), np.eye(4), "holm")["p_adjusted"]
    hochberg = adjusted(table(shuffled), np.eye(4), "hochberg")["p_adjusted"]
    assert_allclose(holm, [0.06, 0.04, 0.06, 0.06])
    assert_allclose(hochberg, [0.04, 0.04, 0.04, 0.04])


def test_a_fixed_order_stops_at_the_first_that_fails():
    assert_allclose(in_order([0.01, 0.04, 0.2, 0.001]), [0.01, 0.04, 0.2, 0.2])
    made = adjusted(table([0.01, 0.04, 0.2, 0.001]), np.eye(4), "in order")
    assert list(made["p_adjusted"] < 0.05) == [True, True, False, False]


def test_unknown_adjustment():
    with pytest.raises(UsageError, match="hochberg"):
        adjusted(table([0.1]), np.eye(1), "bonferoni")
