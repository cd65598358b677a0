"""Figures of published studies: weights, contours, people and what is told in place of nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.show.descriptions import DESCRIPTIONS, data_table
from analysis.show.sentences import SENTENCES
from analysis.show.unknown import unavailable
from tests.spec.show_book import sample
from tests.spec.show_rows import frame, labels, row
from tests.spec.show_studies import PLACE, effect, pooled, study_rows
from tests.spec.test_show_figures import by_gid, drawn, texts

FOREST = frame(*study_rows())


def test_a_square_is_as_large_as_its_weight():
    """Weights 50, 30 and 20: areas in the same proportions."""
    figure = drawn("studies", FOREST)
    sizes = []
    for key in ("one", "two", "three"):
        level = f"all:{key}"
        (point,) = FOREST.loc[(FOREST["statistic"] == "effect") & (FOREST["level"] == level), "id"]
        sizes.append(by_gid(figure, f"point-{point}").get_markersize())
    areas = [size**2 for size in sizes]
    assert [area / areas[0] for area in areas] == pytest.approx([1, 0.6, 0.4])


def test_the_forest_tells_weights_people_and_how_studies_differ():
    told = texts(drawn("studies", FOREST))
    assert {"Weight", "People", "50 %", "70", "100 %", "Together (p = 0.010)"} <= set(told)
    assert "3 trials\nI² 42 %, τ² 5.25, Q p = 0.180" in told


def test_no_column_of_people_where_hardly_anybody_tells_them():
    few = FOREST.copy()
    few.loc[(few["statistic"] == "effect") & (few["level"] != "all:one"), "n"] = None
    assert "People" not in texts(drawn("studies", few))


def test_effects_of_two_measures_stand_in_one_forest_where_their_scale_is_one():
    """Balance joins pain only with the unit of pain, and with less as the better."""
    rows = frame(
        *study_rows(), *effect("four", -3, -9, 3, 100, "other"), *pooled("other", -3, -9, 3)
    )
    rows.loc[rows["level"].fillna("").str.startswith("other"), "measure"] = "balance"
    apart = texts(drawn("studies", rows))
    assert not any("other" in words.lower() for words in apart)
    words = labels()
    alike = replace(words.measures["pain_vas"], label="Disability")
    words = replace(words, measures=words.measures | {"balance": alike})
    together = texts(drawn("studies", rows, words))
    assert "Disability, other" in together
    assert any("and disability" in told for told in together)


def test_the_funnel_names_its_trials_and_shades_p():
    figure = drawn("funnel")
    told = texts(figure)
    assert {"p above 0.1", "0.05 to 0.1", "0.01 to 0.05", "below 0.01"} <= set(told)
    assert {"1", "2", "3"} <= set(told)
    rows = sample("funnel")
    contour = rows[rows["level"] == "all: 95"].iloc[0]
    ends = by_gid(figure, f"contour-{contour['id']}").get_xy()
    assert {contour["lower"], contour["upper"]} <= set(ends[:, 0])
    assert "Standard error" in data_table("funnel", rows, labels()).as_raw_html()


def test_a_lopsided_funnel_is_told_in_counts_where_no_test_is_made():
    said = SENTENCES["appraisal"](sample("funnel"), labels())
    assert "too few to tell" in said
    assert "less precise trials" in said
    assert "1 less precise trials 1 lie" in DESCRIPTIONS["funnel"](sample("funnel"), labels())


def test_a_node_is_as_large_as_its_people():
    """120 people and 40: a third of the area."""
    figure = drawn("network")
    big, small = (
        by_gid(figure, f"node-{name}").get_markersize() for name in ("education", "Pilates")
    )
    assert small**2 / big**2 == pytest.approx(1 / 3)
    assert "education: 3 trials with 120 people" in DESCRIPTIONS["network"](
        sample("network"), labels()
    )


def test_nothing_judged_is_a_line_and_not_a_wall_of_marks():
    words = unavailable("bias", frame(row("pooled", -1, **(PLACE | {"level": "all"}))))
    assert "no judgement" in words
    assert unavailable("bias", sample("bias")) == ""
