"""Effect sizes: known values, what papers print instead, shared arms, and wrong figures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.errors import ModelError, UsageError
from analysis.stats.synthesis import changes, counts, means, printed, single
from analysis.stats.synthesis.effect import Effect, hedges_correction
from analysis.stats.synthesis.mantel_haenszel import mantel_haenszel
from analysis.stats.synthesis.measures import MEASURES
from analysis.stats.synthesis.shared import shared_covariance


def test_hedges_correction_is_exact():
    # Gamma(1) / (sqrt(1) Gamma(1/2)) = 1 / sqrt(pi), and the usual 1 - 3 / (4 m - 1) comes near.
    assert hedges_correction(2) == pytest.approx(1 / np.sqrt(np.pi))
    m = np.array([10.0, 30, 100])
    assert_allclose(hedges_correction(m), 1 - 3 / (4 * m - 1), rtol=4e-4)


def test_g_is_unbiased_and_its_variance_true():
    """By simulation: true difference 0.5, ten people a group."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(0.5, 1, (40000, 10)), rng.normal(0, 1, (40000, 10))
    columns = (a.mean(1), a.std(1, ddof=1), 10, b.mean(1), b.std(1, ddof=1), 10)
    made = means.standardised_difference(*columns, variance="ub")
    assert made.effect.mean() == pytest.approx(0.5, abs=0.008)
    assert made.variance.mean() == pytest.approx(made.effect.var(), rel=0.03)


def test_every_measure_has_words():
    made = [
        means.mean_difference(1, 1, 9, 2, 1, 9),
        means.standardised_difference_unequal(1, 1, 9, 2, 1, 9),
        means.standardised_by_second(1, 1, 9, 2, 1, 9, unequal=True),
        means.ratio_of_means(1, 1, 9, 2, 1, 9),
        means.ratio_of_spreads(1, 1, 9, 2, 1, 9, relative=True),
        changes.mean_change(1, 2, 1, 1, 9, 0.5),
        changes.ratio_of_times(1, 2, 1, 1, 9, 0.5),
        *[changes.standardised_change(1, 2, 1, 1, 9, 0.5, by=by) for by in changes.BY],
        *[counts.two_by_two(name, 3, 9, 4, 9) for name in counts.TABLES],
        *[counts.rates(name, 3, 9, 4, 9) for name in counts.RATES],
        *[single.proportion(name, 3, 9) for name in single.PROPORTIONS],
        *[single.incidence(name, 3, 9) for name in single.INCIDENCES],
        *[single.one_mean(name, 3, 1, 9) for name in single.MEANS],
        *[single.correlation(name, 0.3, 9) for name in single.CORRELATIONS],
    ]
    assert all(isinstance(one, Effect) and MEASURES[one.measure].words for one in made)
    assert all((one.variance > 0).all() for one in made)
    parts = [one for one in made if one.first is not None and one.measure != "smd"]
    assert all(one.first + one.second == pytest.approx(one.variance) for one in parts)
    # A group of one person has no spread: its logarithms fall out, not in.
    assert {name for name, m in MEASURES.items() if m.log} >= {"rr", "or", "rom", "irr"}


def test_all_wrong_figures_are_named_at_once():
    with pytest.raises(ModelError) as caught:
        means.mean_difference([1, np.nan], [0, 1], [9, 1], [2, 2], [1, -1], [9, 9])
    text = str(caught.value)
    for words in ("m1 is missing", "sd1 must be more than 0", "sd2 must", "n1 must be at least 2"):
        assert words in text
    assert "rows 1" in text


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: means.ratio_of_means(-1, 1, 9, 2, 1, 9), "one sign"),
        (lambda: counts.two_by_two("rr", 10, 9, 1, 9), "more than there are people"),
        (lambda: counts.two_by_two("rr", -1, 9, 1, 9), "at least 0"),
        (lambda: changes.mean_change(1, 2, 1, 1, 9, 1.2), "between -1 and 1"),
        (lambda: single.correlation("zcor", 1.0, 9), "between -1 and 1"),
        (lambda: single.one_mean("mnln", -3, 1, 9), "more than 0"),
        (lambda: counts.rates("irr", 3, 0, 4, 9), "more than 0"),
        (lambda: means.mean_difference([1, 2, 3], [1, 1], 9, 2, 1, 9), "different lengths"),
        (lambda: printed.se_from_interval(2, 1), "above lower"),
        (lambda: printed.se_from_interval(-1, 1, ratio=True), "more than 0"),
        (lambda: printed.se_from_p(0.0, 0.5), "no test statistic"),
        (lambda: printed.se_from_p(0.5, 0.0), "between 0 and 1"),
        (lambda: printed.from_quantiles(30, 5), "says nothing of the spread"),
        (lambda: printed.from_quantiles(30, 5, q1=6, q3=7), "must not lie below"),
        (lambda: changes.correlation_of_times(1, 1, 5), "no correlation"),
    ],
)
def test_figures_that_mean_nothing(call, words):
    with pytest.raises(ModelError, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: counts.two_by_two("nnt", 1, 9, 1, 9),
        lambda: counts.two_by_two("rr", 1, 9, 1, 9, add_to="some"),
        lambda: means.standardised_difference(1, 1, 9, 2, 1, 9, variance="x"),
        lambda: changes.standardised_change(1, 2, 1, 1, 9, 0.5, by="x"),
        lambda: single.proportion("x", 1, 9),
    ],
)
def test_names_that_are_unknown(call):
    with pytest.raises(UsageError, match="Use one of"):
        call()


def test_no_event_anywhere_says_nothing():
    made = counts.two_by_two("rr", [0, 1], [9, 9], [0, 2], [9, 9], add_to="none")
    assert np.isnan(made.effect[0])
    assert np.isfinite(made.effect[1])


def test_back_from_intervals_and_p_values():
    low, high = stats.norm.interval(0.95, -0.4, 0.13)
    assert printed.se_from_interval(low, high) == pytest.approx(0.13)
    low, high = stats.t.interval(0.9, 28, -3, 1.7)
    assert printed.se_from_interval(low, high, level=0.9, df=28) == pytest.approx(1.7)
    low, high = np.exp(stats.norm.interval(0.95, -0.4, 0.13))
    assert printed.se_from_interval(low, high, ratio=True) == pytest.approx(0.13)
    p = 2 * stats.t.sf(0.4 / 0.13, 40)
    assert printed.se_from_p(-0.4, p, df=40) == pytest.approx(0.13)
    low, high = stats.t.interval(0.95, 24, 50, 4.0)
    assert printed.sd_from_interval(low, high, 25) == pytest.approx(20.0)
    assert printed.sd_from_se(4.0, 25) == pytest.approx(20.0)


def test_changes_and_their_correlation():
    change = changes.sd_of_change(20.0, 22.0, 0.6)
    assert changes.correlation_of_times(20.0, 22.0, change) == pytest.approx(0.6)
    made = changes.mean_change(40, 55, 22.0, 20.0, 30, 0.6)
    assert made.effect == pytest.approx(-15)
    assert made.se == pytest.approx(change / np.sqrt(30))


@pytest.mark.parametrize("n", [25, 101])
@pytest.mark.parametrize("given", [("q1", "q3"), ("minimum", "maximum"), None])
def test_mean_and_sd_from_quantiles_are_unbiased_for_normal_outcomes(n, given):
    rng = np.random.default_rng(n)
    x = rng.normal(10, 2, (8000, n))
    names = ("minimum", "q1", "median", "q3", "maximum")
    q = dict(zip(names, np.quantile(x, [0, 0.25, 0.5, 0.75, 1], axis=1), strict=True))
    chosen = {name: q[name] for name in given or ("q1", "q3", "minimum", "maximum")}
    made = printed.from_quantiles(n, q["median"], **chosen)
    assert made.mean.mean() == pytest.approx(10, abs=0.02)
    assert made.sd.mean() == pytest.approx(2, rel=0.01)
    # The test for skewness keeps its 5 %.
    assert made.skewed.mean() == pytest.approx(0.05, abs=0.012)


def test_skewed_outcomes_are_noticed():
    x = np.random.default_rng(2).lognormal(0, 1, (500, 200))
    q = np.quantile(x, [0.25, 0.5, 0.75], axis=1)
    assert printed.from_quantiles(200, q[1], q1=q[0], q3=q[2]).skewed.mean() > 0.8


class TestMantelHaenszel:
    def test_one_table_is_itself(self):
        for measure in ("rr", "or", "rd"):
            own = counts.two_by_two(measure, 12, 40, 20, 45)
            made = mantel_haenszel(measure, [12], [40], [20], [45])
            assert made.estimate == pytest.approx(own.effect[0])
        assert mantel_haenszel("or", [12], [40], [20], [45]).se == pytest.approx(
            counts.two_by_two("or", 12, 40, 20, 45).se[0]
        )

    def test_empty_cells_need_nothing_added(self):
        made = mantel_haenszel("or", [0, 3, 5], [20, 30, 30], [2, 0, 9], [20, 30, 30])
        assert np.isfinite([made.estimate, made.se, made.lower, made.upper]).all()

    def test_no_event_at_all_is_refused(self):
        with pytest.raises(ModelError, match="too few events"):
            mantel_haenszel("rr", [0, 0], [20, 30], [0, 0], [20, 30])
        with pytest.raises(UsageError, match="no measure"):
            mantel_haenszel("peto", [1], [20], [2], [20])


class TestSharedArms:
    def test_a_shared_control_ties_two_differences(self):
        made = means.mean_difference([5, 7], [2, 3], [20, 30], [1, 1], [4, 4], [25, 25])
        V = shared_covariance(made, ["s", "s"], ["a", "b"], ["c", "c"])
        assert V[0, 1] == pytest.approx(16 / 25)
        assert np.diag(V) == pytest.approx(made.variance)

    def test_the_other_side_turns_the_sign(self):
        made = means.mean_difference([5, 1], [2, 4], [20, 25], [1, 7], [4, 3], [25, 30])
        V = shared_covariance(made, ["s", "s"], ["a", "c"], ["c", "b"])
        assert V[0, 1] == pytest.approx(-16 / 25)

    def test_studies_are_independent(self):
        made = means.mean_difference([5, 7], [2, 3], [20, 30], [1, 1], [4, 4], [25, 25])
        assert shared_covariance(made, ["s", "t"], ["a", "b"], ["c", "c"])[0, 1] == 0

    def test_gleser_and_olkin(self):
        """Their equation for a common control: 1 / n_c + g_i g_j / (2 N)."""
        made = means.standardised_difference([5, 7], [2, 2], [20, 30], [4, 4], [2, 2], [25, 25])
        V = shared_covariance(made, ["s", "s"], ["a", "b"], ["c", "c"])
        g = made.effect
        assert V[0, 1] == pytest.approx(1 / 25 + g[0] * g[1] / (2 * 75))
        assert np.linalg.eigvalsh(V)[0] > 0

    def test_by_simulation(self):
        rng = np.random.default_rng(8)
        x, y, c = (rng.binomial(60, p, 40000) for p in (0.2, 0.3, 0.4))
        first, second = counts.two_by_two("rd", x, 60, c, 60), counts.two_by_two("rd", y, 60, c, 60)
        whole = counts.two_by_two("rd", [12, 18], 60, [24, 24], 60)
        V = shared_covariance(whole, ["s", "s"], ["a", "b"], ["c", "c"])
        assert np.cov(first.effect, second.effect)[0, 1] == pytest.approx(V[0, 1], rel=0.05)

    def test_what_does_not_fit_is_refused(self):
        made = means.mean_difference([5, 7], [2, 3], [20, 30], [1, 1], [4, 5], [25, 25])
        with pytest.raises(ModelError, match="c in study s"):
            shared_covariance(made, ["s", "s"], ["a", "b"], ["c", "c"])
        peto = counts.two_by_two("peto", [3, 4], 9, [5, 5], 9)
        with pytest.raises(ModelError, match="does not fall into a part"):
            shared_covariance(peto, ["s", "s"], ["a", "b"], ["c", "c"])
