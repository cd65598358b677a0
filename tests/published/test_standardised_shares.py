"""The standardised risk difference of Ge et al. (2011) on data whose answer is published.

Spector & Mazzeo (1980), in Greene, Econometric Analysis: whether 32 students improved, with and
without a teaching programme, given two covariates. The mean change of the probability by the
programme and its delta-method error are Stata's `margins` for a factor; statsmodels pins them.
"""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from analysis.errors import ModelError
from analysis.stats.binary import counted
from analysis.stats.logistic import fit_logistic
from analysis.stats.standardise import from_scale, on_scale, standardise

STATA = {"difference": 0.35751515254729, "se": 0.1420034}


def students():
    data = sm.datasets.spector.load_pandas()
    X = sm.add_constant(data.exog[["PSI", "GPA", "TUCE"]]).to_numpy()
    at = np.stack([X, X])
    at[0, :, 1], at[1, :, 1] = 0, 1
    return data.endog.to_numpy(dtype=bool), X, at


def random_sets(n_sets=40, n=60, seed=3):
    rng = np.random.default_rng(seed)
    arm = np.repeat([0.0, 1.0], n // 2)
    X = np.column_stack([np.ones(n), arm, rng.normal(50, 10, n)])
    score = -4 + 0.8 * arm + 0.06 * X[:, 2]
    return rng.random((n_sets, n)) < 1 / (1 + np.exp(-score)), X


def test_the_difference_and_its_error():
    y, X, at = students()
    value, variance = on_scale(standardise(y[None], X, at), "difference", 0)
    assert_allclose(value[0, 1], STATA["difference"], rtol=1e-7)
    assert_allclose(np.sqrt(variance[0, 1]), STATA["se"], rtol=1e-6)
    assert (value[0, 0], variance[0, 0]) == pytest.approx((0, 0), abs=1e-14)


def test_many_data_sets_at_once_are_statsmodels_one_by_one():
    y, X = random_sets()
    made = fit_logistic(y, X)
    assert not made.separated.any()
    for one, beta, covariance in zip(y, made.beta, made.covariance, strict=True):
        fit = sm.Logit(one.astype(float), X).fit(disp=0, tol=1e-12, maxiter=60)
        assert_allclose(beta, fit.params, rtol=1e-6)
        assert_allclose(covariance, fit.cov_params(), rtol=1e-5)


def test_ratios_follow_by_the_delta_method():
    """By brute force: the gradient of each scale, taken numerically over the coefficients."""
    y, X, at = students()
    fit = fit_logistic(y[None], X)
    made = standardise(y[None], X, at)

    def shares(beta):
        return (1 / (1 + np.exp(-at @ beta))).mean(axis=1)

    scales = {
        "share": lambda s: np.log(s / (1 - s))[1],
        "ratio": lambda s: np.log(s[1] / s[0]),
        "odds ratio": lambda s: np.log(s[1] / (1 - s[1]) * (1 - s[0]) / s[0]),
    }
    for scale, function in scales.items():
        value, variance = on_scale(made, scale, 0)
        steps = np.eye(X.shape[1]) * 1e-6
        slope = (
            np.array(
                [
                    function(shares(fit.beta[0] + h)) - function(shares(fit.beta[0] - h))
                    for h in steps
                ]
            )
            / 2e-6
        )
        assert_allclose(value[0, 1], function(shares(fit.beta[0])), rtol=1e-12)
        assert_allclose(variance[0, 1], slope @ fit.covariance[0] @ slope, rtol=1e-5)
        assert_allclose(from_scale(value, scale)[0, 1] > 0, True)


def test_without_covariates_it_is_the_plain_comparison():
    y, X = random_sets(1)
    at = np.stack([np.c_[np.ones(60), np.zeros(60)], np.ones((60, 2))])
    made = standardise(y, X[:, :2], at)
    plain = counted([y[0, :30].sum(), y[0, 30:].sum()], 30).value
    assert_allclose(made.share[0], plain, rtol=1e-9)
    value, variance = on_scale(made, "difference", 0)
    assert_allclose(value[0, 1], plain[1] - plain[0], rtol=1e-8)
    assert_allclose(variance[0, 1], (plain * (1 - plain) / 30).sum(), rtol=1e-7)


def test_separated_data_are_told_from_the_others():
    y, X = random_sets(3)
    y[0, 30:] = True  # everybody in one arm
    y[1] = X[:, 2] > 50  # a covariate tells who responds
    assert fit_logistic(y, X).separated.tolist() == [True, True, False]


def test_more_columns_than_people_are_refused():
    with pytest.raises(ModelError, match="cannot carry"):
        fit_logistic(np.ones((1, 3), bool), np.ones((3, 3)))
