"""Draws: refits held to fits of their own, the Gibbs sampler to its closed form, pools by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.errors import UsageError
from analysis.stats.analyse import Analysed
from analysis.stats.mmrm import mmrm
from analysis.stats.pool import needed, pool
from tests.spec.impute_people import FORMULA, WEEKS, imputed, invented


@pytest.fixture(scope="module")
def table():
    return invented()


@pytest.mark.parametrize(
    ("covariance", "by_arm", "reml"),
    [("us", False, True), ("us", False, False), ("us", True, True), ("ar1h", False, True)],
)
def test_a_bootstrap_refit_is_the_fit_of_the_sample(table, covariance, by_arm, reml):
    made = imputed(
        table,
        method="condmean-bootstrap",
        n=4,
        seed=3,
        covariance=covariance,
        sigma_by_arm=by_arm,
        reml=reml,
    )
    for d in (1, 4):
        counts = made.draws.weights[d].astype(int)
        people = np.repeat(np.arange(len(counts)), counts)
        copies = [table[table["who"] == p].assign(who=i) for i, p in enumerate(people)]
        fit = mmrm(
            FORMULA,
            pd.concat(copies),
            subject="who",
            visit="week",
            covariance=covariance,
            group="arm" if by_arm else None,
            reml=reml,
            df="residual",
        )
        assert_allclose(made.draws.beta[d], fit.beta, rtol=1e-5, atol=1e-6)
        first = fit.covariance["control"] if by_arm else fit.covariance
        assert_allclose(made.draws.sigmas[d, 0], first, rtol=1e-4)


def test_bootstrap_samples_keep_the_arms_sizes(table):
    made = imputed(table, method="condmean-bootstrap", n=20, seed=3)
    arm = made.planned.arm
    for a in (0, 1):
        assert (made.draws.weights[:, arm == a].sum(axis=1) == (arm == a).sum()).all()
    assert made.draws.weights[1:].max() > 1


def test_gibbs_draws_have_the_posterior_that_complete_data_give():
    """Without covariates Sigma is inverse Wishart, and its mean is the fit, as the prior's is.

    Degrees of freedom: M + 2 of the prior, n participants, less two cell means a visit.
    """
    n = 60
    whole = invented(n, leave=0, gap=0)
    made = imputed(whole, formula="change ~ arm * week", method="bayes", n=3000, seed=8, burn_in=5)
    fit = made.draws.optimum.point
    sigmas = made.draws.sigmas[:, 0]
    error = sigmas.std(axis=0) / np.sqrt(len(sigmas))
    assert (np.abs(sigmas.mean(axis=0) - fit.sigmas[0]) < 4 * error).all()
    freedom = len(WEEKS) + 2 + n - 2
    scale = fit.sigmas[0] * (n - 1)
    exact = stats.invwishart(df=freedom, scale=scale).var()
    assert_allclose(sigmas.var(axis=0), exact, rtol=0.15)
    beta = made.draws.beta
    error = beta.std(axis=0) / np.sqrt(len(beta))
    assert (np.abs(beta.mean(axis=0) - fit.beta) < 4 * error).all()
    # Given Sigma b has variance Phi, which is linear in Sigma: on average that of the fit.
    assert_allclose(beta.var(axis=0), np.diag(fit.phi), rtol=0.12)


def test_a_longer_chain_changes_nothing_but_chance(table):
    short = imputed(table, method="bayes", n=800, seed=1, burn_in=30).estimates
    long = imputed(table, method="bayes", n=800, seed=2, burn_in=120).estimates
    error = np.hypot(short["mc_error"], long["mc_error"])
    assert (np.abs(short["estimate"] - long["estimate"]) <= 4 * error + 1e-9).all()
    error = np.hypot(short["mc_error_se"], long["mc_error_se"])
    assert (np.abs(short["se"] - long["se"]) <= 4 * error + 1e-9).all()


def test_drawn_values_have_the_spread_that_filled_tells():
    """Many bootstrap draws of one value scatter a little wider than its conditional spread."""
    table = invented(200)
    made = imputed(table, method="bootstrap", n=600, seed=2)
    values = np.array(
        [made.completed(d)["change"][made.completed(d)["imputed"]] for d in range(60)]
    )
    ratio = values.std(axis=0, ddof=1) / made.filled["sd"]
    assert 0.95 < ratio.mean() < 1.2


LABELS = pd.DataFrame({"visit": [1], "arm": ["b"], "kind": ["difference"]})


def test_rubins_rules_by_hand():
    """Three sets: estimates 1, 2, 6; variances 4, 5, 6; 20 degrees of freedom of the analysis."""
    analysed = Analysed(
        LABELS, np.array([[1.0], [2], [6]]), np.array([[4.0], [5], [6]]), np.array([20.0])
    )
    row = pool(analysed, "bootstrap").table.iloc[0]
    between = 7.0
    total = 5 + between * 4 / 3
    assert_allclose(row["estimate"], 3)
    assert_allclose(row["se"], np.sqrt(total))
    share = between * 4 / 3 / total
    df = 1 / (share**2 / 2 + 1 / (21 / 23 * 20 * (1 - share)))
    assert_allclose(row["df"], df)
    assert_allclose(row["upper"], 3 + stats.t.ppf(0.975, df) * np.sqrt(total))
    assert_allclose(row["p"], 2 * stats.t.sf(3 / np.sqrt(total), df))
    assert_allclose(row["mc_error"], np.sqrt(between / 3))


def test_jackknife_by_hand():
    """Leaving out each of 1, 2, 3, 6 from a mean gives the mean's own standard error."""
    x = np.array([1.0, 2, 3, 6])
    left = (x.sum() - x) / 3
    analysed = Analysed(LABELS, np.append(x.mean(), left)[:, None], None, np.array([np.inf]))
    row = pool(analysed, "condmean-jackknife").table.iloc[0]
    assert_allclose(row["estimate"], 3)
    assert_allclose(row["se"], x.std(ddof=1) / 2)
    assert row["mc_error"] == 0


def test_the_number_needed_falls_with_the_square():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(100, 1))
    pooled = pool(Analysed(LABELS, x, np.ones((100, 1)), np.array([50.0])), "bootstrap")
    error = pooled.table["mc_error"].item()
    assert needed(pooled, 100, error / 2) == pytest.approx(400, abs=1)
    assert needed(pooled, 100, error * 2) == 100


def test_pooling_refuses_what_it_cannot_pool():
    one = Analysed(LABELS, np.ones((1, 1)), np.ones((1, 1)), np.array([5.0]))
    with pytest.raises(UsageError, match="two data sets"):
        pool(one, "bootstrap")
    two = Analysed(LABELS, np.ones((2, 1)), np.ones((2, 1)), np.array([5.0]))
    with pytest.raises(UsageError, match="level"):
        pool(two, "bootstrap", level=1.5)
    with pytest.raises(UsageError, match="percentile"):
        pool(two, "bootstrap", interval="percentile")
