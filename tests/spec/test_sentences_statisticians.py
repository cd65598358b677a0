"""The answer for statisticians: a list that a page can hold, and lines where there is no page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_rows import effect, frame, labels, level, row, threshold

BANDS = effect("bands", -8.9, -15.4, -2.5)
WEIGHTS = effect("free_weights", -14.1, -18.9, -9.3)
BESIDE = effect(
    "free_weights", -14, -19.4, -8.6, level="ancova", method="ANCOVA: change ~ arm", df=197.0
)
GONE = row("left_out", 3, arm="bands", level="no score after baseline")
ROWS = [BANDS, WEIGHTS, BESIDE, GONE, level(), threshold()]


def html(*rows, words=None) -> str:
    return SENTENCES["for_statisticians"](frame(*rows), words or labels())


def items(*rows, words=None) -> list[str]:
    """The items of the list, with ordinary spaces."""
    soup = BeautifulSoup(html(*rows, words=words), "html.parser")
    told = [item.get_text().replace("\N{NO-BREAK SPACE}", " ") for item in soup.find_all("li")]
    assert soup.select("ul > li") == soup.find_all("li")
    return told


def test_an_item_a_comparison_then_what_to_know_about_them():
    assert items(*ROWS) == [
        "Resistance bands minus usual care: −8.9 mm, standard error 2.43, 95 % interval −15.4 to "
        "−2.5, 212.4 degrees of freedom, p < 0.001; 160 people in the analysis, 131 with a value "
        "at this week.",
        "Free weights minus usual care: −14.1 mm, standard error 2.43, 95 % interval −18.9 to "
        "−9.3, 212.4 degrees of freedom, p < 0.001; 160 people in the analysis, 131 with a value "
        "at this week. Beside it, ANCOVA: −14.0 mm, standard error 2.43, 95 % interval −19.4 to "
        "−8.6, 197.0 degrees of freedom, p < 0.001.",
        "Not in the model: 3 in resistance bands (no score after baseline).",
        "Estimand: primary.",
        "Method: MMRM: change ~ arm * visit.",
        "Method beside it: ANCOVA: change ~ arm.",
    ]


def test_weighting_and_reference_are_told_where_the_rows_hold_them():
    found = replace(WEIGHTS, weighting="proportional", verified="validation/mmrm")
    told = items(found, level(), threshold())
    assert told[-2:] == [
        "Weighting of least-squares means: proportional.",
        "The method was compared with R's mmrm on reference trials (validation/mmrm).",
    ]


def test_the_estimand_is_called_by_its_words():
    words = replace(labels(), estimands={"primary": "Effect of the offer"})
    assert "Estimand: Effect of the offer." in items(*ROWS, words=words)


def test_a_covariate_that_is_missing_is_called_by_its_words():
    gone = row("left_out", 2, arm="bands", level="no pain_years")
    words = replace(labels(), variables={"pain_years": "Duration of pain (years)"})
    line = "Not in the model: 2 in resistance bands"
    assert f"{line} (no duration of pain (years))." in items(BANDS, gone, level(), words=words)
    assert f"{line} (no pain years)." in items(BANDS, gone, level())


def test_it_is_whole_html_that_markdown_leaves_alone():
    words = replace(labels(), estimands={"primary": "the *offer* <b>"})
    told = html(*ROWS, words=words)
    assert told.startswith("<p>")
    assert "\n" not in told
    assert "*" not in told
    soup = BeautifulSoup(told, "html.parser")
    assert [tag.name for tag in soup.children] == ["p", "ul"]
    assert not soup.find("b")
    assert not soup.select("p ul, p p, li li")


@pytest.mark.parametrize("planned", [True, False])
def test_without_a_page_it_is_a_line_an_item(planned):
    rows = [replace(each, planned=planned) for each in ROWS]
    first, *lines = plain(html(*rows)).split("\n")
    assert first == "Difference in means in pain intensity at week 16:"
    assert [line[:2] for line in lines[:6]] == ["- "] * 6
    assert lines[6:] == (
        [] if planned else ["Not as planned: this answer departs from what the plan asks."]
    )
