"""Meta-analyses agree with metafor and clubSandwich on public example data.

The data and R's results are kept beside the checkout and are not part of it; without them these
tests are skipped.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from analysis.stats.synthesis import selection
from analysis.stats.synthesis.asymmetry import funnel_limits
from analysis.stats.synthesis.mantel_haenszel import mantel_haenszel
from validation.metafor import peers, peers_escalc, peers_more, peers_mv

HERE = peers.PEERS.exists()
pytestmark = pytest.mark.skipif(not HERE, reason="R's results are not beside the checkout")
# Relative. R's thresholds were 1e-12 and tighter, unless a test says otherwise.
TOLERANCE = 1e-6
# R's own p values of tails below 1e-20 carry fewer digits than the statistic behind them.
POOLED = peers.pooled_cases() if HERE else []
FILLED = [n for n in peers.results("metafor_uni") if n.startswith("bcg_trimfill")] if HERE else []
# What this package does not offer, with the reason.
NOT_OFFERED = {
    "bcg_RR_GENQ": "weights chosen by hand",
    "bcg_RR_GENQM": "weights chosen by hand; R lacked a package for it",
    "bcg_RR_location_scale": "heterogeneity that depends on moderators",
    "bcg_fsn": "fail-safe numbers, which the Cochrane Handbook advises against",
    "bcg_baujat": "a figure; its numbers are the influence that is compared",
    "bcg_radial": "a figure",
    "bcg_permutest": "permutation of signs",
    "bcg_hc": "Henmi and Copas' interval",
    "bcg_peto": "compared as the pooled effects of measure `peto`",
    "yusuf_peto": "its data are not kept in this form",
    "nielweise_mh_IRR": "its data are not kept",
    "bcg_glmm": "models of the counts themselves",
    "zero_cell_data": "input",
    "morris2008_prepost": "input",
}
MORE = r"bcg_(regtest|ranktest|trimfill|selmodel|leave1out|cumul|influence|residuals|robust|mh)"
SHOWN = {"bcg_funnel", "bcg_forest"}


def test_every_univariate_case_is_compared_or_named():
    names = set(peers.results("metafor_uni"))
    compared = {n for n in names if n in POOLED or re.match(MORE, n)} | SHOWN
    left = names - compared
    assert len(POOLED) == 134
    assert all(any(n.startswith(key) for key in NOT_OFFERED) for n in left), left
    assert all(any(n.startswith(key) for n in left) for key in NOT_OFFERED)


@pytest.mark.parametrize("case", POOLED)
def test_a_pooled_fit(case):
    worst = peers.fit_differences(case)
    assert len(worst) >= 15
    assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("method", ["REML", "DL", "FE"])
def test_each_study(method):
    worst = peers_more.each_study(method)
    assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("model", ["rma", "lm"])
@pytest.mark.parametrize("predictor", list(peers_more.PREDICTORS))
def test_regression_tests(model, predictor):
    assert max(peers_more.regression_test(model, predictor).values()) < TOLERANCE


def test_rank_test():
    assert max(peers_more.ranks().values()) < TOLERANCE


@pytest.mark.parametrize("case", FILLED)
def test_trim_and_fill(case):
    worst = peers_more.filled(case)
    assert len(FILLED) == 27
    # trimfill() refits at R's default threshold of 1e-5: its tau2 by REML is 1.2e-6 off.
    early = worst.pop("tau2") if "REML" in case else 0.0
    assert early < 2e-6
    assert max(worst.values()) < TOLERANCE, worst


def test_robust_variances():
    assert max(peers_more.robust().values()) < TOLERANCE


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_mantel_haenszel(measure):
    r, table = peers.results("metafor_uni")[f"bcg_mh_{measure}"], peers.data("dat.bcg")
    n1, n2 = table["tpos"] + table["tneg"], table["cpos"] + table["cneg"]
    made = mantel_haenszel(measure.lower(), table["tpos"], n1, table["cpos"], n2)
    names = {"estimate": "beta", "se": "se", "lower": "ci_lb", "upper": "ci_ub", "p": "pval"}
    names |= {"q": "QE", "q_p": "QEp"}
    ours = [getattr(made, name) for name in names]
    assert ours == pytest.approx([r[name] for name in names.values()], rel=TOLERANCE)
    assert 100 * made.i2 == pytest.approx(r["I2"], rel=TOLERANCE)


def test_peto_is_the_pooled_peto_effect():
    r, table = peers.results("metafor_uni")["bcg_peto"], peers.data("dat.bcg")
    made = peers_escalc.effect("bcg_PETO")
    fit = peers.meta(
        "y ~ 1",
        table.assign(y=made.effect, v=made.variance),
        variance="v",
        method="fixed",
        test="z",
    )
    row = fit.coefficients.iloc[0]
    assert [row["estimate"], row["se"]] == pytest.approx([r["beta"], r["se"]], rel=TOLERANCE)
    assert float(fit.pooled.hetero.q) == pytest.approx(r["QE"], rel=TOLERANCE)


# How far R's optimiser stopped short: its likelihood is below ours, and ours at R's own parameters
# is R's (but for `beta` and `power`, whose integrals R takes to 1e-4).
STOPPED = {
    "stepfun": (1e-4, 1e-9),
    "halfnorm": (1e-3, 1e-8),
    "negexp": (0.5, 1e-8),
    "logistic": (0.1, 1e-8),
    "beta": (1e-3, 2e-4),
    "power": (0.02, 2e-3),
}


@pytest.mark.parametrize("kind", list(STOPPED))
def test_selection_models_reach_a_higher_likelihood(kind):
    gaps, higher = peers_more.selected(kind)
    near, same = STOPPED[kind]
    assert higher >= 0
    assert max(gaps.values()) < near, gaps
    r, made = peers.results("metafor_uni")[f"bcg_selmodel_{kind}"], peers_more.base("ml")
    height, _ = selection._likelihood(
        peers_more.SHAPES[kind], -made.y, made.v, (0.025, 0.5), fixed=False
    )
    at_theirs = height(-r["beta"], r["tau2"], np.atleast_1d(np.array(r["delta"], dtype=float)))
    assert at_theirs == pytest.approx(r["ll"], abs=same)


def test_funnel_and_forest():
    uni, made = peers.results("metafor_uni"), peers_more.base("reml")
    assert made.pooled.beta[0] == pytest.approx(uni["bcg_funnel"]["refline"], rel=TOLERANCE)
    low, high = funnel_limits(0.0, made.studies["se"].to_numpy())[0.95]
    rows = uni["bcg_forest"]["rows"]
    assert made.studies["lower"].to_numpy() == pytest.approx([r["ci.lb"] for r in rows])
    assert made.y + low == pytest.approx(made.studies["lower"].to_numpy())
    assert made.y + high == pytest.approx([r["ci.ub"] for r in rows])
    assert 100 * made.pooled.weights == pytest.approx(uni["bcg_forest"]["weights"], rel=TOLERANCE)


# Models of this package, and what it does not offer: covariances that are no sum of components.
UNSTRUCTURED = {"berkey_UN", "berkey_HCS", "berkey_DIAG", "berkey_UN_REML", "berkey_UN_year"}
MV_NOT_OFFERED = UNSTRUCTURED | {"ishak_HAR", "ishak_AR"}


def test_every_multivariate_case_is_compared_or_named():
    compared = {*peers_mv.NESTED, *peers_mv.BERKEY, *peers_mv.NETWORKS, "senn_network_data"}
    assert compared | MV_NOT_OFFERED == set(peers.results("metafor_mv"))


@pytest.mark.parametrize("case", list(peers_mv.NESTED))
def test_levels(case):
    worst = peers_mv.levels_differences(case)
    if case == "konst_inner_outer_CS":
        # R stopped at a relative 1e-10 of the likelihood here; its own three-level fit of the same
        # model, which it took further, is ours to 1e-6.
        assert {"p", "limits"} >= {key for key, x in worst.items() if x > TOLERANCE}
        assert max(worst.values()) < 5e-6
    else:
        assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("case", peers_mv.BERKEY)
def test_two_outcomes_a_trial(case):
    assert max(peers_mv.berkey_differences(case).values()) < TOLERANCE


@pytest.mark.parametrize("case", list(peers_mv.NETWORKS))
def test_networks(case):
    assert max(peers_mv.network_differences(case).values()) < TOLERANCE


def test_the_network_is_built_as_r_had_it():
    r, made = peers.results("metafor_mv")["senn_network_data"], peers_mv.senn("fixed").network
    theirs = {
        (s, t1, t2): y for s, t1, t2, y in zip(r["study"], r["t1"], r["t2"], r["yi"], strict=True)
    }
    assert len(made.y) == len(theirs) == 27
    for row, y, own in zip(made.arms, made.y, made.study, strict=True):
        names = [made.treatments[int(np.flatnonzero(row == sign)[0])] for sign in (1, -1)]
        key, study = tuple(names), made.studies[own]
        same, turned = theirs.get((study, *key)), theirs.get((study, *key[::-1]))
        assert y == pytest.approx(same if same is not None else -turned, abs=1e-12)


ESCALC = peers_escalc.cases() if HERE else []


def test_every_effect_size_is_compared_or_named():
    assert set(ESCALC) | peers_escalc.NOT_OFFERED == set(peers.results("metafor_escalc"))
    assert len(ESCALC) == 65


@pytest.mark.parametrize("case", ESCALC)
def test_effect_sizes(case):
    assert peers_escalc.differences(case) < 1e-12
