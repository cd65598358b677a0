"""Several effects a study: what must hold of levels and of robust variances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

import analysis
from analysis.errors import ModelError
from analysis.stats.synthesis.cluster import cluster_robust
from analysis.stats.synthesis.components import fit_components
from analysis.stats.synthesis.multilevel import constant_correlation, nested_codes


def effects(seed: int = 1, studies: int = 14, each: int = 3) -> pd.DataFrame:
    """Invented studies with several effects, variances between and within studies 0.1 and 0.05."""
    rng = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), each)
    v = rng.uniform(0.02, 0.1, len(study))
    own = np.repeat(rng.normal(0, np.sqrt(0.1), studies), each)
    y = -0.3 + own + rng.normal(0, np.sqrt(0.05 + v))
    weeks = np.tile(np.linspace(4, 12, each), studies)
    return pd.DataFrame(
        {"study": study, "effect": range(len(study)), "y": y, "v": v, "weeks": weeks}
    )


def fit(formula: str = "y ~ 1", data: pd.DataFrame | None = None, **options):
    given = {"nested": ["study", "effect"], "variance": "v", **options}
    return analysis.meta_levels(formula, effects() if data is None else data, **given)


def test_one_effect_a_study_is_a_plain_meta_analysis():
    data = effects(each=1)
    ours = fit(data=data, nested=["study"], robust=None, test="z")
    plain = analysis.meta("y ~ 1", data, variance="v", test="z")
    assert_allclose(
        ours.coefficients.iloc[:, 1:].astype(float), plain.coefficients.iloc[:, 1:], rtol=1e-8
    )
    assert ours.variances()["i2"][0] == pytest.approx(float(plain.pooled.hetero.i2), rel=1e-7)


def test_no_other_variances_have_a_higher_likelihood():
    data = effects(3)
    made = fit(data=data)
    y, V = data["y"].to_numpy(), np.diag(data["v"])
    X = np.ones((len(y), 1))
    parts = [(c[:, None] == c[None, :]).astype(float) for c in made.codes]
    best = made.levels.fit.log_likelihood
    for factor in (0.5, 0.9, 1.1, 2.0):
        for i in range(2):
            theta = made.levels.fit.theta.copy()
            theta[i] *= factor
            held = V + theta[0] * parts[0] + theta[1] * parts[1]
            assert fit_components(y, held, X, []).log_likelihood <= best + 1e-9


def test_robust_variances_are_those_of_least_squares():
    """Every effect a cluster, working covariance the identity: HC0 and HC2."""
    rng = np.random.default_rng(4)
    X = np.column_stack([np.ones(20), rng.normal(size=20)])
    y = X @ [1.0, 2.0] + rng.normal(size=20) * (1 + np.abs(X[:, 1]))
    for kind, theirs in (("cr0", "HC0"), ("cr2", "HC2")):
        other = sm.OLS(y, X).fit(cov_type=theirs)
        made = cluster_robust(X, np.eye(20), other.resid, list(range(20)), kind=kind)
        assert_allclose(np.sqrt(np.diag(made.covariance)), other.bse, rtol=1e-10)


def test_satterthwaite_is_exact_for_two_equal_groups():
    """The mean difference of two groups of equal size and variance: n1 + n2 - 2."""
    X = np.column_stack([np.ones(24), np.repeat([0.0, 1.0], 12)])
    y = np.random.default_rng(5).normal(size=24)
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    made = cluster_robust(X, np.eye(24), residuals, list(range(24)), kind="cr2")
    assert made.df[1] == pytest.approx(22)


def test_cr2_is_unbiased_where_the_model_holds_and_cr0_is_not():
    rng = np.random.default_rng(6)
    data = effects(studies=6)
    codes = data["study"].to_numpy()
    same = codes[:, None] == codes[None, :]
    M = np.diag(data["v"] + 0.05) + 0.1 * same
    X = np.column_stack([np.ones(18), np.repeat([0, 0, 0, 0, 1, 1], 3)])
    root = np.linalg.cholesky(M)
    bread = np.linalg.inv(X.T @ np.linalg.solve(M, X))
    found = {"cr0": [], "cr2": []}
    for _ in range(1500):
        y = root @ rng.normal(size=18)
        residuals = y - X @ (bread @ (X.T @ np.linalg.solve(M, y)))
        for kind, kept in found.items():
            kept.append(cluster_robust(X, M, residuals, codes.tolist(), kind=kind).covariance[1, 1])
    assert np.mean(found["cr2"]) == pytest.approx(bread[1, 1], rel=0.06)
    assert np.mean(found["cr0"]) < 0.8 * bread[1, 1]


def test_the_factors_of_cr1():
    made = fit()
    se = {kind: made.robust(kind)["se"][0] for kind in ("cr0", "cr1", "cr1p", "cr2")}
    assert se["cr1"] == pytest.approx(se["cr0"] * np.sqrt(14 / 13))
    assert se["cr1p"] == pytest.approx(se["cr1"])  # one coefficient
    assert se["cr0"] < se["cr2"]


def test_a_moderator_within_studies_and_its_prediction():
    made = fit("y ~ weeks", correlation=0.5)
    rows = made.predict(pd.DataFrame({"weeks": [4.0, 12.0]}))
    b = made.coefficients["estimate"]
    assert rows["estimate"].tolist() == pytest.approx([b[0] + 4 * b[1], b[0] + 12 * b[1]])
    assert (rows["prediction_lower"] < rows["lower"]).all()


def test_codes_are_nested_within_outer_groups():
    outer, inner = nested_codes([["a", "a", "b", "b"], [1, 2, 1, 1]])
    assert outer.tolist() == [0, 0, 1, 1]
    assert inner.tolist() == [0, 1, 2, 2]


def test_a_constant_correlation():
    V = constant_correlation(np.array([0.04, 0.09, 0.01]), ["s", "s", "t"], 0.5)
    assert V[0, 1] == pytest.approx(0.5 * 0.2 * 0.3)
    assert V[0, 2] == 0
    assert np.diag(V).tolist() == [0.04, 0.09, 0.01]


def test_clusters_must_hold_what_the_model_ties_together():
    made = fit()
    with pytest.raises(ModelError, match="Effects of different clusters"):
        cluster_robust(made.X, made.levels.fit.M, made.levels.fit.residuals, list(range(42)))
    with pytest.raises(ModelError, match="clusters cannot carry"):
        cluster_robust(made.X, np.eye(42), made.levels.fit.residuals, ["one"] * 42)


def test_a_covariance_that_is_none():
    with pytest.raises(ModelError, match="not positive definite"):
        fit_components(np.ones(2), np.array([[1.0, 2], [2, 1]]), np.ones((2, 1)), [])


def test_the_page_the_text_and_the_rows():
    made = fit()
    for words in ("Meta-analysis with 3 levels", "study", "% of the whole", "Intercept"):
        assert words in repr(made)
        assert words in made._repr_html_()
    rows = made.to_results()
    assert rows["statistic"].tolist() == ["coefficient", *["variance"] * 2, *["i2"] * 2, "q"]
    assert (rows["n"] == 42).all()
