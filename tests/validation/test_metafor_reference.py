"""Meta-analyses agree with R's metafor on two sets of published effects (validation/metafor)."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.synthesis.between import solve_q
from analysis.stats.synthesis.interval import q_profile
from analysis.stats.synthesis.pooled import pooled
from analysis.stats.synthesis.weighted import weighted, weights_of
from validation.metafor import compare

# Relative. Where R iterates its threshold was 1e-12; closed forms agree to rounding.
TOLERANCE = 1e-6
# R's Paule-Mandel and Q-profile come from uniroot, which stops about 1e-5 early; see below.
STOPPED_EARLY = {"PM"}
METHODS = ("FE", "DL", "REML", "ML", "PM", "SJ", "HE", "HS", "EB")
SETS = list(compare.reference())
CASES = [(name, case) for name in SETS for case in compare.reference()[name]["fits"]]


def test_the_grid_is_complete():
    expected = {f"{m}/{t}" for m in METHODS for t in ("z", "knha")} - {"FE/knha"}
    assert SETS == ["tataryn_pain", "usable_smd"]
    assert all(set(compare.reference()[name]["fits"]) == expected for name in SETS)
    for name in SETS:
        for case in expected:
            compared = set(compare.fit_differences(name, case))
            asked = 10 if case == "FE/z" else 13
            assert len(compared) == asked, case


@pytest.mark.parametrize(("name", "case"), [c for c in CASES if c[1][:2] not in STOPPED_EARLY])
def test_every_number_of_a_fit(name, case):
    worst = compare.fit_differences(name, case)
    assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("test", ["z", "knha"])
def test_paule_mandel_is_right_where_r_stops_early(name, test):
    """Empirical Bayes solves the same equation: R's own EB has the root that its PM misses."""
    y, v = compare.studies(name)
    made, theirs = compare.numbers(compare.fit(name, f"PM/{test}")), compare.reference()[name]
    r_pm, r_eb = theirs["fits"][f"PM/{test}"], theirs["fits"][f"EB/{test}"]
    for key in ("estimate", "se", "lower", "upper", "tau2", "pi_lower", "pi_upper"):
        assert made[key] == pytest.approx(r_eb[key], rel=TOLERANCE)
        assert made[key] == pytest.approx(r_pm[key], rel=1e-4)
    df, one = len(y) - 1, np.ones((len(y), 1))

    def missed(tau2: float) -> float:
        return abs(float(weighted(y, weights_of(v, tau2), one).q) - df)

    assert missed(made["tau2"]) < 1e-10 < 1e-6 < missed(r_pm["tau2"])


@pytest.mark.parametrize("name", SETS)
def test_influence_and_the_regression_on_weeks(name):
    worst = compare.other_differences(name)
    profile = {key for key in worst if key.startswith("Q-profile")}
    assert len(worst) == 10
    assert max(x for key, x in worst.items() if key not in profile) < TOLERANCE, worst
    assert max(worst[key] for key in profile) < 1e-5, worst


@pytest.mark.parametrize("name", SETS)
def test_q_profile_limits_solve_their_equation(name):
    y, v = compare.studies(name)
    one = np.ones((len(y), 1))
    hetero = pooled(y, v).hetero
    low, high = q_profile(y, v, None, hetero).tau2
    target = float(weighted(y, weights_of(v, high), one).q)
    assert float(solve_q(y, v, one, target)) == pytest.approx(float(high), rel=1e-12)
    # The 2.5th and 97.5th percentiles of chi-squared.
    chi2 = {"tataryn_pain": (2.179730747, 17.534546139), "usable_smd": (4.403788506, 23.336664158)}
    assert target == pytest.approx(chi2[name][0], rel=1e-9)
    at_low = float(weighted(y, weights_of(v, low), one).q)
    assert at_low == pytest.approx(chi2[name][1], rel=1e-9) or (low == 0 and at_low < chi2[name][1])


@pytest.mark.parametrize("name", SETS)
def test_small_studies(name):
    assert max(compare.bias_differences(name).values()) < TOLERANCE


@pytest.mark.parametrize("name", SETS)
def test_three_levels_and_robust_variances(name):
    worst = compare.level_differences(name)
    assert len(worst) == 6
    assert max(worst.values()) < TOLERANCE, worst


def test_every_part_of_the_reference_is_compared():
    compared = {"fits", "q_profile", "egger", "trim_fill", "leave_one_out", "cooks", "rstudent"}
    compared |= {"regression_weeks", "three_level", "robust"}
    given = {"rows", "yi", "sei", "weeks", "trial"}
    assert all(set(part) == compared | given for part in compare.reference().values())
