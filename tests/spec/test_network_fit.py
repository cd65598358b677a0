"""A network of treatments as its user sees it, and what must hold of any network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import ModelError
from analysis.stats.synthesis.network_arms import contrasts_of_arms
from analysis.stats.synthesis.pooled import pooled

NAMED = {name: name for name in ("study", "treatment", "comparator", "effect", "variance")}


def arms(seed: int = 1, twist: float = 0.0) -> pd.DataFrame:
    """Invented trials of four treatments; `twist` bends what a says of c, against the others."""
    rng = np.random.default_rng(seed)
    truth = {"p": 50.0, "a": 42.0, "b": 45.0, "c": 40.0}
    designs = [*[("p", "a")] * 4, *[("p", "b")] * 4, *[("a", "c")] * 3, *[("p", "a", "b")] * 2]
    designs += [("p", "c")] * 3
    rows = []
    for number, design in enumerate(designs):
        for name in design:
            n = int(rng.integers(30, 90))
            bent = twist if design == ("a", "c") and name == "c" else 0.0
            mean = rng.normal(truth[name] + bent + rng.normal(0, 1), 20 / np.sqrt(n))
            rows.append((f"trial {number}", name, mean, 20.0, n))
    return pd.DataFrame(rows, columns=["trial", "name", "mean", "sd", "n"])


def contrasts(measure: str = "md", **options) -> pd.DataFrame:
    columns = {"study": "trial", "treatment": "name", "n": "n", "mean": "mean", "sd": "sd"}
    return contrasts_of_arms(arms(**options), measure=measure, **columns)


def fit(data: pd.DataFrame | None = None, **options):
    return analysis.network(contrasts() if data is None else data, **NAMED, **options)


def test_two_treatments_are_a_plain_meta_analysis():
    data = contrasts()
    two = data[(data["treatment"] == "a") & (data["comparator"] == "p")]
    for method in ("fixed", "dl", "reml", "ml"):
        ours = fit(two, method=method)
        plain = pooled(
            two["effect"].to_numpy(), two["variance"].to_numpy(), method=method, test="z"
        )
        row = ours.effects.iloc[0]
        assert row["estimate"] == pytest.approx(plain.beta[0], rel=1e-9)
        assert row["se"] == pytest.approx(plain.se[0], rel=1e-9)
        assert ours.estimate.tau2 == pytest.approx(float(plain.hetero.tau2), rel=1e-6, abs=1e-10)


def test_the_reference_does_not_matter():
    one, two = fit(reference="p"), fit(reference="c")
    a, b = one.compare("p").set_index("treatment"), two.compare("p").set_index("treatment")
    for name in ("a", "b", "c"):
        assert a.loc[name, "estimate"] == pytest.approx(b.loc[name, "estimate"], rel=1e-8)
        assert a.loc[name, "se"] == pytest.approx(b.loc[name, "se"], rel=1e-8)
    assert one.ranking.equals(two.ranking) or (
        one.ranking["p_score"].to_numpy() == pytest.approx(two.ranking["p_score"].to_numpy())
    )


def test_a_turned_contrast_is_the_same():
    data = contrasts()
    turned = data.copy()
    turned[["treatment", "comparator"]] = data[["comparator", "treatment"]]
    turned["effect"] = -data["effect"]
    one, two = fit(data, reference="p"), fit(turned, reference="p")
    assert one.effects["estimate"].tolist() == pytest.approx(two.effects["estimate"].tolist())


def test_effects_add_up():
    made = fit(reference="p")
    table = made.pairs.set_index(["treatment", "comparator"])["estimate"]
    whole = table.to_dict() | {(b, a): -x for (a, b), x in table.items()}
    assert whole["a", "p"] - whole["c", "p"] == pytest.approx(whole["a", "c"])
    assert len(made.pairs) == 6


def test_the_three_arm_trials_count_as_they_are():
    made = fit()
    assert len(made.network.y) == 14 + 2 * 2
    assert made.edges.set_index(["treatment", "comparator"]).loc[("a", "p"), "studies"] == 6


def test_standardised_differences_of_three_arms_add_up():
    assert fit(contrasts("smd")).effects["estimate"].abs().max() < 2


def test_counts_make_a_network_too():
    data = arms().assign(events=lambda t: (t["n"] * 0.3).round())
    columns = {"study": "trial", "treatment": "name", "n": "n", "events": "events"}
    made = fit(contrasts_of_arms(data, measure="or", **columns))
    assert made.estimate.tau2 == pytest.approx(0.0, abs=1e-8)
    assert made.effects["estimate"].abs().max() < 0.2


def test_consistent_evidence_agrees_and_bent_evidence_does_not():
    good, bent = fit(), fit(contrasts(twist=25.0), method="dl")
    p_good = good.consistency().set_index("part").loc["between designs", "p"]
    p_bent = bent.consistency().set_index("part").loc["between designs", "p"]
    assert p_good > 0.01 > 1e-4 > p_bent
    splits = bent.node_splits().set_index(["treatment", "comparator"])
    key = next(k for k in splits.index if set(k) == {"a", "c"})
    assert splits.loc[key, "p"] == pytest.approx(splits["p"].min(), rel=1e-6)
    assert splits.loc[key, "p"] < 0.01
    assert abs(splits.loc[key, "difference"]) == pytest.approx(25, abs=10)


def test_direct_and_indirect_make_the_network():
    """With two-arm studies and a common effect, inverse variances of the two sum to the whole's."""
    data = contrasts()
    alone = data[~data["study"].isin(["trial 11", "trial 12"])]
    made = fit(alone, method="fixed", reference="p")
    pairs = made.pairs.set_index(["treatment", "comparator"])
    for row in made.node_splits().itertuples():
        weights = np.array([row.direct_se**-2, row.indirect_se**-2])
        whole = pairs.loc[(row.treatment, row.comparator)]
        joint = weights @ [row.direct, row.indirect] / weights.sum()
        assert joint == pytest.approx(whole["estimate"], rel=1e-8)
        assert weights.sum() ** -0.5 == pytest.approx(whole["se"], rel=1e-8)


def test_the_league_and_the_ranking():
    made = fit()
    order = made.ranking["treatment"].tolist()
    assert order[-1] == "p"
    assert made.ranking["p_score"].mean() == pytest.approx(0.5)
    league = made.league(digits=1)
    assert league.index.tolist() == league.columns.tolist() == order
    assert all(league.loc[name, name] == name for name in order)
    assert " to " in league.iloc[0, 1]
    turned = fit(smaller_better=False).ranking
    assert turned["p_score"].to_numpy() == pytest.approx(
        1 - made.ranking["p_score"].to_numpy()[::-1]
    )


def test_a_tree_of_single_studies_cannot_tell_how_studies_differ():
    """Without a degree of freedom there is no tau2, and no prediction interval, not a zero."""
    made = fit(contrasts().drop_duplicates(["treatment", "comparator"]).iloc[:2])
    assert made.estimate.q_df == 0
    assert np.isnan([made.estimate.tau2, made.estimate.i2]).all()
    assert made.effects[["prediction_lower", "prediction_upper"]].isna().all(axis=None)
    assert made.effects[["estimate", "lower", "upper"]].notna().all(axis=None)
    assert any("No degree of freedom" in words for words in made.limits)
    assert "not told" in repr(made)
    common = fit(contrasts().drop_duplicates(["treatment", "comparator"]).iloc[:2], method="fixed")
    assert common.estimate.tau2 == 0.0
    assert common.effects["estimate"].tolist() == made.effects["estimate"].tolist()


def test_few_studies_say_that_normal_intervals_are_too_narrow():
    """Three studies of one pair leave tau2 two degrees of freedom."""
    pair = contrasts().iloc[[0]]
    three = pd.concat([pair.assign(study=name) for name in "abc"], ignore_index=True)
    made = fit(three)
    assert made.estimate.q_df == 2
    (words,) = [said for said in made.limits if "degrees of freedom" in said]
    assert "normal" in words
    assert "too narrow with so few studies" in words
    assert not any("too narrow" in said for said in fit(three, method="fixed").limits)
    assert fit(reference="p").limits == []


def test_one_study_says_that_it_is_one():
    made = fit(contrasts().iloc[[0]])
    assert "One study" in made.limits[0]
    assert made.ranking["p_score"].max() > 0.5


def test_what_rests_on_one_study_is_named():
    data = contrasts()
    lonely = data[~data["study"].isin(["trial 9", "trial 10", "trial 13", "trial 14", "trial 15"])]
    (words,) = [said for said in fit(lonely, reference="p").limits if "one study alone" in said]
    assert ": c." in words
    assert fit(reference="p").limits == []


def test_treatments_that_rank_alike_have_no_first():
    data = pd.DataFrame({"study": list("xy"), "treatment": list("ab"), "comparator": list("pp")})
    made = fit(data.assign(effect=0.0, variance=1.0))
    assert "ranked first" not in repr(made)
    assert any("rank alike" in words for words in made.limits)


def test_a_standard_error_typed_where_a_variance_belongs_is_found_by_the_people():
    data = contrasts()
    data = data.assign(
        people=data["n"], effect=data["effect"] / 100, variance=data["variance"] / 1e4
    )
    assert fit(data, n="people").estimate.q_df == fit(data).estimate.q_df
    wrong = data.copy()
    wrong.loc[2, "variance"] = np.sqrt(wrong.loc[2, "variance"])
    with pytest.raises(
        ModelError, match=f"standard error in place of a variance in: {wrong.loc[2, 'study']}"
    ):
        fit(wrong, n="people")
    with pytest.raises(ModelError, match="people is missing or below 2"):
        fit(data.assign(people=1), n="people")


def test_the_page_the_text_and_the_rows():
    made = fit()
    for words in ("Network meta-analysis, REML", "treatments", "ranked first", "a - p"):
        assert words in repr(made)
        assert words in made._repr_html_()
    rows = made.to_results()
    assert set(rows["statistic"]) == {"difference", "p_score", "tau2", "tau", "i2", "q"}
    assert rows["value"].notna().all()
    assert (rows["n"] == 16).all()
