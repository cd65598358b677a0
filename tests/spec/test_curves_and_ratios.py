"""Curves, ratios and half-lives: known values, a library's column space, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from formulaic.transforms.cubic_spline import natural_cubic_spline
from scipy import stats

from analysis import mmrm
from analysis.errors import UsageError
from analysis.stats.decay import first_below, first_below_interval, half_life
from analysis.stats.ratio import fieller, spread_ratio
from analysis.stats.shrunk import shrunken
from analysis.stats.spline import natural_cubic, piecewise_linear

TIMES = np.linspace(0, 104, 40)


def test_straight_pieces_bend_at_their_knots():
    basis = piecewise_linear(np.array([0.0, 10, 16, 26]), [16])
    assert basis.tolist() == [[0, 0], [10, 0], [16, 0], [26, 10]]


def test_the_cubic_spline_spans_the_space_of_formulaic():
    ours = natural_cubic(TIMES, [0, 8, 16, 52, 104])
    theirs = natural_cubic_spline(
        TIMES, knots=[8, 16, 52], lower_bound=0, upper_bound=104, _state={}
    )
    theirs = np.column_stack([theirs[key] for key in theirs])
    both = np.column_stack([np.ones(len(TIMES)), ours])
    left = theirs - both @ np.linalg.lstsq(both, theirs, rcond=None)[0]
    assert np.abs(left).max() < 1e-8


def test_beyond_its_outer_knots_the_spline_is_straight():
    basis = natural_cubic(np.array([60.0, 70, 80, 90]), [4, 16, 52])
    assert np.allclose(np.diff(basis, n=2, axis=0), 0, atol=1e-9)
    assert not natural_cubic(np.zeros(1), [0, 16, 52]).any()


@pytest.mark.parametrize("knots", [[], [16, 16, 20], [20, 16, 4], [-1, 4, 16]])
def test_knots_in_disorder_are_refused(knots):
    with pytest.raises(UsageError):
        natural_cubic(TIMES, knots)


def test_fieller_is_where_the_contrast_of_top_and_ratio_times_bottom_is_not_told_from_zero():
    V = np.array([[4.0, 1.5], [1.5, 3.0]])
    found = fieller(12.0, 20.0, V, df=50)
    for end in (found.lower, found.upper):
        se = np.sqrt(V[0, 0] - 2 * end * V[0, 1] + end**2 * V[1, 1])
        assert abs(12.0 - end * 20.0) / se == pytest.approx(2.0085591, abs=1e-6)


def test_a_bottom_that_may_be_zero_bounds_nothing():
    found = fieller(5.0, 1.0, np.eye(2))
    assert (found.lower, found.upper) == (-np.inf, np.inf)
    with pytest.raises(UsageError):
        fieller(1.0, 0.0, np.eye(2))


def test_the_ratio_of_spreads_has_the_interval_of_the_f_distribution():
    """F(0.975; 9, 14) = 3.2093, F(0.025; 9, 14) = 1 / 3.7980 in any table."""
    found = spread_ratio(2.0, 10, 1.0, 15)
    assert found.lower == pytest.approx(2 / np.sqrt(3.2093), abs=1e-3)
    assert found.upper == pytest.approx(2 * np.sqrt(3.7980), abs=1e-3)


def test_a_half_life_is_found_again():
    times = np.array([0.0, 10, 36, 88])
    found = half_life(times, 20 * 0.5 ** (times / 60), np.eye(4))
    assert found.value == pytest.approx(60, rel=1e-6)
    assert found.start == pytest.approx(20, rel=1e-6)
    assert found.lower < 60 < found.upper


def test_a_gain_that_grows_has_no_half_life():
    found = half_life(np.array([0.0, 10, 20]), np.array([10.0, 11, 13]), np.eye(3))
    assert found.value == np.inf
    assert found.rate < 0


def test_when_a_gain_falls_below_a_size():
    times = np.array([16.0, 26, 52])
    assert first_below(times, np.array([20.0, 15, 5]), 10) == pytest.approx(39.0)
    assert first_below(times, np.array([8.0, 15, 5]), 10) == 16
    assert first_below(times, np.array([20.0, 15, 12]), 10) == np.inf
    both = first_below(times, np.array([[20.0, 15, 5], [20, 15, 12]]), 10)
    assert both.tolist() == [39.0, np.inf]


@pytest.fixture(scope="module")
def people():
    numbers = np.random.default_rng(5)
    rows = [
        (who, t, 50 + a + (4 + b) * t + numbers.normal(0, 2))
        for who, a, b in zip(
            range(40), numbers.normal(0, 5, 40), numbers.normal(0, 5, 40), strict=True
        )
        for t in (0.0, 0.25, 0.5, 1.0)
        if numbers.random() > 0.1
    ]
    return pd.DataFrame(rows, columns=["who", "t", "y"]).assign(time=lambda d: d["t"])


def test_predicted_effects_are_those_of_statsmodels(people):
    """The same model by statsmodels' MixedLM; both searches end within about 1e-4."""
    fit = mmrm("y ~ time", people, subject="who", visit="t", covariance="ri+rs")
    ours = shrunken(fit, people, subject="who", visit="t")
    theirs = smf.mixedlm("y ~ time", people, groups="who", re_formula="~time").fit(reml=True)
    random = pd.DataFrame(theirs.random_effects).T
    assert np.abs(ours.effects.to_numpy() - random.to_numpy()).max() < 2e-3
    away, error = ours.deviations(np.array([0.0, 1.0]))
    assert away.shape == error.shape == (people["who"].nunique(), 2)
    assert (error > 0).all()


def test_effects_of_a_fit_without_them_are_refused(people):
    fit = mmrm("y ~ time", people, subject="who", visit="t", covariance="us")
    with pytest.raises(UsageError, match="cannot be predicted"):
        shrunken(fit, people, subject="who", visit="t")


def test_the_interval_of_a_time_until_is_where_the_interval_of_the_line_crosses():
    times, gains = np.array([16.0, 26.0, 52.0, 104.0]), np.array([14.0, 13.0, 11.0, 8.0])
    # Errors that go together wholly: the ends are parallel lines, 2 above and below.
    both = np.ones((4, 4)) * (2 / stats.norm.ppf(0.975)) ** 2
    lower, upper = first_below_interval(times, gains, both, 10.0)
    assert lower == pytest.approx(first_below(times, gains - 2, 10.0), abs=1e-9)
    assert upper == np.inf
    assert (gains + 2).min() >= 10
    assert lower < first_below(times, gains, 10.0) < upper
    # The size inside the interval at the end of the programme: it may be below from there on.
    assert first_below_interval(times, gains, both, 12.5)[0] == 16
    none = np.zeros((4, 4))
    ends = first_below_interval(times, gains, none, 10.0)
    assert ends == pytest.approx((first_below(times, gains, 10.0),) * 2)
    small = first_below_interval(times, gains, both, 10.0, df=5)
    assert small[0] < lower


def test_between_visits_the_line_is_surer_than_at_them_where_errors_are_apart():
    times, gains = np.array([0.0, 10.0]), np.array([12.0, 8.0])
    lower, upper = first_below_interval(times, gains, np.eye(2) * 0.25, 10.0)
    # Half-way the variance is a quarter of two quarters: 1.96 root 0.125 = 0.69.
    fine = np.linspace(0, 10, 100_001)
    spread = 0.5 * np.sqrt((1 - fine / 10) ** 2 + (fine / 10) ** 2)
    line = 12 - 0.4 * fine
    by_hand = [
        fine[np.argmax(line + sign * stats.norm.ppf(0.975) * spread < 10)] for sign in (-1, 1)
    ]
    assert (lower, upper) == pytest.approx(by_hand, abs=0.01)
