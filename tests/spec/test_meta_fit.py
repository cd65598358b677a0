"""A synthesis as its user sees it: tables, properties that must hold, and speed of many at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar
from statsmodels.stats.meta_analysis import combine_effects

import analysis
from analysis.stats.synthesis.hetero import METHODS, heterogeneity
from analysis.stats.synthesis.pooled import TESTS, pooled
from analysis.stats.synthesis.weighted import orthonormal
from analysis.stats.synthesis.worthwhile import share_beyond


def sets(count: int, k: int, seed: int = 1, tau2: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Invented data sets: effects and sampling variances, count x k."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.2, (count, k))
    return rng.normal(0.3, np.sqrt(v + tau2)), v


def table(k: int = 15, seed: int = 2) -> pd.DataFrame:
    y, v = sets(1, k, seed)
    rng = np.random.default_rng(seed)
    weeks = rng.permutation(np.linspace(4, 24, k))
    arm = pd.Categorical(np.where(np.arange(k) % 2, "b", "a"), ["a", "b"])
    names = [f"study {i}" for i in range(k)]
    columns = {"study": names, "y": y[0], "v": v[0], "weeks": weeks, "arm": arm}
    return pd.DataFrame({**columns, "year": 2000 + np.arange(k)[::-1], "measure": "rr"})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", TESTS)
def test_many_data_sets_at_once_are_each_alone(method, test):
    y, v = sets(6, 7)
    whole = pooled(y, v, method=method, test=test)
    for i in range(len(y)):
        one = pooled(y[i], v[i], method=method, test=test)
        for field in ("beta", "se", "p", "lower", "upper", "scale", "log_likelihood"):
            assert_allclose(getattr(whole, field)[i], getattr(one, field), rtol=1e-9)
        assert_allclose(whole.hetero.tau2[i], one.hetero.tau2, rtol=1e-9, atol=1e-15)


def test_an_absent_study_leaves_the_others():
    y, v = sets(3, 8)
    without = np.where(np.arange(8) == 2, np.inf, v)
    for method in METHODS:
        whole = pooled(y, without, method=method)
        left = pooled(np.delete(y, 2, axis=1), np.delete(v, 2, axis=1), method=method)
        assert_allclose(whole.beta, left.beta, rtol=1e-9)
        assert_allclose(whole.lower, left.lower, rtol=1e-9)
        assert_allclose(whole.hetero.se, left.hetero.se, rtol=1e-8)


def _log_likelihood(tau2: float, y: np.ndarray, v: np.ndarray, reml: bool) -> float:
    """Written out for one effect, apart from the package."""
    w = 1 / (v + tau2)
    centre = (w * y).sum() / w.sum()
    value = np.log(v + tau2).sum() + (w * (y - centre) ** 2).sum()
    return -(value + (np.log(w.sum()) if reml else 0.0)) / 2


@pytest.mark.parametrize("method", ["reml", "ml"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.integers(3, 12), tau2=st.sampled_from([0, 0.01, 0.3, 50]))
def test_no_other_tau2_has_a_higher_likelihood(method, seed, k, tau2):
    y, v = (x[0] for x in sets(1, k, seed, tau2))
    made = float(heterogeneity(y, v, method=method).tau2)
    reml = method == "reml"
    best = _log_likelihood(made, y, v, reml)
    top = 4 * np.var(y) * k + 1
    grid = np.concatenate([[0], np.geomspace(1e-6, top, 200)])
    assert best >= max(_log_likelihood(t, y, v, reml) for t in grid) - 1e-9
    near = (0.5 * made, 2 * made + 1e-6)
    found = minimize_scalar(lambda t: -_log_likelihood(t, y, v, reml), near, bounds=near)
    assert best >= -found.fun - 1e-10


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    scale=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    method=st.sampled_from([m for m in METHODS if m != "sj"]),
)
def test_the_unit_of_the_effect_does_not_matter(seed, scale, shift, method):
    y, v = (x[0] for x in sets(1, 9, seed))
    one, two = pooled(y, v, method=method), pooled(scale * y + shift, scale**2 * v, method=method)
    assert_allclose(two.beta, scale * one.beta + shift, rtol=1e-6, atol=1e-6 * scale)
    assert_allclose(two.hetero.tau2, scale**2 * one.hetero.tau2, rtol=1e-5, atol=1e-9 * scale**2)
    assert_allclose(two.hetero.i2, one.hetero.i2, rtol=1e-5, atol=1e-8)


def test_dersimonian_laird_is_that_of_statsmodels():
    y, v = (x[0] for x in sets(1, 12, tau2=0.5))
    theirs = combine_effects(y, v, method_re="dl")
    ours = heterogeneity(y, v, method="dl")
    assert float(ours.tau2) == pytest.approx(theirs.tau2, rel=1e-12)
    iterated = combine_effects(y, v, method_re="iterated", atol=1e-12)
    assert float(heterogeneity(y, v, method="pm").tau2) == pytest.approx(iterated.tau2, rel=1e-6)


def test_the_floor_is_never_narrower_than_t():
    y, v = sets(200, 5, tau2=0.0)
    t, plain, floor = (pooled(y, v, test=test) for test in ("t", "hksj", "hksj-floor"))
    width = {"t": t.upper - t.lower, "hksj": plain.upper - plain.lower}
    assert (width["hksj"] < width["t"]).any()
    assert (floor.upper - floor.lower >= width["t"] - 1e-12).all()


def test_orthonormal_columns_keep_the_model():
    X = np.column_stack([np.ones(6), 1990 + np.arange(6.0)])
    Q, R = orthonormal(X)
    assert_allclose(Q @ R, X)


class TestTables:
    def fit(self, formula="y ~ 1", **options):
        options = {"variance": "v", "study": "study", "measure": "measure", **options}
        return analysis.meta(formula, table(), **options)

    def test_the_page_and_the_text(self):
        made = self.fit()
        text, page = repr(made), made._repr_html_()
        for words in ("REML", "Hartung", "studies", "tau2", "a new study", "Intercept"):
            assert words in text
            assert words in page
        assert page.count("<th scope") >= 8

    def test_weights_sum_to_one_and_best_guesses_lie_between(self):
        made = self.fit()
        own = made.studies
        assert own["weight"].sum() == pytest.approx(1)
        pull = (own["best_guess"] - own["effect"]) * (own["fitted"] - own["effect"])
        assert (pull >= -1e-12).all()

    def test_ratios(self):
        made = self.fit()
        row = made.ratios.iloc[0]
        assert np.log(row["ratio"]) == pytest.approx(made.coefficients["estimate"].iloc[0])
        assert row["lower"] < row["ratio"] < row["upper"]

    def test_the_last_cumulated_row_is_the_whole(self):
        made = self.fit()
        last = made.cumulative("year").iloc[-1]
        assert last["study"] == "study 0"
        row = made.coefficients.iloc[0]
        assert [last["estimate"], last["p"]] == pytest.approx([row["estimate"], row["p"]])
        assert made.cumulative("year")["se"].iloc[0] is not None

    def test_leaving_one_out_is_the_fit_without(self):
        made, data = self.fit(), table()
        left = made.leave_one_out().set_index("study")
        again = analysis.meta("y ~ 1", data[data["study"] != "study 4"], variance="v")
        assert left.loc["study 4", "estimate"] == pytest.approx(again.coefficients["estimate"][0])
        assert left.loc["study 4", "p"] == pytest.approx(again.coefficients["p"][0])

    def test_moderators_and_their_prediction(self):
        made = self.fit("y ~ weeks + arm", test="hksj")
        new = pd.DataFrame({"weeks": [8.0, 16.0], "arm": ["a", "b"]})
        rows = made.predict(new)
        b = made.coefficients.set_index("name")["estimate"]
        assert rows["estimate"][1] == pytest.approx(
            b["Intercept"] + 16 * b["weeks"] + b["arm[T.b]"]
        )
        assert (rows["prediction_lower"] <= rows["lower"]).all()
        test = made.moderator_test().iloc[0]
        assert test["df"] == 2
        assert test["den_df"] == 12
        assert 0 <= test["r2"] <= 1

    def test_a_restricted_cubic_spline_is_straight_beyond_its_knots(self):
        made = self.fit('y ~ cr(weeks, df=3, constraints="center")')
        far = made.predict(pd.DataFrame({"weeks": [24.0, 30, 36]}))["estimate"].to_numpy()
        assert far[2] - far[1] == pytest.approx(far[1] - far[0], abs=1e-9)
        inside = made.predict(pd.DataFrame({"weeks": [8.0, 12, 16]}))["estimate"].to_numpy()
        assert abs(inside[2] - 2 * inside[1] + inside[0]) > 1e-4

    def test_a_spline_is_harrells_with_the_same_knots(self):
        """Truncated powers at the same four knots span the same curves: equal fits."""
        data, knots = table(), [6.0, 11.0, 17.0, 22.0]
        x, last = data["weeks"].to_numpy(), knots[-1]

        def cubed(t: float) -> np.ndarray:
            return np.maximum(x - t, 0) ** 3

        def d(t: float) -> np.ndarray:
            return (cubed(t) - cubed(last)) / (last - t)

        harrell = {f"h{j}": d(knots[j]) - d(knots[2]) for j in (0, 1)}
        ours = analysis.meta(
            'y ~ cr(weeks, knots=[11, 17], lower_bound=6, upper_bound=22, constraints="center")',
            data,
            variance="v",
        )
        theirs = analysis.meta("y ~ weeks + h0 + h1", data.assign(**harrell), variance="v")
        assert_allclose(ours.studies["fitted"], theirs.studies["fitted"], rtol=1e-6)
        assert float(ours.pooled.hetero.tau2) == pytest.approx(
            float(theirs.pooled.hetero.tau2), rel=1e-6, abs=1e-12
        )

    def test_the_prediction_interval_and_its_conventions(self):
        made = self.fit()
        wide, wider = made.prediction(), made.prediction(how="k-2")
        assert wide["df"][0] == 14
        assert wider["df"][0] == 13
        assert wider["lower"][0] < wide["lower"][0] < made.coefficients["lower"][0]
        assert np.isinf(self.fit(test="z").prediction()["df"][0])

    def test_rows_for_the_long_table(self):
        rows = self.fit().to_results()
        assert rows["statistic"].tolist() == [
            *("pooled", "prediction", "tau2", "tau", "i2", "h2", "q"),
        ]
        assert (rows["n"] == 15).all()
        assert self.fit("y ~ weeks").to_results()["statistic"].tolist()[:2] == ["coefficient"] * 2

    def test_using_another_method_is_fitting_with_it(self):
        again = self.fit().using(method="dl", test="z")
        assert_allclose(
            again.coefficients.iloc[:, 1:], self.fit(method="dl", test="z").coefficients.iloc[:, 1:]
        )


class TestShare:
    def test_a_normal_share_by_hand(self):
        y, v = (x[0] for x in sets(1, 30))
        made = pooled(y, v)
        found = share_beyond(y, v, made, 0.3, side="above", way="normal")
        assert found.share == pytest.approx(0.5, abs=0.25)
        assert found.lower < found.share < found.upper
        other = share_beyond(y, v, made, 0.3, side="below", way="normal")
        assert other.share == pytest.approx(1 - found.share)
        assert other.upper == pytest.approx(1 - found.lower)

    def test_the_same_seed_gives_the_same_digits(self):
        y, v = (x[0] for x in sets(1, 12, tau2=0.3))
        one = share_beyond(y, v, pooled(y, v), 0.3)
        assert one == share_beyond(y, v, pooled(y, v), 0.3)
        assert 0 <= one.lower <= one.share <= one.upper <= 1

    def test_all_settings_alike_have_no_interval(self):
        y, v = np.array([0.30, 0.31, 0.29, 0.30]), np.full(4, 0.04)
        found = share_beyond(y, v, pooled(y, v), 0.5)
        assert found.share == 1.0
        assert np.isnan(found.lower)

    def test_an_interval_without_width_is_none(self):
        """Four studies far from the threshold: resampling them never parts from none beyond."""
        y, v = np.array([0.1, 0.5, 0.9, 1.3]), np.full(4, 0.01)
        found = share_beyond(y, v, pooled(y, v), 5.0, side="above")
        assert (found.share, found.resamples) == (0.0, 2000)
        assert np.isnan(found.lower)
        assert np.isnan(found.upper)

    def test_it_finds_the_true_share(self):
        """40 large studies, a third of true effects below zero."""
        rng = np.random.default_rng(3)
        theta = rng.normal(0.43, 1.0, 400)
        v = np.full(400, 0.1)
        y = rng.normal(theta, np.sqrt(v))
        for way in ("normal", "calibrated"):
            found = share_beyond(y, v, pooled(y, v), 0.0, way=way, resamples=300)
            assert found.share == pytest.approx(1 / 3, abs=0.06)
            assert found.lower < 1 / 3 < found.upper


class TestSmallStudies:
    def test_a_lopsided_funnel_is_noticed_and_filled(self):
        """Sixty invented studies, true effect zero, of which only those above a line are seen."""
        rng = np.random.default_rng(7)
        se = np.tile(np.linspace(0.05, 0.6, 60), 2)
        y = rng.normal(0.0, se)
        seen = y > -0.3 * se
        data = pd.DataFrame({"y": y[seen], "v": se[seen] ** 2})
        made = analysis.meta("y ~ 1", data, variance="v", method="dl", test="z")
        assert (made.egger()["p"] < 0.01).all()
        assert made.rank_test()["p"][0] < 0.05
        filled = made.trim_and_fill().iloc[0]
        assert filled["side"] == "left"
        assert filled["added"] > 10
        assert 0 <= abs(filled["estimate"]) < made.coefficients["estimate"][0]
        bent = made.selection(steps=(0.5,), alternative="greater").iloc[0]
        assert abs(bent["estimate"]) < made.coefficients["estimate"][0]
        assert bent["delta_2"] < 0.6

    def test_the_funnel_has_its_limits(self):
        data = table()
        made = analysis.meta("y ~ 1", data, variance="v")
        limits = made.funnel(points=5, centre="zero")
        row = limits[(limits["level"] == 0.95)].iloc[-1]
        assert row["upper"] == pytest.approx(1.959964 * row["se"])
        assert len(limits) == 15

    def test_no_selection_changes_nothing(self):
        y, v = (x[0] for x in sets(1, 30))
        data = pd.DataFrame({"y": y, "v": v})
        plain = analysis.meta("y ~ 1", data, variance="v", method="ml", test="z")
        scenarios = plain.selection_scenarios(alternative="greater").set_index("scenario")
        assert scenarios.loc["severe", "estimate"] < scenarios.loc["moderate", "estimate"]
        assert scenarios.loc["moderate", "estimate"] < plain.coefficients["estimate"][0]
