"""Shares in imputed data sets, pooled: where nothing differs, the plain share; else wider."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.stats.binary import counted, hybrid_difference, wilson
from analysis.stats.binary_pool import imputed_share, pool_estimates


def test_imputations_that_agree_are_one_data_set():
    made = imputed_share(np.full((5, 2), [0.3, 0.0]), 20, level=0.95)
    plain = counted([6, 0], 20)
    assert_allclose(made.n, 20)
    assert_allclose(wilson(made).upper, wilson(plain).upper, rtol=1e-12)


def test_a_share_of_nought_in_every_imputation_has_an_interval():
    share = imputed_share(np.zeros((20, 2)), np.array([12, 15]), level=0.95)
    made = hybrid_difference(*[_one(share, place) for place in (0, 1)])
    assert made.estimate == 0
    assert -0.3 < made.lower < 0 < made.upper < 0.3


def _one(share, place):
    return type(share)(share.value[place], share.n[place], share.critical[place])


def test_imputations_that_differ_by_lott_and_reiter():
    """Their interval written out: t with (m - 1) (1 + 1/r)^2 degrees of freedom, n / (1 + r)."""
    shares, n = np.array([0.2, 0.23, 0.25, 0.31]), 100
    m, mean = len(shares), shares.mean()
    r = (1 + 1 / m) * shares.var(ddof=1) / (shares * (1 - shares) / n).mean()
    t = stats.t.ppf(0.975, (m - 1) * (1 + 1 / r) ** 2)
    w = t**2 / n + t**2 * r / n
    middle = (2 * mean + w) / (2 * (1 + w))
    half = np.sqrt(middle**2 - mean**2 / (1 + w))
    made = wilson(imputed_share(shares[:, None], n, level=0.95))
    assert_allclose((made.lower[0], made.upper[0]), (middle - half, middle + half), rtol=1e-10)


def test_rubins_rules_written_out():
    """Rubin (1987) and Barnard & Rubin (1999), with 30 degrees of freedom of one analysis."""
    x, u, m, whole = np.array([0.10, 0.16, 0.13]), np.array([0.004, 0.005, 0.006]), 3, 30.0
    between, within = x.var(ddof=1), u.mean()
    total = within + (1 + 1 / m) * between
    lost = (1 + 1 / m) * between / total
    seen = (whole + 1) / (whole + 3) * whole * (1 - lost)
    df = 1 / (lost**2 / (m - 1) + 1 / seen)
    (made,) = pool_estimates(x[:, None], u[:, None], whole, level=0.95).itertuples(index=False)
    assert made.estimate == pytest.approx(x.mean())
    assert made.se == pytest.approx(np.sqrt(total))
    assert made.df == pytest.approx(df)
    assert made.upper == pytest.approx(x.mean() + stats.t.ppf(0.975, df) * np.sqrt(total))
    assert made.mc_error == pytest.approx(np.sqrt(between / m))


def test_one_data_set_keeps_its_own_error():
    (made,) = pool_estimates(np.array([[0.2]]), np.array([[0.01]]), np.inf, level=0.95).itertuples(
        index=False
    )
    assert (made.se, made.mc_error) == (pytest.approx(0.1), 0)
    assert made.lower == pytest.approx(0.2 - stats.norm.ppf(0.975) * 0.1)
