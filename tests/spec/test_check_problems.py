"""The table of problems as text, CSV and HTML: with values only for the one who asks for them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.problems import (
    PLACES_KEPT,
    DataProblems,
    Problem,
    errors_of,
    located,
    to_csv,
    to_frame,
    to_html,
    to_text,
)
from analysis.data.read import find_problems

CELL, PERSON = "585 <b>", "P-0815"
OFF = Problem(
    "visits.csv", 3, "value", "off the range", "correct it", value=CELL, participant=PERSON
)
NOTE = Problem("visits.csv", 9, "day", "outside every window", "check the day", "note")
WHOLE = Problem("events.csv", None, "", "the file is empty", "fetch it again")


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_text_is_grouped_and_says_what_to_do() -> None:
    again = Problem("visits.csv", 7, "value", "off the range", "correct it")
    assert to_text([NOTE, OFF, WHOLE, again]) == (
        "  events.csv\n"
        "    the file is empty. Fetch it again.\n"
        "  visits.csv\n"
        "    lines 3, 7, column value: off the range. Correct it.\n"
        "    note: line 9, column day: outside every window. Check the day."
    )


def test_text_shows_values_only_where_asked() -> None:
    assert CELL not in to_text([OFF])
    assert PERSON not in to_text([OFF])
    assert f"3 ('{PERSON}', '{CELL}')" in to_text([OFF], with_values=True)


def test_long_texts_are_cut_and_say_so() -> None:
    many = [Problem("visits.csv", n, f"c{n:02d}", "wrong", "right it") for n in range(25)]
    text = to_text(many)
    assert text.count("wrong") == 20
    assert text.endswith("and 5 more; `analysis check` with `--csv FILE` writes them all")


def test_one_fault_in_a_long_table_is_counted() -> None:
    found = located("visits.csv", range(2, PLACES_KEPT + 12), "value", "wrong", "right it")
    assert len(found) == PLACES_KEPT + 1
    assert found[-1].rule == "wrong: and 10 more lines"
    assert found[-1].line == PLACES_KEPT + 2


@pytest.mark.parametrize("with_values", [False, True])
def test_csv_holds_every_problem(with_values: bool, tmp_path: Path) -> None:
    to_csv([OFF, NOTE, WHOLE], tmp_path / "problems.csv", with_values)
    read = pd.read_csv(tmp_path / "problems.csv")
    private = ["value", "participant"] if with_values else []
    assert list(read.columns) == ["file", "line", "column", "rule", "do", "severity", *private]
    assert read["line"].tolist()[:2] == [3, 9]
    assert read["severity"].tolist() == ["error", "note", "error"]
    assert (CELL in (tmp_path / "problems.csv").read_text(encoding="utf-8")) is with_values


def test_the_page_can_be_read_by_everybody(tmp_path: Path) -> None:
    to_html([OFF, NOTE], tmp_path / "problems.html", with_values=True)
    text = (tmp_path / "problems.html").read_text(encoding="utf-8")
    page = Page(text)
    assert ("html", {"lang": "en"}) in page.tags
    assert "1 errors, which stop the analysis, and 1 notes" in page.words
    assert [tag for tag, _ in page.tags].count("caption") == 1
    headings = [kind["scope"] for tag, kind in page.tags if tag == "th"]
    assert headings == ["col"] * 8 + ["row"] * 2
    assert CELL in page.words
    assert "<b>" not in text
    assert not [kind for _, kind in page.tags if "src" in kind or "href" in kind]
    assert "Keep it beside the data" in page.words


def test_the_page_without_values(tmp_path: Path) -> None:
    to_html([OFF], tmp_path / "problems.html")
    page = Page((tmp_path / "problems.html").read_text(encoding="utf-8"))
    assert PERSON not in page.words
    assert "585" not in page.words
    assert "Keep it beside the data" not in page.words


def test_the_error_counts_errors_and_keeps_notes() -> None:
    error = DataProblems([OFF, NOTE, WHOLE], "tiny")
    assert str(error).startswith("The data of the study tiny break the rules at 2 places.")
    assert "outside every window" not in str(error)
    assert "data/raw/tiny" in str(error)
    assert list(error.to_frame()["severity"]) == ["error", "note", "error"]
    assert error.exit_code == 11


def test_no_problems_are_an_empty_table() -> None:
    assert to_frame([]).empty
    assert to_text([]) == ""


@pytest.mark.parametrize("cell", ["Bands", "BANDS", "Usual care", "usual-care"])
def test_a_word_in_another_spelling_is_said_to_be_that_and_is_not_shown(
    cell: str, tiny_plan, tiny_study, sign_study
) -> None:
    people = tiny_study / "data/raw/tiny/participants.csv"
    people.write_text(people.read_text().replace("P10,bands", f"P10,{cell}"))
    sign_study(people.parent)
    (found,) = errors_of(find_problems(tiny_plan, tiny_study))
    assert (found.line, found.column) == (11, "arm")
    assert found.rule == (
        "an arm that the plan does not know: it differs from one of them in capitals, spaces or "
        "dashes only"
    )
    assert found.do == "write one of the plan's arms: usual_care, bands"
    assert found.value == cell
    assert cell not in to_text([found])


def test_a_changed_file_is_put_back_or_its_change_is_told(tiny_plan, tiny_study) -> None:
    people = tiny_study / "data/raw/tiny/participants.csv"
    people.write_text(people.read_text().replace("09,34,female", "09,35,female"))
    (found,) = errors_of(find_problems(tiny_plan, tiny_study))
    assert found.do == (
        "put the file back as received; or, if the change is right, say in source.md what was "
        "changed and why, and then write the checksums anew: `sha256sum *.* > SHA256SUMS`"
    )
