"""Imputation agrees with R's rbmi: every pooled table, every imputed value.

R's pooled results are pinned in validation/rbmi; the trial's data and R's values by person are kept
beside the checkout and are not part of it: without them these tests are skipped.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from analysis.stats.delta import Delta
from analysis.stats.draw import METHODS
from analysis.stats.impute import impute
from validation.rbmi.compare import (
    COLUMNS,
    DATA,
    DELTAS,
    FORMULA,
    PEERS,
    STRATEGIES,
    cases,
    in_words_of_r,
    jackknife,
    ours,
    people,
    reference,
    relative,
    theirs,
)

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the data are not beside the checkout")

JACKKNIFE = 1e-7  # relative: estimate, standard error, limits, p
VALUE = 1e-9  # absolute, in points of the scale (0 to 52)
ERRORS = 3.0  # Monte Carlo errors
STRUCTURES = ["us_REML", "us_ML", "us_bygroup_REML", "ar1h_REML", "toeph_REML", "csh_REML"]
STRUCTURES += ["ad_REML", "cs_REML"]


def test_the_grid_is_complete():
    """Eight models; five strategies with `us`, four else; all deltas with the first."""
    made = reference()["jackknife"]
    assert set(made) == {f"jackknife_{name}" for name in STRUCTURES}
    for case, strategies in made.items():
        without = set() if "_us_" in case else {"LMCF"}
        assert set(strategies) == set(STRATEGIES) - without, case
        for strategy, kinds in strategies.items():
            assert "pool" in kinds, (case, strategy)
            if case == "jackknife_us_REML":
                assert set(DELTAS) <= set(kinds)
    assert len(cases()) == 65


@needs_data
@pytest.mark.parametrize("case", list(reference()["jackknife"]))
def test_conditional_means_and_jackknife(case):
    for _, strategy, kind in [one for one in cases() if one[0] == case]:
        other = theirs(reference()["jackknife"][case][strategy][kind])
        assert len(other) == 12
        difference = relative(ours(case, strategy, kind), other)
        assert (difference < JACKKNIFE).all(), (strategy, kind, difference.to_dict())


@needs_data
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_imputed_value_and_every_jackknife_estimate(strategy):
    text = (PEERS / "results" / "rbmi_condmean_jackknife.json").read_text("utf-8")
    other = json.loads(text)["results"]["jackknife_us_REML"][strategy]
    made = jackknife("jackknife_us_REML").using(strategy=STRATEGIES[strategy])
    filled = made.filled.set_index(["PATIENT", "VISIT"])["mean"]
    assert len(filled) == len(other["imputed"]) == 80
    for row in other["imputed"]:
        assert abs(filled[row["PATIENT"], int(row["VISIT"])] - row["CHANGE"]) < VALUE
    labels = made.analysed.labels
    last = ((labels["visit"] == 7) & (labels["kind"] == "difference")).to_numpy()
    estimates = -made.analysed.estimates[:, last][:, 0]
    np.testing.assert_allclose(estimates[0], other["jackknife_estimates_trt_7"][0], rtol=1e-9)
    # R leaves people out in another order.
    np.testing.assert_allclose(
        np.sort(estimates[1:]), np.sort(other["jackknife_estimates_trt_7"][1:]), rtol=1e-8
    )


def _within(made, rows, n_theirs, *, columns=("est", "se")):
    """Differences in units of the Monte Carlo error of both sides."""
    mine, other = in_words_of_r(made), theirs(rows)
    table = made.pooled.table
    errors = {}
    for column, source in (("est", "mc_error"), ("se", "mc_error_se")):
        both = table[source] * np.sqrt(1 + made.settings.n / n_theirs)
        errors[column] = dict(zip(_parameters(table), both, strict=True))
    for name in mine.index:
        for column in columns:
            gap = abs(mine.loc[name, column] - other.loc[name, column])
            assert gap <= ERRORS * errors[column][name] + 1e-6, (name, column, gap)


def _parameters(table):
    for row in table.itertuples():
        which = "ref" if row.arm == "DRUG" else "alt"
        kind = "trt" if row.kind == "difference" else f"lsm_{which}"
        yield f"{kind}_{row.visit}"


@needs_data
@pytest.mark.parametrize("method", ["bootstrap", "condmean-bootstrap"])
def test_bootstrap_within_three_monte_carlo_errors(method):
    made = impute(FORMULA, people(), method=method, n=2000, seed=2021, **COLUMNS)
    names = {
        "bootstrap": ["approxbayes_us_500", "approxbayes_us_500_seed2"],
        "condmean-bootstrap": ["condmean_bootstrap_500"],
    }[method]
    compared = 0
    for name in names:
        case = reference()["stochastic"][name]
        for strategy in STRATEGIES:
            if strategy not in case:
                continue
            plain = made.using(strategy=STRATEGIES[strategy])
            compared += 1
            if method == "condmean-bootstrap":
                # The estimate has no Monte Carlo error; it is compared above, at R's polished fit.
                _within(plain, case[strategy]["pool_normal"], case["n"], columns=("se",))
            else:
                _within(plain, case[strategy]["pool"], case["n"])
                five = plain.using(delta=Delta({"DRUG": 5}, gaps=True))
                _within(five, case[strategy]["pool_delta5_drug"], case["n"])
                compared += 1
    assert compared == {"bootstrap": 14, "condmean-bootstrap": 5}[method]


@needs_data
def test_bayes_has_the_same_centre_and_nearly_the_same_spread():
    """R's Bayesian draws are not among the reference results: its approximate Bayes is.

    Both centre on the same fit; spreads differ by the draw of Sigma, in the third digit.
    """
    made = impute(FORMULA, people(), method="bayes", n=2000, seed=2021, **COLUMNS)
    case = reference()["stochastic"]["approxbayes_us_500"]
    for strategy, ours_ in STRATEGIES.items():
        plain = made.using(strategy=ours_)
        _within(plain, case[strategy]["pool"], case["n"], columns=("est",))
        other = theirs(case[strategy]["pool"])
        assert (relative(in_words_of_r(plain), other)["se"]) < 0.02


def test_every_method_is_compared():
    assert set(METHODS) == {"condmean-jackknife", "condmean-bootstrap", "bootstrap", "bayes"}
