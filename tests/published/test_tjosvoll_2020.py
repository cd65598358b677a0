"""Tjøsvoll et al. 2020, BMC Sports Sci Med Rehabil 12:30: its printed figures come out again.

The whole road: plan, raw folder of pseudo-participants, checking, derivation, mixed model, result
rows, rounding. Page and table of every figure stand beside it in ``published.csv``.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.pseudo import PUBLISHED, moments, pseudo_participants, write_pseudo_study
from analysis.data.store import load_trial
from analysis.data.trial import Trial
from analysis.errors import DataError, PlanError
from analysis.estimate.estimators import estimate
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan
from analysis.result.record import to_frame
from analysis.show.numbers import MINUS, fixed

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw" / "tjosvoll_2020"

# Table 3 (intention to treat): mean worst pain of the last two weeks, NRS 0 to 10, with interval.
TABLE_3 = {0: ("6.5", "5.8", "7.1"), 8: ("3.8", "3.1", "4.5"), 16: ("3.0", "2.3", "3.7")}
# Abstract and Results: change from baseline, printed there as a reduction.
CHANGE_TO_WEEK_16 = ("-3.4", "-4.4", "-2.5")
CHANGE_TO_WEEK_8 = ("-2.6", "-3.6", "-1.8")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "plans" / "tjosvoll_2020.yaml")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that holds the shipped raw folder, so that derived data are not left in ours."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(RAW, root / "data" / "raw" / "tjosvoll_2020")
    return root


@pytest.fixture(scope="module")
def trial(plan: Plan, project: Path) -> Trial:
    return load_trial(plan, project)


@pytest.fixture(scope="module")
def rows(trial: Trial) -> pd.DataFrame:
    return to_frame(estimate(trial, "primary", chapter="03_week_16"))


def printed(value: float) -> str:
    return fixed(value, 1).replace(MINUS, "-")


def change(rows: pd.DataFrame, week: int) -> pd.Series:
    found = rows.query("statistic == 'change' and week == @week and level.isna()")
    assert len(found) == 1
    return found.iloc[0]


def test_the_change_at_week_16_is_the_published_one(rows):
    row = change(rows, 16)
    assert tuple(printed(x) for x in (row.value, row.lower, row.upper)) == CHANGE_TO_WEEK_16
    assert row.id == "primary.change.worst_pain_nrs.week16.barbell"
    assert (row.n, row.n_observed) == (24, 24)
    assert bool(row.planned)


def test_the_change_at_week_8_misses_one_printed_end_by_a_hundredth(rows):
    """The printed ends have their middle outside the rounding of the printed change.

    -3.6 and -1.8 leave the middle between -2.75 and -2.65; the change is between -2.65 and -2.55.
    """
    row = change(rows, 8)
    assert tuple(printed(x) for x in (row.value, row.lower)) == CHANGE_TO_WEEK_8[:2]
    assert printed(row.upper) == "-1.7"
    assert row.upper - (-1.75) == pytest.approx(0.011, abs=1e-6)


def test_the_interval_is_that_of_a_paired_t_test_on_23_degrees_of_freedom(rows, trial):
    row = change(rows, 16)
    here = trial.visits.query("week == 16")["change"]
    assert row.df == pytest.approx(23, abs=1e-3)
    assert row.value == pytest.approx(here.mean(), abs=1e-7)
    assert row.se == pytest.approx(here.sem(), rel=1e-6)


def test_the_observed_means_are_table_3(rows):
    means = rows.query("statistic == 'observed_mean'").set_index("week")["value"]
    assert {week: printed(mean) for week, mean in means.items()} == {
        week: figures[0] for week, figures in TABLE_3.items()
    }


def test_nothing_claims_a_difference_in_a_study_of_one_arm(rows, plan):
    assert not rows["statistic"].isin(["difference", "ls_mean"]).any()
    assert rows["comparator"].isna().all()
    assert not plan.study.simulated
    assert plan.study.pseudo_participants
    assert "pseudo-participants" in plan.study.title
    told = (RAW / "source.md").read_text(encoding="utf-8")
    assert "not real people" in told
    assert "nothing here shows an effect of the\nprogramme" in told


# --- how the pseudo-participants are made ------------------------------------------------------


@pytest.fixture
def published() -> pd.DataFrame:
    return pd.read_csv(RAW / PUBLISHED)


def test_the_shipped_files_come_out_again_byte_by_byte(plan, project):
    shipped = {path.name: path.read_bytes() for path in RAW.iterdir()}
    folder = write_pseudo_study(plan, project)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == shipped


def test_every_chosen_figure_prints_as_published_but_one(published):
    figures = published.query("statistic in ['mean', 'change']")
    away = []
    for row in figures.itertuples():
        for end in ("", "_lower", "_upper"):
            chosen, told = getattr(row, f"chosen{end}"), getattr(row, f"printed{end}")
            if printed(chosen) != printed(float(told)):
                away.append((row.statistic, row.week, end))
    assert away == [("change", 8, "_upper")]


def test_the_printed_figures_in_the_table_are_those_quoted_here(published):
    rows = published.set_index(["statistic", "week"])
    quoted = {("mean", week): figures for week, figures in TABLE_3.items()}
    quoted |= {("change", 8): CHANGE_TO_WEEK_8, ("change", 16): CHANGE_TO_WEEK_16}
    for key, figures in quoted.items():
        told = rows.loc[key, ["printed", "printed_lower", "printed_upper"]].astype(float)
        assert told.tolist() == [float(figure) for figure in figures]


def test_all_values_are_on_the_scale(trial):
    values = pd.concat([trial.visits["value"], trial.people["baseline_worst_pain_nrs"]])
    assert len(values) == 72
    assert values.between(0, 10).all()


def test_moments_of_the_written_table_are_the_chosen_ones(published, trial):
    means, sds, correlation, n = moments(published)
    wide = trial.visits.pivot(index="participant", columns="week", values="value")
    wide.insert(0, 0, trial.people.set_index("participant")["baseline_worst_pain_nrs"])
    assert len(wide) == n == 24
    assert wide.mean().tolist() == pytest.approx(means.tolist(), abs=1e-8)
    assert wide.std(ddof=1).tolist() == pytest.approx(sds.tolist(), abs=1e-8)
    assert wide.corr().to_numpy().ravel().tolist() == pytest.approx(
        correlation.ravel().tolist(), abs=1e-7
    )
    # source.md tells these two.
    assert fixed(correlation[0, 1], 2) == "0.10"
    assert fixed(correlation[0, 2], 2) == "0.01"


def test_the_assumed_correlation_moves_no_change(published, rows):
    other = published.copy()
    other.loc[other["statistic"] == "correlation", "chosen"] = 0.2
    tables = pseudo_participants(other, arm="barbell", bounds=(0, 10), seed=1)
    visits = tables["visits"].pivot(index="participant", columns="week", values="value")
    for week in (8, 16):
        here = visits[week] - visits[0]
        row = change(rows, week)
        assert here.mean() == pytest.approx(row.value, abs=1e-7)
        assert here.sem() == pytest.approx(row.se, abs=1e-6)


@pytest.mark.parametrize(
    ("statistic", "week", "told"),
    [
        ("change", 16, "0 rows give the change at week 16"),
        ("people", None, "0 rows give the people"),
    ],
)
def test_a_missing_figure_is_an_error(published, statistic, week, told):
    gone = (published["statistic"] == statistic) & (published["week"].eq(week) | (week is None))
    with pytest.raises(DataError, match=told):
        pseudo_participants(published[~gone], arm="barbell", bounds=(0, 10), seed=1)


def test_figures_that_contradict_one_another_are_an_error(published):
    published.loc[published["statistic"].eq("mean") & published["week"].eq(16), "chosen"] = 3.04
    with pytest.raises(DataError, match="change at week 16"):
        pseudo_participants(published, arm="barbell", bounds=(0, 10), seed=1)


def test_a_plan_that_does_not_declare_them_makes_none(plan, tmp_path):
    silent = replace(plan, study=replace(plan.study, pseudo_participants=False))
    with pytest.raises(PlanError, match="does not say that it holds pseudo-participants") as raised:
        write_pseudo_study(silent, tmp_path)
    assert raised.value.where == "plans/tjosvoll_2020.yaml, study.pseudo_participants"


def test_data_that_are_no_pseudo_participants_are_never_replaced(plan, tmp_path):
    folder = tmp_path / "data" / "raw" / "tjosvoll_2020"
    shutil.copytree(RAW, folder)
    (folder / "source.md").write_text("# The trial, as received\n", encoding="utf-8")
    before = (folder / "visits.csv").read_bytes()
    changed = replace(plan, seed=plan.seed + 1)
    with pytest.raises(DataError, match="does not say that it holds pseudo-participants"):
        write_pseudo_study(changed, tmp_path)
    assert (folder / "visits.csv").read_bytes() == before
