"""Titles and labels of figures: whole, in lines of about one length, apart from the legend."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.data.store import load_trial
from analysis.plan.read import read_plan
from analysis.show.figures import FIGURES
from analysis.show.figures.style import even_lines
from analysis.show.tables import TABLES
from tests.house.tree import ROOT
from tests.spec.show_book import sample
from tests.spec.show_rows import labels


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Change in pain intensity a week, with 95\N{NO-BREAK SPACE}% interval", 2),
        ("Pain intensity (mm): this trial among published ones", 2),
        ("Short", 1),
        ("no pause in a title that is longer than one line of the width can hold", 2),
    ],
)
def test_lines_are_as_few_as_fit_and_alike(words, lines):
    made = even_lines(words, 50)
    assert " ".join(made) == words
    assert len(made) == lines
    assert max(map(len, made)) <= 50
    assert min(map(len, made)) >= 10 or lines == 1


def test_two_lines_part_at_a_pause():
    assert even_lines("Pain intensity (mm): this trial among published ones", 50) == [
        "Pain intensity (mm):",
        "this trial among published ones",
    ]


@pytest.mark.parametrize("name", ["among", "studies"])
def test_no_study_is_cut(name):
    figure = FIGURES[name](sample(name), labels(simulated=True))
    ticks = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert ticks
    assert not any("…" in words for words in ticks)
    assert any(words.startswith("A new study's") for words in ticks)


def test_long_names_of_studies_take_several_lines_and_room():
    rows = sample("among")
    level = rows.loc[rows["statistic"] == "effect", "level"].iloc[0]
    long = "Miyamoto 2018, Pilates once a week and advice against an advice booklet alone"
    words = labels(simulated=True)
    short = FIGURES["among"](rows, words)
    words.studies[level.partition(":")[2]] = long
    figure = FIGURES["among"](rows, words)
    ticks = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert long in [words.replace("\n", " ") for words in ticks]
    assert figure.get_figheight() > short.get_figheight()


def test_the_names_of_groups_stand_below_the_title():
    figure = FIGURES["progress"](sample("progress"), labels(simulated=True))
    draw = FigureCanvasAgg(figure).get_renderer()
    figure.draw(draw)
    title = figure._suptitle.get_window_extent(draw)
    names = figure.axes[0].get_legend().get_window_extent(draw)
    points = figure.dpi / 72
    assert title.y0 - names.y1 > 3 * points


def test_what_is_followed_over_the_weeks_has_its_unit_and_range():
    rows, words = sample("progress"), replace(labels(), scales={"soreness": "points, 0 to 10"})
    figure = FIGURES["progress"](rows, words)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert "Soreness (points, 0 to 10)" in titles
    assert "Exertion" in titles
    assert "Soreness (points, 0 to 10)" in TABLES["progress"](rows, words).as_raw_html()


def test_the_dictionary_of_the_demonstration_tells_the_scales(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    plan = read_plan(ROOT / "plans" / "demo.yaml")
    first, second = (load_trial(plan, tmp_path).scales for _ in range(2))
    assert first == second
    assert first["exertion"] == first["soreness"] == "points, 0 to 10"
    # 0 to 100 is the widest range that is accepted, whatever the scale is.
    assert first["pain_before"] == "mm"
