"""Random trials: every fit ends at the highest maximum found, or is refused with reason."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError
from analysis.stats.covariance import STRUCTURES
from analysis.stats.likelihood import evaluate
from analysis.stats.mmrm import mmrm
from analysis.stats.reml import maximise
from analysis.stats.starts import borrowed_start, starting_values

from .doubt import FINE, design, problem_of, slope_vanishes
from .random_trials import GAPS, TRUTHS, random_trial
from .robustness import KEPT, N_TRIALS, examine, main

SAMPLE = range(20, 80)
# A trial whose moments lead to a lower maximum, and one whose covariance nobody informs.
TWO_MAXIMA, SILENT_GROUP = 69, 171
# A trial with a maximum inside, and a higher likelihood at the boundary.
BELOW_BOUNDARY = 1586


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(KEPT)


@pytest.mark.parametrize("number", SAMPLE)
def test_a_trial_of_the_sample(number, kept):
    row = examine(number)
    assert row["verdict"] == FINE, row
    assert row["outcome"] == kept["outcome"][number]


def test_the_kept_table_is_whole(kept):
    assert list(kept["trial"]) == list(range(N_TRIALS))
    assert set(kept["structure"]) == set(STRUCTURES)
    assert set(kept["truth"]) == set(TRUTHS)
    assert set(kept["gaps"]) == set(GAPS)
    assert kept["people"].between(10, 300).all()
    assert set(kept["visits"]) == set(range(2, 11))
    assert (kept["smallest_arm"] <= 3).sum() > 100


def test_the_readme_counts_what_the_table_holds(kept):
    text = (KEPT.parent / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|", text, re.MULTILINE)
    told = {name.strip(): (int(n.replace(",", "")), int(s.replace(",", ""))) for name, n, s in rows}
    grouped = kept.assign(stands=kept["verdict"] == FINE).groupby("outcome")["stands"]
    counted = {name: (len(part), int(part.sum())) for name, part in grouped}
    assert told == counted


def test_what_does_not_stand_is_rare_and_told(kept):
    failed = kept[kept["verdict"] != FINE]
    text = (KEPT.parent / "README.md").read_text("utf-8")
    assert len(failed) <= N_TRIALS / 200
    for number in failed["trial"]:
        assert f"trial {number}" in text


def test_a_second_search_finds_the_higher_maximum():
    problem = problem_of(random_trial(TWO_MAXIMA))
    found = maximise(problem).point
    from_moments = maximise(problem, starting_values(problem)).point
    assert found.value < from_moments.value - 0.5
    assert slope_vanishes(problem, found.theta, 1)


def test_borrowed_participants_leave_sigma_inside():
    problem = problem_of(random_trial(TWO_MAXIMA))
    point = evaluate(problem, borrowed_start(problem))
    assert np.linalg.eigvalsh(point.sigmas[0]).min() > 0


def test_a_group_without_outcomes_to_spare_is_refused_before_any_search():
    trial = random_trial(SILENT_GROUP)
    with pytest.raises(ModelError, match="say nothing about some covariance") as caught:
        mmrm(trial.formula, trial.table, subject="who", visit="visit", **trial.options)
    assert "none at visit" in caught.value.why


def test_the_written_out_design_is_the_formulas():
    trial = random_trial(21)
    made = mmrm(trial.formula, trial.table, subject="who", visit="visit", **trial.options)
    both = np.column_stack([made.design.X, design(trial)])
    assert np.linalg.matrix_rank(both) == made.design.X.shape[1] == design(trial).shape[1]


def test_correlation_in_time_that_vanishes_is_refused_by_name():
    rng = np.random.default_rng(12)
    who, visit = np.repeat(np.arange(30), 3), np.tile([0.0, 1.0, 2.0], 30)
    y = rng.normal(size=90)
    y[1::3] -= 0.8 * y[0::3]  # neighbours disagree: no decay describes that
    table = pd.DataFrame({"who": who, "visit": visit, "y": y})
    with pytest.raises(ModelError, match="correlation in time is zero"):
        mmrm("y ~ visit", table, subject="who", visit="visit", covariance="sp_exp")


@pytest.mark.slow
def test_all_trials_again(tmp_path, kept):
    made = main(kept=tmp_path / "outcomes.csv")
    assert (made["verdict"] == FINE).mean() >= (kept["verdict"] == FINE).mean()
    pd.testing.assert_series_equal(made["outcome"], kept["outcome"])


def test_a_maximum_below_the_boundary_is_refused():
    trial = random_trial(BELOW_BOUNDARY)
    with pytest.raises(ModelError, match="runs to its boundary") as caught:
        mmrm(trial.formula, trial.table, subject="who", visit="visit", **trial.options)
    assert "higher at the boundary" in caught.value.why
