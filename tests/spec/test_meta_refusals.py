"""What cannot be pooled is refused in words, all problems at once; honest limits are said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import ModelError, UsageError


def studies(k: int = 8, seed: int = 3) -> pd.DataFrame:
    """Invented studies: standardised differences whose variance falls with the people."""
    rng = np.random.default_rng(seed)
    n = np.round(np.geomspace(24, 400, k))
    v = 4 / n * rng.uniform(0.95, 1.1, k)
    d = rng.normal(-0.4, np.sqrt(0.04 + v))
    names = [f"study {chr(65 + i)}" for i in range(k)]
    return pd.DataFrame({"study": names, "d": d, "v": v, "n": n, "measure": "smd"})


def fit(data: pd.DataFrame, **options):
    given = {"variance": "v", "study": "study", "measure": "measure", **options}
    return analysis.meta("d ~ 1", data, **given)


def test_one_study_is_no_synthesis():
    with pytest.raises(ModelError, match="one study only") as caught:
        fit(studies().head(1))
    assert "its own estimate and interval" in caught.value.why


def test_two_studies_say_little_and_the_fit_says_so():
    made = fit(studies().head(2))
    assert made.n_studies == 2
    assert any("1 degree of freedom" in words for words in made.limits)
    assert any("side by side" in words for words in made.limits)
    assert all(words in repr(made) for words in made.limits)
    with pytest.raises(ModelError, match="no degree of freedom"):
        made.prediction(how="k-2")
    with pytest.raises(ModelError, match="cannot show whether small studies differ"):
        made.egger()
    with pytest.raises(ModelError, match="how true effects spread"):
        made.share_beyond(-0.2)
    with pytest.raises(ModelError, match="influence means nothing"):
        made.influence()
    assert made.leave_one_out()[["lower", "p"]].isna().all(axis=None)


def test_the_interval_is_called_narrow_only_where_it_is():
    """The factor stands near 1 wherever tau2 is above zero: that is no agreement beyond chance."""
    spread = pd.DataFrame({"d": [-1.2, -0.3, 0.1, 0.8, -0.6, 0.4], "v": 0.05})
    made = analysis.meta("d ~ 1", spread, variance="v")
    assert 0.95 < float(made.pooled.scale) < 1.0001
    assert not any("narrower" in words for words in made.limits)
    close = analysis.meta("d ~ 1", spread.assign(d=spread["d"] / 20), variance="v")
    (said,) = [words for words in close.limits if "narrower" in words]
    assert "agree more closely than chance" in said
    assert float(close.pooled.hetero.q) < 5
    # Sidik and Jonkman's tau2 is large here: the factor is low though Q is not.
    large = analysis.meta("d ~ 1", spread.assign(v=0.2), variance="v", method="sj")
    assert float(large.pooled.hetero.q) > 5
    assert float(large.pooled.scale) < 0.95
    assert any(words.startswith("The interval is narrower") for words in large.limits)


def test_the_same_row_twice_is_said_where_no_column_names_the_studies():
    data = studies().reset_index(drop=True)
    twice = pd.concat([data, data.iloc[[1]]], ignore_index=True)
    said = [" ".join(analysis.meta("d ~ 1", table, variance="v").limits) for table in (twice, data)]
    assert "rows 1 and 8: if a study was typed twice" in said[0]
    assert "typed twice" not in said[1]


def test_data_that_are_no_table_are_refused_in_words():
    with pytest.raises(UsageError, match="are a dict, not a table"):
        analysis.meta("d ~ 1", {"d": [0.1, 0.2], "v": [0.1, 0.1]}, variance="v")


def test_a_prediction_without_a_degree_of_freedom_is_refused():
    two = analysis.meta("d ~ 1", studies().iloc[:2], variance="v")
    with pytest.raises(ModelError, match="no degree of freedom"):
        two.predict(pd.DataFrame(index=[0]), how="k-2")
    three = analysis.meta("d ~ 1", studies().iloc[:3], variance="v").prediction(how="k-2")
    assert three[["lower", "upper"]].notna().all(axis=None)


def test_a_good_set_has_no_limits():
    assert fit(studies(12, seed=4)).limits == []


def test_all_problems_at_once():
    data = studies()
    data.loc[1, "v"], data.loc[2, "v"], data.loc[3, "v"] = 0.0, -0.1, np.nan
    data.loc[5, "study"] = "study A"
    data.loc[6, "measure"] = "md"
    with pytest.raises(ModelError) as caught:
        fit(data)
    text = str(caught.value)
    for words in (
        "v is zero in: study B",
        "v is negative in: study C",
        "v is missing or no number in: study D",
        "names a study more than once: study A",
        "different scales",
        "Why it matters",
        "What to do",
    ):
        assert words in text


def test_a_study_and_a_measure_need_names():
    data = studies()
    data.loc[0, "study"], data.loc[[1, 2], "measure"] = None, None
    with pytest.raises(ModelError) as caught:
        fit(data)
    assert "study is missing in 1 rows" in str(caught.value)
    assert "measure is missing in 2 rows" in str(caught.value)


def test_a_study_that_outweighs_all_others_costs_no_digits():
    data = studies().assign(v=[1e-10, *[1.0] * 7])
    with np.errstate(all="raise"):
        made = fit(data)
    tau2 = float(made.pooled.hetero.tau2)
    w = 1 / (data["v"].to_numpy() + tau2)
    P = np.diag(w) - np.outer(w, w) / w.sum()
    assert float(made.pooled.hetero.se) == pytest.approx(np.sqrt(2 / (P**2).sum()), rel=1e-10)
    # The highest likelihood, worked out apart with 60 decimal digits.
    assert tau2 == pytest.approx(0.006361470, rel=1e-6)


def test_an_infinite_variance_is_refused():
    data = studies()
    data.loc[0, "v"] = np.inf
    with pytest.raises(ModelError, match="v is infinite in: study A"):
        fit(data)


def test_equal_effects_are_no_certainty():
    data = studies().assign(d=-0.5)
    with pytest.raises(ModelError, match="All effects are equal"):
        fit(data)
    made = fit(data, test="hksj-floor").coefficients.iloc[0]
    assert made["estimate"] == pytest.approx(-0.5)
    assert made["upper"] - made["lower"] > 0.1
    for method in ("dl", "pm", "reml", "ml", "hs", "he", "sj", "eb", "fixed"):
        again = fit(data, test="z", method=method)
        assert float(again.pooled.hetero.tau2) == 0.0
        assert np.isfinite(again.coefficients["se"].iloc[0])


def test_agreement_closer_than_chance_is_named():
    data = studies().assign(d=lambda t: -0.5 + 0.01 * np.arange(len(t)))
    assert any("more closely than chance" in words for words in fit(data).limits)


@pytest.mark.parametrize("row", [0, 4, 7])
def test_one_standard_error_typed_for_a_variance(row):
    data = studies()
    data.loc[row, "v"] = np.sqrt(data.loc[row, "v"])
    name = data.loc[row, "study"]
    if row == 0:
        # 1 / 6 and its root are too close together to tell: nothing is claimed.
        fit(data, n="n")
        return
    with pytest.raises(ModelError, match=f"standard error in place of a variance in: {name}"):
        fit(data, n="n")
    assert fit(data).n_studies == len(data)


def test_one_variance_typed_for_a_standard_error():
    data = studies().assign(se=lambda t: np.sqrt(t["v"]))
    data.loc[6, "se"] = data.loc[6, "v"]
    with pytest.raises(ModelError, match="variance in place of a standard error in: study G"):
        analysis.meta("d ~ 1", data, se="se", study="study", n="n")


def test_ratios_of_events_are_not_judged_by_people():
    data = studies().assign(measure="rr")
    data.loc[6, "v"] = np.sqrt(data.loc[6, "v"])
    assert fit(data, n="n").n_studies == 8


def test_a_whole_column_of_standard_errors():
    data = studies(12).assign(v=lambda t: np.sqrt(t["v"]))
    with pytest.raises(ModelError, match="looks as if it held standard errors, not variances"):
        fit(data, n="n")


@pytest.mark.parametrize("seed", range(30))
def test_right_variances_raise_no_alarm(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 25))
    n = np.round(np.exp(rng.uniform(np.log(20), np.log(500), k)))
    share = rng.uniform(0.3, 0.7, k)
    v = 1 / (n * share) + 1 / (n * (1 - share))
    data = pd.DataFrame({"d": rng.normal(0, 1, k), "v": v, "se": np.sqrt(v), "n": n})
    assert analysis.meta("d ~ 1", data, variance="v", n="n").n_studies == k
    assert analysis.meta("d ~ 1", data, se="se", n="n").n_studies == k


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "bayes"}, "no estimator of tau2"),
        ({"test": "exact"}, "no test called"),
        ({"level": 1.5}, "between 0 and 1"),
        ({"variance": None}, "sampling variances, or the standard errors"),
        ({"se": "v"}, "sampling variances, or the standard errors"),
        ({"study": "trial"}, "no column trial"),
    ],
)
def test_arguments_that_cannot_be_understood(options, words):
    with pytest.raises(UsageError, match=words):
        fit(studies(), **options)


def test_moderators_need_studies_and_must_differ():
    data = studies(4).assign(a=[1.0, 2, 3, 4], b=[2.0, 4, 6, 8], c=[1.0, 4, 9, 16])
    with pytest.raises(ModelError, match="say the same thing twice"):
        analysis.meta("d ~ a + b", data, variance="v")
    with pytest.raises(ModelError, match="4 studies cannot carry 4 coefficients"):
        analysis.meta("d ~ a * c", data, variance="v")
    with pytest.raises(ModelError, match="constraints"):
        analysis.meta("d ~ cr(a, df=3)", studies(9).assign(a=np.arange(9.0)), variance="v")


def test_what_needs_one_effect_refuses_moderators():
    made = analysis.meta("d ~ n", studies(), variance="v")
    for call in (made.prediction, made.egger, made.rank_test, made.trim_and_fill, made.funnel):
        with pytest.raises(UsageError, match="this model has moderators"):
            call()
    with pytest.raises(UsageError, match="this model has moderators"):
        made.share_beyond(0.0)


def test_ratios_need_a_logarithm():
    with pytest.raises(UsageError, match="not known to be logarithms"):
        _ = fit(studies()).ratios


def test_rows_without_an_effect_are_counted():
    data = studies()
    data.loc[2, "d"] = np.nan
    data.loc[2, "v"] = np.nan
    made = fit(data)
    assert (made.n_studies, made.n_dropped) == (7, 1)


def test_an_empty_interval_of_p_values_is_named():
    data = studies().assign(d=-0.8)
    data["d"] += np.linspace(-0.1, 0.1, len(data))
    with pytest.raises(ModelError, match="No study has a one-sided p value in"):
        fit(data).selection(steps=(0.025, 0.5), alternative="less")


class TestLevels:
    def data(self) -> pd.DataFrame:
        table = pd.concat([studies(), studies(seed=4)], ignore_index=True)
        return table.assign(effect=[f"effect {i}" for i in range(len(table))])

    def fit(self, data, **options):
        given = {"nested": ["study", "effect"], "variance": "v", **options}
        return analysis.meta_levels("d ~ 1", data, **given)

    def test_levels_with_the_same_groups(self):
        with pytest.raises(ModelError, match="cannot be told apart: study and effect"):
            self.fit(self.data().head(8))

    def test_one_outermost_group(self):
        with pytest.raises(ModelError, match="one group only"):
            self.fit(self.data().assign(study="the only one"))

    def test_a_missing_group(self):
        data = self.data()
        data.loc[3, "effect"] = None
        with pytest.raises(ModelError, match="no value in: effect"):
            self.fit(data)

    def test_problems_of_rows(self):
        data = self.data()
        data.loc[3, "v"] = 0.0
        with pytest.raises(ModelError, match="v is zero in: study D"):
            self.fit(data)

    @pytest.mark.parametrize(
        "options",
        [{"test": "hksj"}, {"robust": "cr9"}, {"correlation": 1.0}, {"covariance": np.eye(3)}],
    )
    def test_options(self, options):
        with pytest.raises(UsageError):
            self.fit(self.data(), **options)

    def test_a_covariance_that_is_not_of_these_variances(self):
        with pytest.raises(ModelError, match="its diagonal differs"):
            self.fit(self.data(), covariance=np.eye(16))


class TestNetwork:
    def data(self) -> pd.DataFrame:
        rows = [
            ("s1", "a", "placebo", -0.5, 0.04),
            ("s2", "b", "placebo", -0.2, 0.05),
            ("s3", "a", "b", -0.2, 0.06),
            ("s4", "c", "placebo", -0.6, 0.03),
        ]
        columns = ["study", "treatment", "comparator", "effect", "variance"]
        return pd.DataFrame(rows, columns=columns)

    def fit(self, data, **options):
        named = {name: name for name in data.columns if name != "measure"}
        return analysis.network(data, **named, **options)

    def test_parts_that_do_not_hang_together_are_named(self):
        data = self.data()
        data.loc[3, "comparator"] = "d"
        with pytest.raises(ModelError, match="falls into 2 parts") as caught:
            self.fit(data)
        assert "{placebo, b, a}" in caught.value.what
        assert "{d, c}" in caught.value.what

    def test_all_problems_at_once(self):
        data = self.data()
        data.loc[0, "variance"], data.loc[1, "variance"] = 0.0, -1.0
        data.loc[2, "variance"], data.loc[3, "treatment"] = np.nan, None
        with pytest.raises(ModelError) as caught:
            self.fit(data)
        for words in ("zero in: s1", "negative variance in: s2", "missing", "treatment is missing"):
            assert words in str(caught.value)

    def test_a_study_of_three_arms_gives_three_contrasts_that_add_up(self):
        data = pd.concat(
            [
                self.data(),
                pd.DataFrame(
                    {
                        "study": "s5",
                        "treatment": ["a", "b"],
                        "comparator": ["placebo", "placebo"],
                        "effect": [-0.4, -0.1],
                        "variance": [0.05, 0.05],
                    }
                ),
            ],
            ignore_index=True,
        )
        with pytest.raises(ModelError, match="study s5 has 3 arms and lacks: b with a"):
            self.fit(data)
        third = pd.DataFrame([("s5", "a", "b", 0.4, 0.05)], columns=data.columns)
        with pytest.raises(ModelError, match="do not add up"):
            self.fit(pd.concat([data, third], ignore_index=True))
        assert len(self.fit(pd.concat([data, third.assign(effect=-0.3)])).network.y) == 6

    def test_a_contrast_twice_and_with_itself(self):
        data = pd.concat([self.data(), self.data().head(1)], ignore_index=True)
        with pytest.raises(ModelError, match="study s1 gives a contrast twice"):
            self.fit(data)
        with pytest.raises(ModelError, match="compares a treatment with itself"):
            self.fit(self.data().assign(treatment=["a", "b", "b", "c"]))

    def test_scales_are_not_mixed(self):
        data = self.data().assign(measure=["md", "md", "smd", "md"])
        with pytest.raises(ModelError, match="different scales: md, smd"):
            self.fit(data, measure="measure")

    def test_arguments(self):
        with pytest.raises(ModelError, match="No study has the treatment"):
            self.fit(self.data(), reference="zz")
        with pytest.raises(UsageError, match="for networks"):
            self.fit(self.data(), method="pm")
        with pytest.raises(UsageError, match="no treatment"):
            self.fit(self.data()).compare("zz")

    def test_a_tree_cannot_disagree(self):
        with pytest.raises(ModelError, match="no loop"):
            self.fit(self.data().drop(index=2)).consistency()
