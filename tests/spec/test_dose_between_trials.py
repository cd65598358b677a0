"""Doses between trials: bands of weeks, slopes that few trials carry, and marks at their dose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.data.store import load_trial
from analysis.estimate.asked import understand
from analysis.estimate.dose_slopes import LEAST_DF, TOO_FEW
from analysis.estimate.estimators import estimate
from analysis.estimate.length import UNPLACED
from analysis.estimate.pool import levels_of, pools_of
from analysis.plan.labels import labels_of
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from analysis.show.descriptions import data_table
from analysis.show.figures import FIGURES
from analysis.show.figures.dose_marks import side_by_side
from analysis.show.figures.style import TITLE_LINE, new_figure, title
from analysis.show.link import plain, to_row
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def evidence():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


@pytest.fixture(scope="module")
def rows(evidence):
    return to_frame(estimate(evidence, "length", chapter="10_evidence"))


@pytest.fixture(scope="module")
def words(evidence):
    return replace(labels_of(evidence.plan), studies=evidence.published.study_words)


def of(rows, statistic: str):
    """The rows of a statistic by level."""
    return rows[rows["statistic"] == statistic].set_index("level")


BANDED = {"atalay2017": 7, "cai2015": 7, "suh2019": 7, "hurley2015": 14}


def test_lengths_told_as_a_band_enter_with_their_middle(rows):
    """Tataryn prints 6 to 8 and 12 to 16 weeks of four trials, and no single number."""
    weeks = of(rows, "weeks")
    for trial, middle in BANDED.items():
        told = weeks.loc[f"smd_against_exercise:tataryn_pain_{trial}"]
        half = middle // 7
        ends = [middle, middle - half, middle + half]
        assert told[["value", "lower", "upper"]].tolist() == ends
    alone = weeks.loc["smd_against_exercise:tataryn_pain_aasa2015"]
    assert alone["value"] == 8
    assert alone[["lower", "upper"]].isna().all()
    slope = of(rows, "slope").loc["smd_against_exercise"]
    assert (slope["n"], slope["n_observed"]) == (11, 10)


ENDS = {"slope": 0.5, "slope_shortest": 0, "slope_longest": 1}


@pytest.mark.parametrize(("name", "at"), ENDS.items())
def test_the_slope_is_that_of_the_weeks_it_says(rows, evidence, name, at):
    """The same model on weeks typed by hand; no end makes the slope clear."""
    pool = pools_of(evidence.published, understand(evidence.plan, "length", chapter="x"))[-1]
    ends = {trial: (6 + 2 * at) if trial != "hurley2015" else (12 + 4 * at) for trial in BANDED}
    used = pool.effects.rows
    typed = used["programme_weeks"].astype(float).fillna(used["trial_key"].map(ends))
    line = levels_of(used.assign(dose=typed), "effect ~ dose", 0.95).coefficients.iloc[1]
    told = of(rows, name).loc["smd_against_exercise"]
    columns = ["value", "lower", "upper", "df"]
    expected = line[["estimate", "lower", "upper", "df"]].astype(float).tolist()
    assert told[columns].astype(float).tolist() == pytest.approx(expected)
    assert told["lower"] < 0 < told["upper"]


def test_no_interval_stands_on_fewer_than_four_degrees_of_freedom(rows):
    slopes = rows[rows["statistic"].str.startswith("slope")]
    few = slopes["df"] < LEAST_DF
    assert few.any()
    assert not few.all()
    assert slopes.loc[few, ["lower", "upper", "p"]].isna().all(axis=None)
    assert slopes.loc[few, "method"].str.contains(TOO_FEW).all()
    assert slopes.loc[~few, ["lower", "upper", "p"]].notna().all(axis=None)
    curve = rows[rows["statistic"].str.startswith("curve")]
    assert curve["lower"].isna().all()
    assert curve["method"].str.contains(TOO_FEW).all()


def test_who_does_not_tell_a_dose_is_named(rows):
    """Every effect of every pool tells a dose or is named; Vincent tells no sessions."""
    effects = set(of(rows, "effect").index)
    for told, none in (
        ("weeks", "no_weeks"),
        ("sessions_a_week", "no_sessions_a_week"),
        ("sessions_in_all", "no_sessions_in_all"),
    ):
        known, lacking = set(of(rows, told).index), set(of(rows, none).index)
        assert known | lacking == effects
        assert not known & lacking
    lacking = of(rows, "no_sessions_a_week")
    assert "against_passive:vincent2014_LEXT_CON" in lacking.index
    assert "smd_against_exercise:tataryn_pain_hurley2015" in lacking.index
    assert lacking["method"].str.contains("tells no single number").all()


def test_an_effect_without_weeks_or_with_a_band_across_columns_is_counted_apart(evidence, words):
    published = evidence.published
    effects = published.effects.copy()
    hurley = effects["row_id"] == "tataryn_pain_hurley2015"
    cai = effects["row_id"] == "tataryn_pain_cai2015"
    effects.loc[hurley, ["programme_weeks_low", "programme_weeks_high"]] = [10.0, 16.0]
    effects.loc[cai, ["programme_weeks_low", "programme_weeks_high"]] = float("nan")
    changed = replace(evidence, published=replace(published, effects=effects))
    rows = to_frame(estimate(changed, "length", chapter="10_evidence"))
    counts = of(rows, "count")["value"]
    assert counts[f"smd_against_exercise: {UNPLACED}"] == 2
    assert counts["smd_against_exercise: up to 8 weeks"] == 4
    assert list(of(rows, "no_weeks").index) == ["smd_against_exercise:tataryn_pain_cai2015"]
    assert of(rows, "slope").loc["smd_against_exercise", "n"] == 10
    said = TABLES["doses"](rows, words).as_raw_html()
    assert "Left out of a slope" in said


def test_the_answer_calls_no_slope_clear_and_says_whether_bands_matter(rows, words):
    said = plain(SENTENCES["length"](rows, words))
    assert "on one side of no difference" not in said
    assert "too few trials for an interval to be relied on" in said
    assert "the answer is the same" in said
    assert said.count("\n- ") >= 8
    clear = rows.copy()
    longest = clear["statistic"].eq("slope_longest") & clear["level"].eq("smd_against_exercise")
    clear.loc[longest, ["lower", "upper"]] = [-0.2, -0.1]
    said = plain(SENTENCES["length"](clear, words))
    assert "the answer hangs on lengths that are not told" in said


def test_marks_of_one_dose_stand_about_it():
    places = side_by_side([6, 6, 8, 6, 17, 17], 0.25)
    assert places == pytest.approx([5.75, 6, 8, 6.25, 16.875, 17.125])
    many = side_by_side([6] * 9, 0.25)
    assert (min(many), max(many)) == (5.75, 6.25)


@pytest.mark.parametrize("name", ["lengths", "doses"])
def test_a_mark_is_drawn_at_its_weeks_and_is_a_line_of_the_table(rows, words, name):
    figure = FIGURES[name](rows, words)
    weeks = {row.level: row for row in rows[rows["statistic"] == "weeks"].itertuples()}
    effects = {row.id: row for row in rows[rows["statistic"] == "effect"].itertuples()}
    by_week = figure.axes[:1] if name == "lengths" else [figure.axes[0], figure.axes[3]]
    lines = (line for axes in by_week for line in axes.lines)
    drawn = [line for line in lines if str(line.get_gid()).startswith("point-")]
    shown = data_table(name, rows, words).as_raw_html()
    assert len(drawn) == (11 if name == "lengths" else 28)
    for line in drawn:
        row = effects[line.get_gid().removeprefix("point-")]
        assert abs(line.get_xdata()[0] - weeks[row.level].value) <= 0.25
        assert line.get_ydata()[0] == row.value
        assert to_row(row.id, "").split(">")[0] in shown


def test_a_long_title_is_wrapped_and_takes_no_room_from_the_panels():
    short, long = new_figure(3.0), new_figure(3.0)
    title(short, "Effect by the dose")
    title(long, "Effect by the dose of training; negative favours the training, not the comparator")
    lines = long._suptitle.get_text().split("\n")
    assert max(len(line) for line in lines) <= 50
    assert len(lines) == 2
    assert short.get_figheight() == 3.0
    assert long.get_figheight() == pytest.approx(3.0 + TITLE_LINE)
