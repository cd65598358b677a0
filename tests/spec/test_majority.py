"""The majority claim: shares, what chance alone gives, and a study known by bounds only."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.data.published import read_published
from analysis.data.store import load_trial
from analysis.data.trial import Trial
from analysis.errors import DataError, ModelError, UsageError
from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.read import read_plan
from analysis.plan.schema_course import Majority
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.stats.regression_to_mean import Population, population_of
from tests.house.tree import ROOT
from tests.spec.long_trial import long_trial, question

MAJORITY = question("majority")


def answered(trial) -> pd.DataFrame:
    return to_frame(estimate(trial, "majority", chapter="c"))


def pick(rows, statistic, level, arm=None):
    found = rows[(rows["statistic"] == statistic) & (rows["level"] == level)]
    found = found if arm is None else found[found["arm"] == arm]
    assert len(found) == 1
    return found.iloc[0]


def test_shares_are_counts_of_those_seen_and_the_extremes_bracket_them():
    trial = long_trial(each=40, majority=MAJORITY)
    rows = answered(trial)
    assert rows["id"].is_unique
    seen = trial.visits[(trial.visits["week"] == 104) & (trial.visits["arm"] == "weights")]
    seen = seen.dropna(subset="value")
    any_ = pick(rows, "improved_percent", "any", "weights")
    assert any_["value"] == pytest.approx(100 * (seen["change"] < 0).mean())
    assert (any_["n"], any_["n_observed"]) == (40, len(seen))
    matter = pick(rows, "improved_percent", "worthwhile", "weights")
    assert matter["value"] == pytest.approx(100 * (seen["change"] <= -15).mean())
    worse = pick(rows, "improved_percent", "any, if all who were not seen got worse", "weights")
    better = pick(rows, "improved_percent", "any, if all who were not seen got better", "weights")
    assert worse["value"] <= any_["value"] <= better["value"]


def test_noise_is_worked_out_from_the_ups_and_downs_of_people():
    """Scores of the small trial scatter by 6 around a person's course: 1.96 root 2 times 6."""
    rows = answered(long_trial(each=150, majority=MAJORITY))
    noise = pick(rows, "needed_points", "beyond noise")["value"]
    assert noise == pytest.approx(1.96 * 2**0.5 * 6, rel=0.12)


def test_without_a_rule_of_entry_half_would_fall():
    rows = answered(long_trial(each=60, majority=MAJORITY))
    assert pick(rows, "expected_percent", "any")["value"] == pytest.approx(50, abs=1e-6)
    assert rows.loc[rows["statistic"] == "expected_change", "value"].tolist() == [0]


def test_a_start_short_of_the_rule_of_entry_is_told():
    asked = replace(MAJORITY, majority=Majority(entry=60))
    rows = answered(long_trial(each=60, majority=asked))
    assert not rows["statistic"].eq("expected_percent").any()
    reason = pick(rows, "not_compared", "regression to the mean")["method"]
    assert "started short of the score" in reason


def test_the_published_shares_stand_beside_and_may_be_absent():
    trial = long_trial(majority=MAJORITY)
    assert not answered(trial)["statistic"].str.startswith("benchmark").any()
    rows = answered(replace(trial, published=read_published(ROOT)))
    assert rows.loc[rows["statistic"] == "benchmark_least", "value"].tolist() == [40.0]
    said = plain(SENTENCES["majority_in_words"](rows, labels_of(trial.plan)))
    assert "does not by itself show that a programme helped" in said


def test_regression_to_the_mean_by_simulation():
    numbers = np.random.default_rng(4)
    mean, sd, rho, cut = 50.0, 15.0, 0.6, 45.0
    first = numbers.normal(mean, sd, 400_000)
    later = (
        mean + rho * (first - mean) + sd * np.sqrt(1 - rho**2) * numbers.standard_normal(400_000)
    )
    inside = first >= cut
    gone = (first - later)[inside]
    people = Population(mean, sd, rho, cut)
    error = gone.std() / np.sqrt(inside.sum())
    assert abs(-people.change - gone.mean()) < 4 * error
    for least in (0.0, 10.0):
        share = (gone > least).mean()
        assert abs(people.share_falling(least) - share) < 4 * 0.5 / np.sqrt(inside.sum())
    found = population_of(
        first[inside][:20_000], first[inside][:20_000], later[inside][:20_000], cut
    )
    assert (found.mean, found.sd) == pytest.approx((mean, sd), rel=0.05)
    assert found.correlation == pytest.approx(rho, abs=0.03)


def test_the_formula_of_barnett_in_a_known_case():
    """z = 0: C(z) = phi(0) / 0.5 = 0.79788, so the effect is (1 - 0.5) 10 0.79788."""
    assert Population(50, 10, 0.5, 50).change == pytest.approx(-5 * norm.pdf(0) / 0.5)


def test_too_few_pairs_and_scores_below_the_cut_are_refused():
    few = np.arange(5.0)
    with pytest.raises(ModelError, match="cannot be worked out"):
        population_of(few, few, few, None)
    with pytest.raises(UsageError, match="below the cut"):
        population_of(np.arange(20.0), np.arange(20.0), np.arange(20.0) ** 2, 5.0)


class TestMichaelson:
    """Michaelson et al. 2016: 35 an arm, between 50 % and 80 % with a decrease, no counts."""

    @pytest.fixture(scope="class")
    def project(self, tmp_path_factory):
        root = tmp_path_factory.mktemp("project")
        shutil.copytree(ROOT / "data" / "raw" / "published", root / "data" / "raw" / "published")
        return root

    def test_bounds_become_counts_and_nothing_is_filled_in(self, project):
        plan = read_plan(ROOT / "plans" / "michaelson_2016.yaml")
        trial = load_trial(plan, project)
        assert trial.people.empty
        rows = to_frame(estimate(trial, "majority_claim", chapter="c"))
        assert rows["id"].is_unique
        own = rows[rows["statistic"].str.startswith(("count", "published"))]
        assert rows.loc[rows["statistic"] == "interval_level", "value"].tolist() == [95]
        # 18 of 35 is 51 %, 17 is 49 %; 28 of 35 is 80 %.
        assert set(own.loc[own["statistic"] == "count_low", "value"]) == {18}
        assert set(own.loc[own["statistic"] == "count_high", "value"]) == {28}
        assert set(own["week"]) == {8, 52, 104}
        assert not rows["statistic"].isin(["improved_percent", "difference"]).any()
        said = plain(SENTENCES["shares_in_words"](rows, labels_of(plan)))
        assert "cannot show an effect" in said

    def test_a_study_without_rows_is_told(self, project):
        plan = read_plan(ROOT / "plans" / "michaelson_2016.yaml")
        other = replace(plan, study=replace(plan.study, name="nobody_2020"))
        with pytest.raises(DataError, match="no shares of 'nobody_2020'"):
            estimate(load_trial(other, project), "majority_claim", chapter="c")


def published_trial(name: str, root: Path) -> Trial:
    shutil.copytree(ROOT / "data" / "raw" / "published", root / "data" / "raw" / "published")
    return load_trial(read_plan(ROOT / "plans" / f"{name}.yaml"), root)


def test_a_published_share_is_shown_under_its_group_and_week(tmp_path):
    trial = published_trial("michaelson_2016", tmp_path)
    rows = to_frame(estimate(trial, "majority_claim", chapter="c"))
    labels = replace(labels_of(trial.plan), studies=trial.published.study_words)
    shown = plain(TABLES["published_shares"](rows, labels).as_raw_html())
    assert "High load lifting (deadlift) and pain education, week 8" in shown
    assert "michaelson_2016." not in shown
    told = plain(TABLES["benchmark"](rows, labels).as_raw_html()).replace("\N{NO-BREAK SPACE}", " ")
    assert "95 % interval" in told
    assert "chronic headache, usual care, 3 months" in told
    assert "sham laser, 12 weeks" in told
    assert "control, last visit (called V9 in the data)" in told
