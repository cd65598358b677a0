"""Responders as shown: natural frequencies, the reading of numbers needed to treat, cautions."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from analysis.errors import ClaimError
from analysis.plan.labels import labels_of
from analysis.plan.schema_responders import Sustained
from analysis.show import DESCRIPTIONS, FIGURES, SENTENCES, TABLES, data_table, plain, png
from analysis.show.numbers import fixed
from analysis.show.responding import needed_words
from analysis.show.sentences.responders import _one_more
from tests.spec.responder_people import GAPS, WHOLE, answer, place, responder_trial

OWN_TABLES = [name for name in TABLES if name.startswith("responder")]
OWN_FIGURES = [name for name in FIGURES if name.startswith("responder")]


@pytest.fixture(scope="module")
def shown():
    trial = responder_trial(GAPS)
    return answer(trial), labels_of(trial.plan)


def needed(value, lower, upper):
    return SimpleNamespace(id="x.nnt", planned=True, value=value, lower=lower, upper=upper)


def test_the_tables_and_figures_are_there():
    assert len(OWN_TABLES) == 5
    assert len(OWN_FIGURES) == 2
    assert set(OWN_FIGURES) <= set(DESCRIPTIONS)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (needed(5.16, 2.93, 21.27), "5.2 (2.9 to 21.3)"),
        (needed(10, 4, -20), "benefit 10.0 (benefit 4.0, through ∞, to harm 20.0)"),
        (needed(-50, 12, -8), "harm 50.0 (benefit 12.0, through ∞, to harm 8.0)"),
        (needed(-8.0, -20.2, -4.1), "harm 8.0 (harm 4.1 to harm 20.2)"),
        (needed(float("inf"), 10, -10), "benefit ∞ (benefit 10.0, through ∞, to harm 10.0)"),
        (needed(5, float("nan"), 3), "–"),
    ],
)
def test_a_number_needed_to_treat_is_read_from_benefit_through_infinity_to_harm(row, words):
    assert needed_words(row) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (needed(5, 3, 20), "one more person responds for every 5.0 offered bands (3.0 to 20.0)"),
        (needed(-8, -20, -4), "one fewer responds for every 8.0 offered bands (4.0 to 20.0)"),
        (
            needed(10, 4, -20),
            "the data are compatible with one more for every 4.0 offered bands, with no difference "
            "from care, and with one fewer for every 20.0",
        ),
    ],
)
def test_clinicians_are_told_both_sides(row, words):
    assert plain(_one_more(row, "bands", "care")) == words


def test_natural_frequencies_lead_to_their_rows(shown):
    rows, labels = shown
    said = SENTENCES["responders_for_clinicians"](rows, labels)
    row = rows.loc[place("responder_percent", "bands", "important: mar")]
    words = plain(said)
    assert words.startswith("In simulated data, after 16 weeks, at least 15\xa0mm less pain")
    assert f"{row['value']:.0f} ({row['lower']:.0f} to {row['upper']:.0f}) of 100 people" in words
    assert f"#r-{row['id']}" in said.replace("%20", " ")
    assert "more of 100 than with care" in words


def test_statisticians_are_told_chance_and_method(shown):
    rows, labels = shown
    words = plain(SENTENCES["responders_for_statisticians"](rows, labels))
    assert "Monte Carlo error" in words
    assert "responds ~ baseline + arm" in words
    assert "odds ratio" in words
    assert "20 people, 16 with a score" in words


def told(name: str, rows, labels) -> list[list[str]]:
    """The text of the cells of every line of a table's body."""
    soup = BeautifulSoup(TABLES[name](rows, labels).as_raw_html(), "html.parser")
    lines = [
        [cell.get_text().split("not available")[0].strip() for cell in line.find_all(["th", "td"])]
        for line in soup.tbody.find_all("tr")
    ]
    return [line for line in lines if len(line) > 1]


def test_the_table_holds_shares_and_how_they_compare(shown):
    rows, labels = shown
    care, bands = told("responders", rows, labels)[:2]
    assert care[0] == "Care"
    assert bands[0] == "Bands"
    for line, arm in ((care, "care"), (bands, "bands")):
        row = rows.loc[place("responder_percent", arm, "important: mar")]
        assert line[1].startswith(f"{fixed(row['value'], 0)} % (")
    assert care[2:] == ["–", "–", "–"]
    found = rows.loc[place("responder_difference", "bands", "important: mar")]
    assert bands[2].startswith(f"{fixed(found['value'], 1)} (")
    assert all(re.search(r"\d", words) for words in bands[3:])


def test_the_table_of_lasting_responses_holds_them_too():
    sustained = Sustained(first=8, last=16)
    trial = responder_trial(GAPS, sustained=sustained)
    rows, labels = answer(trial), labels_of(trial.plan)
    care, bands = told("responders_sustained", rows, labels)[:2]
    for line, arm in ((care, "care"), (bands, "bands")):
        row = rows.loc[place("sustained_percent", arm, "important: mar")]
        assert line[1].startswith(f"{fixed(row['value'], 0)} % (")
    assert re.search(r"\d", bands[2])


def test_every_way_of_treating_missing_scores_stands_in_the_table(shown):
    rows, labels = shown
    html = TABLES["responders_missing"](rows, labels).as_raw_html()
    for words in ("As others of the same group", "As people with care",
                  "People without a score count as not responding",
                  "People without a score are left out", "(unadjusted)"):  # fmt: skip
        assert words in html
    assert "Simulated data" in html


def test_figures_have_words_with_the_heights_at_the_thresholds(shown):
    rows, labels = shown
    said = DESCRIPTIONS["responder_curve"](rows, labels)
    own = rows[rows["statistic"].eq("curve_points") & rows["level"].eq("15")]
    assert all(f"{value:.0f} %" in said for value in own["value"])
    for name in OWN_FIGURES:
        assert png(FIGURES[name](rows, labels)).startswith(b"\x89PNG")
        assert "Simulated data" in DESCRIPTIONS[name](rows, labels)
        assert "-data" in data_table(name, rows, labels).as_raw_html()


def test_a_line_stands_at_each_threshold(shown):
    figure = FIGURES["responder_curve"](*shown)
    at = {
        line.get_gid(): line.get_xdata()[0]
        for axes in figure.axes
        for line in axes.lines
        if (line.get_gid() or "").startswith("threshold-")
    }
    assert sorted(at.values()) == [15, 30]


def test_a_lasting_response_that_nobody_planned_is_said_to_be_so(shown):
    rows, labels = shown
    assert "names no weeks" in TABLES["responders_sustained"](rows, labels).as_raw_html()
    assert SENTENCES["sustained_for_clinicians"](rows, labels) == ""


def test_few_people_are_named(shown):
    rows, labels = shown
    caution = "fewer than five people with a score"
    assert caution not in SENTENCES["responders_for_clinicians"](rows, labels)
    few = rows.assign(n_observed=rows["n_observed"].clip(upper=4))
    assert caution in SENTENCES["responders_for_clinicians"](few, labels)


def test_one_group_alone_is_shown_with_its_caution():
    trial = responder_trial("\n".join(line for line in WHOLE.split("\n") if "care" not in line))
    rows, labels = answer(trial, week=8), labels_of(trial.plan)
    words = plain(SENTENCES["responders_for_clinicians"](rows, labels))
    assert "cannot show an effect of the programme" in words
    assert "Not as planned" in words
    for name in OWN_TABLES:
        assert TABLES[name](rows, labels).as_raw_html()
    for name in OWN_FIGURES:
        assert FIGURES[name](rows, labels)
        assert "Not as planned" in DESCRIPTIONS[name](rows, labels)
    assert SENTENCES["responders_for_statisticians"](rows, labels)


def test_other_rows_are_no_responders(shown):
    rows, labels = shown
    with pytest.raises(ClaimError, match="responder_percent"):
        TABLES["responders"](rows[rows["statistic"].eq("curve_points")], labels)
