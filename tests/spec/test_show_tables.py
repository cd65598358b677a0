"""Tables: the numbers of the rows, each leading to its row, with their notes."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from analysis.errors import ClaimError
from analysis.show.tables import TABLES
from analysis.show.tables.dress import dress
from analysis.terms import PSEUDO_PARTICIPANTS_NOTE, SIMULATED_NOTE
from tests.spec.show_book import PUBLISHED_TABLES, book_rows, sample
from tests.spec.show_rows import effect, frame, labels, level, row, threshold

ALL = frame(*book_rows())


def table(name: str, rows=None, words=None) -> BeautifulSoup:
    """A table as a browser reads it."""
    rows = sample(name) if rows is None else rows
    html = TABLES[name](rows, words or labels()).as_raw_html()
    return BeautifulSoup(html, "html.parser")


def lines(soup: BeautifulSoup) -> list[list[str]]:
    """The text of the cells of every line of the body."""
    return [
        [cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])]
        for line in soup.tbody.find_all("tr")
    ]


@pytest.mark.parametrize("name", [name for name in TABLES if name not in PUBLISHED_TABLES])
@pytest.mark.parametrize(
    ("made", "stamp", "note"),
    [
        ("simulated", "Simulated data", SIMULATED_NOTE),
        ("pseudo_participants", "Pseudo-participants", PSEUDO_PARTICIPANTS_NOTE),
    ],
)
def test_a_table_says_that_nobody_real_is_in_it(name, made, stamp, note):
    told = table(name, words=labels(**{made: True}))
    assert told.select_one("thead .stamp").get_text() == stamp
    assert note in told.tfoot.get_text(" ")
    assert stamp not in table(name).get_text(" ")


@pytest.mark.parametrize("name", PUBLISHED_TABLES)
@pytest.mark.parametrize("made", ["simulated", "pseudo_participants"])
def test_real_people_of_published_trials_are_not_called_simulated(name, made):
    assert table(name, words=labels(**{made: True})) == table(name)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_each_time_with_an_id_of_its_own(name):
    one, other = (TABLES[name](sample(name), labels()).as_raw_html() for _ in range(2))
    assert one == other
    ids = [tag["id"] for tag in BeautifulSoup(one, "html.parser").find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert ids[0].startswith(f"table-{name.replace('_', '-')}")


def test_no_two_tables_share_an_id():
    firsts = [table(name).find(id=True)["id"] for name in TABLES]
    assert len(set(firsts)) == len(firsts)


@pytest.mark.parametrize("name", TABLES)
def test_every_digit_in_the_body_leads_to_a_row(name):
    soup = table(name)
    known = set(sample(name)["id"])
    for link in soup.find_all("a", class_="num"):
        assert unquote(link["href"]).removeprefix("#r-") in known
    for cell in soup.tbody.find_all("td"):
        for link in cell.find_all("a"):
            link.decompose()
        words = cell.get_text()
        assert not re.search(r"\d", words) or name in ("thresholds", "diagnostics"), words


@pytest.mark.parametrize("name", TABLES)
def test_no_table_is_empty(name):
    """Headings with nothing below them say neither what was found nor that nothing was."""
    cells = table(name).tbody.find_all("td")
    # What is told in words, as a judgement of bias, leads to its row as a number does.
    assert any(
        cell.select("a.num") or re.search(r"\d|not available", cell.get_text()) for cell in cells
    )


def test_a_table_without_rows_is_refused():
    with pytest.raises(ClaimError, match="The table 'Harms' has no rows"):
        dress([], [], labels(), name="harms", title="Harms", headings={"row": "Event"})


@pytest.mark.parametrize("name", TABLES)
def test_headings_say_what_they_head(name):
    soup = table(name)
    assert all(
        th.get("scope") in ("col", "row", "colgroup", "rowgroup") for th in soup.find_all("th")
    )
    assert soup.table["aria-labelledby"]


def test_the_flow_table():
    body = lines(table("flow"))
    assert body[0] == ["Assessed", "312", "", "", ""]
    assert body[2] == ["pain too low", "41", "", "", ""]
    assert ["Randomised", "240", "80", "80", "80"] in body
    assert ["per protocol", "", "80", "55", "61"] in body
    # Those who withdrew are counted again among those lost: the table holds both.
    assert ["Withdrew", "", "21", "14", "16"] in body
    assert ["Lost to follow-up", "", "24", "17", "18"] in body


def test_populations_and_estimands_are_called_by_their_words():
    words = replace(
        labels(),
        populations={"per_protocol": "people who <trained>"},
        estimands={"primary": "Effect of the <offer>"},
    )
    place = {"question": "flow", "measure": None, "arm": "bands"}
    counts = frame(row("count", 55, level="in the population: per_protocol", **place))
    assert lines(table("flow", counts, words))[1] == ["people who <trained>", "55"]
    for name in ("differences", "ls_means"):
        notes = [note.get_text() for note in table(name, words=words).tfoot.find_all("td")]
        assert "Estimand: Effect of the <offer>." in notes


def test_two_counts_of_the_same_people_are_refused():
    twice = [row("count", 3, question="flow", measure=None, level="withdrew", arm="bands")] * 2
    with pytest.raises(ClaimError, match="same people"):
        TABLES["flow"](frame(*twice), labels())


def test_the_baseline_table():
    body = lines(table("baseline"))
    assert ["Mean (SD)", "46.3 (12.1)", "45.1 (11.6)"] in body
    assert ["Quartiles", "37 to 55", "– not available"] in body
    assert ["Missing", "0", "1"] in body
    assert ["female", "44 (55 %)", "41 (51 %)"] in body
    assert "p" not in [cell for line in body for cell in line]
    note = table("baseline").tfoot.get_text()
    assert "Mean (standard deviation); median; lower to upper quartile; count" in note


def test_a_baseline_variable_has_the_words_of_the_dictionary():
    words = replace(labels(), variables={"age": "Age <in> years"})
    groups = [line[0] for line in lines(table("baseline", words=words)) if len(line) == 1]
    assert groups == ["Age <in> years", "Sex", "Pain intensity (mm)"]


def test_the_table_of_means():
    body = lines(table("ls_means"))
    assert body[3] == [
        "Week 16", "−7.0 (−11.3 to −2.7)", "66", "−15.9 (−20.2 to −11.6)", "66",
        "−21.4 (−25.7 to −17.1)", "66",
    ]  # fmt: skip
    assert "Usual care (n = 80 )" in table("ls_means").thead.get_text(" ", strip=True)


def test_the_table_of_differences():
    soup = table("differences")
    assert ["Week 16", "−8.9", "2.43", "−15.4 to −2.5", "212.4", "<0.001", "132"] in lines(soup)
    assert ["Week 16 (ANCOVA)", "−8.6", "2.43", "−13.9 to −3.3", "212.4", "<0.001", "131"] in lines(
        soup
    )
    words = soup.get_text(" ", strip=True)
    assert "negative favours the first-named group" in words
    assert "Method: MMRM: change ~ arm * visit; ANCOVA: change ~ arm." in words
    assert "Estimand: primary." in words


def test_changes_of_one_group_have_no_column_that_is_empty():
    rows = frame(
        row("change", -3.4, week=16, arm="barbell", lower=-4.4, upper=-2.5, se=0.46), level()
    )
    soup = table("differences", rows, labels(1))
    assert lines(soup)[1] == ["Week 16", "−3.4", "0.46", "−4.4 to −2.5", "– not available"]
    assert "Change from baseline in pain intensity" in soup.get_text()


def test_a_score_that_was_modelled_itself_is_not_called_a_change():
    method = "MMRM: value ~ arm * visit"
    rows = frame(row("ls_mean", 40, week=16, arm="bands", lower=36, upper=44, method=method))
    assert "Mean of pain intensity by week" in table("ls_means", rows).get_text()
    assert "Mean change in pain intensity" in table("ls_means").get_text()


def test_the_observed_table_starts_at_baseline():
    body = lines(table("observed"))
    assert body[0][:3] == ["Baseline", "54.3", "80"]
    assert body[1][:3] == ["Week 4", "51.3 (15.0)", "78"]


def test_the_tables_of_gaps_diagnostics_correlations_and_thresholds():
    assert lines(table("missing"))[0] == ["Week 4", "5 %", "4 %", "6 %"]
    assert [
        "Skewness of the residuals",
        "0.12",
        "0 where they spread evenly to both sides",
    ] in lines(table("diagnostics"))
    assert lines(table("correlations"))[0][:2] == ["Week 8", "0.78"]
    kinds = lines(table("thresholds"))
    assert kinds[1][:2] == ["Smallest worthwhile effect", "10.9 mm"]
    assert " ".join(kinds[1][2].split()).replace("( ", "(") == (
        "20 % of the comparator's mean at the start (54.5 mm); discrete choice study, 2024"
    )
    assert kinds[3][0] == "Minimal important change"


def test_who_is_not_in_the_model_is_noted_in_words():
    gone = row("left_out", 2, arm="bands", level="no pain_years")
    words = replace(
        labels(),
        arms={**labels().arms, "bands": "Bands <at home>"},
        variables={"pain_years": "Duration of pain (years)"},
    )
    for name, whose in (("missing", "all people"), ("observed", "those in the model")):
        note = table(name, frame(*book_rows(), gone), words).tfoot.get_text()
        assert "Not in the model: 2 of bands <at home>, no duration of pain (years)." in note
        assert whose in note


def test_what_was_not_planned_wears_a_badge():
    planned = frame(effect("bands", -9, -15, -3), level(), threshold())
    departs = frame(replace(effect("bands", -9, -15, -3), planned=False), level(), threshold())
    soup = table("differences", departs)
    assert soup.select_one("thead .badge.not-as-planned").get_text() == "Not as planned"
    assert soup.tbody.select_one(".not-as-planned")
    assert "departs from what the plan asks" in soup.get_text()
    assert "ot as planned" not in table("differences", planned).get_text()


def test_a_result_that_is_not_there_is_named():
    for name in TABLES:
        with pytest.raises(ClaimError, match="There is no result"):
            TABLES[name](frame(row("other", 1)), labels())


def test_rows_of_two_questions_are_not_mixed():
    rows = [effect("bands", -9, -15, -3), effect("bands", -9, -15, -3, question="other")]
    with pytest.raises(ClaimError, match="one question"):
        TABLES["differences"](frame(*rows), labels())


def test_an_arm_without_words_is_refused():
    with pytest.raises(ClaimError, match="'machines'"):
        TABLES["differences"](frame(effect("machines", -9, -15, -3), level()), labels())


def test_words_of_the_plan_are_escaped():
    words = replace(
        labels(), arms={"usual_care": "<b>usual</b>", "bands": "b", "free_weights": "f"}
    )
    for name in ("flow", "baseline", "ls_means", "differences", "missing"):
        assert "<b>usual" not in TABLES[name](ALL, words).as_raw_html()


def test_sentences_and_tables_need_no_drawing_library():
    code = (
        "import sys; from analysis.show.sentences import SENTENCES; "
        "from analysis.show.descriptions import DESCRIPTIONS; "
        "sys.exit('matplotlib' in sys.modules or 'seaborn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
