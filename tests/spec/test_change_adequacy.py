"""What the model is told to do, and what it says when the data cannot hold what was planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.errors import ModelError
from analysis.estimate import estimate
from analysis.plan.labels import labels_of
from analysis.result import to_frame
from analysis.show.tables import TABLES
from tests.spec.small_trial import small_trial
from tests.spec.test_change_departures import changed
from tests.spec.test_change_differences import CHANGES, COMPLETE, START
from tests.spec.test_change_missing import LOST

PLACE = "primary.difference.pain_vas.week16.bands"


def rows_of(trial, question="primary"):
    return to_frame(estimate(trial, question, chapter="x")).set_index("id")


def with_column(table: str, name: str, cells: list[str]) -> str:
    lines = table.strip().split("\n")
    return "\n".join(f"{a} {b}" for a, b in zip(lines, [name, *cells], strict=True))


def test_maximum_likelihood_divides_by_people_and_reml_by_people_less_means():
    """Nobody missing, no covariate: n = 9 people, 2 means a visit, so SE by REML is SE by ML
    times the root of 9 / 7."""
    trial = small_trial(COMPLETE, covariates=())
    made = {
        reml: rows_of(changed(trial, covariates=(), reml=reml, df="satterthwaite")).loc[PLACE]
        for reml in (True, False)
    }
    assert made[True]["se"] == pytest.approx(made[False]["se"] * np.sqrt(9 / 7), rel=1e-6)
    assert made[True]["value"] == pytest.approx(made[False]["value"], rel=1e-9)


def test_equal_weights_count_each_level_alike_and_proportional_ones_each_person():
    table = with_column(COMPLETE, "sex", ["f", "m", "m", "m", "f", "m", "m", "m", "m"])
    trial = small_trial(table)
    means = {
        weights: rows_of(changed(trial, covariates=("sex",), weights=weights)).loc[
            "primary.ls_mean.pain_vas.week16.usual", "value"
        ]
        for weights in ("equal", "proportional")
    }
    # The two lie apart by the coefficient of sex times the difference of its weights: 1/2, 7/9.
    x = np.array([0, 1, 1, 1, 0, 1, 1, 1, 1.0])
    y = np.array([[*CHANGES["usual", w], *CHANGES["bands", w]] for w in (8, 16)])
    assert x.mean() == 7 / 9
    assert abs(means["equal"] - means["proportional"]) > 0.1
    one_visit = np.column_stack([np.ones(9), [0] * 4 + [1] * 5, x])
    ancova = {
        weights: rows_of(changed(trial, covariates=("sex",), weights=weights)).loc[
            "primary.ls_mean.pain_vas.week16.usual.ancova", "value"
        ]
        for weights in ("equal", "proportional")
    }
    intercept, _, sex = np.linalg.lstsq(one_visit, y[1], rcond=None)[0]
    assert ancova["equal"] == pytest.approx(intercept + sex / 2, rel=1e-9)
    assert ancova["proportional"] == pytest.approx(intercept + sex * 7 / 9, rel=1e-9)


def test_missing_is_a_share_of_the_whole_population_also_of_those_without_a_baseline():
    rows = rows_of(small_trial(LOST + "j usual . 40 .\n"))
    here = rows.loc["primary.missing_percent.pain_vas.week16.usual"]
    assert (here["value"], here["n"], here["n_observed"]) == (40, 5, 3)


@pytest.mark.parametrize(("left", "told"), [(0, "nobody"), (1, "1")])
def test_a_visit_that_hardly_anyone_attended_is_named_in_words(left, told):
    weeks = ["w12", "50", "51", "52", "53", *["40"] * left, *["."] * (5 - left)]
    table = with_column(COMPLETE, weeks[0], weeks[1:])
    with pytest.raises(ModelError, match=f"{told} in Bands at week 12") as caught:
        rows_of(small_trial(table, covariates=()))
    assert "out of the schedule" in caught.value.do
    assert "[T." not in str(caught.value)


def test_a_week_that_nobody_attended_is_not_claimed():
    table = with_column(COMPLETE, "w12", ["."] * 9)
    rows = rows_of(small_trial(table, covariates=()))
    assert rows.loc[PLACE, "method"].endswith("; weeks used: 8, 16")
    assert "weeks used" not in rows.loc[f"{PLACE}.ancova", "method"]
    whole = rows_of(small_trial(COMPLETE, covariates=()))
    assert "weeks used" not in whole.loc[PLACE, "method"]


def without_baselines():
    trial = small_trial(COMPLETE)
    people = trial.people.assign(baseline_pain_vas=np.nan)
    visits = trial.visits.assign(baseline=np.nan, change=np.nan)
    return replace(trial, people=people, visits=visits)


def test_missing_baselines_are_not_told_as_missing_scores():
    with pytest.raises(ModelError, match="baseline is missing"):
        rows_of(without_baselines())


@pytest.mark.parametrize("cells", [["x"] * 9, ["50"] * 9])
def test_a_covariate_that_does_not_vary_is_told_and_not_adjusted_for(cells):
    table = with_column(COMPLETE, "site", cells)
    rows = rows_of(small_trial(table, covariates=("baseline", "site")))
    plain = rows_of(small_trial(COMPLETE, covariates=("baseline",)))
    for place in (PLACE, f"{PLACE}.ancova"):
        said = rows.loc[place, "method"]
        assert said.endswith("; not adjusted for, being the same for everyone: site")
        assert "site +" not in said
        assert rows.loc[place, "value"] == plain.loc[place, "value"]


def test_a_share_tells_the_mean_that_it_is_a_share_of():
    trial = small_trial(COMPLETE)
    rows = rows_of(trial)
    base = rows.loc["primary.threshold_base.pain_vas"]
    assert base["value"] == pytest.approx(np.mean(START["usual"]))
    assert base["comparator"] == "usual"
    words = "20 % of the comparator's mean at the start ("
    for name in ("thresholds", "differences"):
        table = TABLES[name](rows.reset_index(), labels_of(trial.plan)).as_raw_html()
        assert words in table
        assert ">58.8</a> mm); a discrete choice study" in table


def counts(trial) -> dict:
    rows = rows_of(trial, "flow")
    rows = rows[rows["statistic"].eq("count") & rows["measure"].isna()]
    return {(r.level, r.arm): r.value for r in rows.itertuples()}


@pytest.mark.parametrize("methods", [("mmrm", "ancova"), ("ancova",)])
def test_those_analysed_are_those_in_the_model_and_with_those_left_out_the_population(methods):
    trial = small_trial(LOST + "j bands 51 . .\nk usual . 40 39\n", methods=methods)
    change, flow = rows_of(trial), counts(trial)
    for arm, everyone in (("usual", 5), ("bands", 6)):
        inside = flow["analysed", arm]
        assert inside == change.loc[f"primary.ls_mean.pain_vas.week16.{arm}", "n"]
        assert inside + flow["not analysed", arm] == everyone
    assert flow["not analysed: no baseline", "usual"] == 1
    assert flow["not analysed: no score after baseline", "bands"] == 1
    seen = ("not analysed: no score at week 16", "bands")
    assert flow.get(seen) == (1 if methods[0] == "ancova" else None)


def test_without_baselines_nobody_is_analysed():
    flow = counts(without_baselines())
    assert (flow["analysed", "usual"], flow["analysed", "bands"]) == (0, 0)
    assert (flow["not analysed: no baseline", "usual"], flow["not analysed", "bands"]) == (4, 5)
