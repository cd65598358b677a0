"""A real trial whose arms did not start alike: Chow et al. 2006, Pain 124:201, laser for neck pain.

Skipped where the data set is not kept beside the checkout. Scores are on 0 to 10; negative is less
pain. The unadjusted difference flatters the laser: its people started higher and fell more by
themselves.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.data.store import load_trial
from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.validation.neck.convert import write_neck_study

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "real" / "neck_pain_laser.csv"
PLAN = Path(__file__).parent / "neck" / "neck_chow_2006.yaml"

pytestmark = pytest.mark.skipif(
    not DATA.is_file(), reason="the neck-pain trial's data are not kept beside the checkout"
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    plan = read_plan(PLAN)
    write_neck_study(DATA, root / "data" / "raw" / plan.study.name)
    return load_trial(plan, root)


@pytest.fixture(scope="module")
def rows(trial):
    return to_frame(estimate(trial, "primary", chapter="03_week_16"))


def difference(rows: pd.DataFrame, level: str | None) -> pd.Series:
    own = rows[(rows["statistic"] == "difference") & (rows["week"] == 12)]
    own = own[own["level"].isna() if level is None else own["level"] == level]
    assert len(own) == 1
    return own.iloc[0]


def test_the_unadjusted_difference_is_that_of_the_printed_changes(rows):
    """Changes of -0.268 and +0.025 on 0 to 1: a difference of -0.293, here times ten."""
    row = difference(rows, "unadjusted")
    assert row["value"] == pytest.approx(-2.93, abs=0.005)
    assert row["n_observed"] == 90


def test_adjusting_for_the_start_takes_away_what_regression_to_the_mean_gave(rows):
    adjusted, bare = difference(rows, None), difference(rows, "unadjusted")
    assert bare["value"] < adjusted["value"] < 0
    assert adjusted["upper"] < 0
    # The gap at the start, times one less the slope of the later on the earlier score.
    assert adjusted["value"] - bare["value"] > 0.5


def test_the_adjusted_difference_is_that_of_statsmodels(rows):
    data = pd.read_csv(DATA).pivot(index=["id", "laser"], columns="time", values="vas")
    data = (10 * data).set_axis(["start", "middle", "later"], axis=1).reset_index()
    data["active"] = (data["laser"] == 1).astype(float)
    fit = smf.ols("later ~ start + active", data).fit()
    row = difference(rows, None)
    assert row["value"] == pytest.approx(fit.params["active"], abs=1e-8)
    assert row["se"] == pytest.approx(fit.bse["active"], abs=1e-8)


def test_the_sentence_says_both_and_why(trial, rows):
    said = plain(SENTENCES["baseline_imbalance"](rows, labels_of(trial.plan)))
    assert "5.9 in laser and 4.0 in sham laser" in said
    assert "2.9\N{NO-BREAK SPACE}points lower" in said
    assert "regression to the mean" in said


def test_nothing_is_said_where_no_unadjusted_method_was_planned(trial, rows):
    own = rows[rows["level"].fillna("") != "unadjusted"]
    assert SENTENCES["baseline_imbalance"](own, labels_of(trial.plan)) == ""
