"""Visits as clinics keep them, a column for each score: recognised, and told with an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.data.files.wide import wide_visits
from analysis.data.problems import to_html, to_text
from analysis.data.read import find_problems

MEASURES = ("pain_vas", "disability_odi")
PERSON = "the table has one row for each person, and a column for each score"
VISIT = "the table has one row for each person and visit, and a column for each score"


def _told(names: list[str]) -> tuple[str, list[str]]:
    (problem,) = wide_visits("visits.csv", names, MEASURES)
    return problem.rule, re.findall(r"^  (.*)$", problem.do, re.MULTILINE)


@pytest.mark.parametrize(
    ("names", "rule", "lines"),
    [
        (
            ["participant", "sex", "pain_0", "pain_16", "odi_0"],
            PERSON,
            ["(participant),0,pain_vas,(pain_0)", "(participant),16,pain_vas,(pain_16)"],
        ),
        (
            ["id", "odi_baseline", "vas_baseline", "odi_wk16"],
            PERSON,
            ["(id),0,disability_odi,(odi_baseline)", "(id),16,disability_odi,(odi_wk16)"],
        ),
        (
            ["Nr", "Schmerz T1", "Schmerz T2"],
            PERSON,
            ["(Nr),WEEK,MEASURE,(Schmerz T1)", "(Nr),WEEK,MEASURE,(Schmerz T2)"],
        ),
        (
            ["participant", "week", "pain", "odi"],
            VISIT,
            ["(participant),(week),pain_vas,(pain)", "(participant),(week),disability_odi,(odi)"],
        ),
    ],
)
def test_two_lines_show_what_is_needed_in_the_users_own_columns(
    names: list[str], rule: str, lines: list[str]
) -> None:
    assert _told(names) == (rule, ["participant,week,measure,value", *lines])


def test_days_stay_days() -> None:
    assert _told(["participant", "day", "pain"])[1] == [
        "participant,day,measure,value",
        "(participant),(day),pain_vas,(pain)",
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["participant", "day", "measure", "value"],
        ["participant", "day", "measure", "score", "item_1", "item_2"],
        ["participant", "day", "measurement", "score"],
        ["participant", "day"],
        ["participant", "pain_0"],
        ["a", "b", "c"],
        [],
    ],
)
def test_another_fault_is_not_taken_for_it(names: list[str]) -> None:
    assert wide_visits("visits.csv", names, MEASURES) == []


@pytest.mark.parametrize("person", ["participant", "id"])
def test_a_wide_table_is_the_one_problem_of_its_study(
    person, tiny_plan, tiny_study, sign_study
) -> None:
    raw = Path(tiny_study) / "data/raw/tiny"
    (raw / "visits.csv").write_text(f"{person},pain_0,pain_8,pain_16\nP01,60,50,41\nP02,55,50,47\n")
    sign_study(raw)
    (found,) = find_problems(tiny_plan, tiny_study)
    assert (found.file, found.line, found.column, found.rule) == ("visits.csv", 1, "", PERSON)
    assert f"({person}),0," in found.do
    lines = to_text([found]).splitlines()
    assert lines[2] == "        participant,week,measure,value"
    assert [line.split(",")[1] for line in lines[3:5]] == ["0", "8"]
    # A person's score stands in no message.
    assert not re.search(r"\b(60|50|41|55|47|P01|P02)\b", to_text([found]))


def test_the_page_keeps_the_lines_apart(tmp_path: Path) -> None:
    page = tmp_path / "found.html"
    to_html(wide_visits("visits.csv", ["id", "pain_0", "pain_16"], MEASURES), page)
    assert "white-space: pre-line" in page.read_text()
    assert "value\n  (id),0,pain_vas,(pain_0)\n" in page.read_text()
