"""What read_study gives: the same typed tables from every format, without guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.data.problems import errors_of
from analysis.data.read import RawStudy, find_problems, read_study
from analysis.plan.schema import Plan

Sign = Callable[[Path], None]


@pytest.fixture
def folder(tiny_study: Path) -> Path:
    return tiny_study / "data" / "raw" / "tiny"


@pytest.fixture
def read(
    tiny_plan: Plan, tiny_study: Path, folder: Path, sign_study: Sign
) -> Callable[[], RawStudy]:
    def sign_and_read() -> RawStudy:
        sign_study(folder)
        return read_study(tiny_plan, tiny_study)

    return sign_and_read


def _same(one: RawStudy, other: RawStudy) -> None:
    for table in ("participants", "visits", "sessions", "events"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))


def test_a_good_study_has_no_problems(tiny_plan: Plan, tiny_study: Path) -> None:
    assert find_problems(tiny_plan, tiny_study) == []


def test_columns_have_the_types_of_plan_and_dictionary(read: Callable[[], RawStudy]) -> None:
    study = read()
    people, visits = study.participants, study.visits
    assert list(people.columns) == ["participant", "arm", "randomised", "age", "sex"]
    assert people["arm"].cat.ordered
    assert list(people["arm"].cat.categories) == ["usual_care", "bands"]
    assert list(people["sex"].cat.categories) == ["female", "male"]
    assert people["age"].dtype == "Int64"
    assert people["randomised"].iloc[0] == pd.Timestamp(2023, 1, 9)
    assert list(visits.columns) == ["participant", "day", "measure", "value", "row"]
    assert visits.loc[1].tolist() == ["P01", 56.0, "pain_vas", 58.5, 3]
    assert study.sessions["attended"].dtype == "boolean"
    assert list(study.sessions["band"].cat.categories) == ["red", "green", "blue"]
    assert study.events["serious"].tolist() == [False] * 5
    assert study.notes == ()
    assert sorted(study.hashes) == [
        "dictionary.csv",
        "events.csv",
        "participants.csv",
        "sessions.csv",
        "source.md",
        "visits.csv",
    ]
    assert study.dictionary.set_index("column").loc["sex", "levels"] == ("female", "male")


def test_the_reference_arm_comes_first_whatever_the_plan_s_order(
    tiny_plan: Plan, tiny_study: Path
) -> None:
    turned = dict(reversed(tiny_plan.arms.items()))
    study = read_study(replace(tiny_plan, arms=turned), tiny_study)
    assert list(study.participants["arm"].cat.categories) == ["usual_care", "bands"]


@pytest.mark.parametrize("table", ["participants", "visits", "sessions", "events"])
@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_every_format_gives_the_same(
    table: str, ending: str, folder: Path, read: Callable[[], RawStudy]
) -> None:
    from_csv = read()
    data = pd.read_csv(folder / f"{table}.csv")
    if table == "participants":
        data["randomised"] = pd.to_datetime(data["randomised"])
    if ending == "xlsx":
        data.to_excel(folder / f"{table}.xlsx", index=False)
    else:
        data.to_parquet(folder / f"{table}.parquet", index=False)
    (folder / f"{table}.csv").unlink()
    _same(read(), from_csv)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text + "\n,,,\n\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("pain_vas", '"pain_vas"'),
        lambda text: text.replace(",58.5", ", 58.50 "),
    ],
    ids=["mark", "crlf", "cr", "semicolon", "tab", "empty rows", "no end", "quotes", "spaces"],
)
def test_what_a_spreadsheet_program_adds_changes_nothing(
    change: Callable[[str], str], folder: Path, read: Callable[[], RawStudy]
) -> None:
    before = read()
    path = folder / "visits.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8", newline="")
    assert change(text) != text
    _same(read(), before)


def test_lines_are_those_of_the_file(folder: Path, read: Callable[[], RawStudy]) -> None:
    rows = (folder / "visits.csv").read_text(encoding="utf-8").splitlines()
    rows.insert(1, "")
    (folder / "visits.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert read().visits["row"].tolist() == list(range(3, 31))


def test_a_cell_over_two_lines_shifts_no_line(
    tiny_plan: Plan, tiny_study: Path, folder: Path, sign_study: Sign
) -> None:
    path = folder / "events.csv"
    text = path.read_text(encoding="utf-8").replace("sore shoulder", '"sore\nshoulder"')
    path.write_text(text.replace("P09,70,withdrew", "P09,70,left"), encoding="utf-8")
    sign_study(folder)
    (problem,) = find_problems(tiny_plan, tiny_study)
    assert (problem.file, problem.line, problem.column) == ("events.csv", 7, "event")


def test_weeks_become_days(folder: Path, read: Callable[[], RawStudy]) -> None:
    rows = [f"P{n:02d},{week},pain_vas,{50 + n - week}" for n in range(1, 11) for week in (0, 8)]
    text = "\n".join(["participant,week,measure,value", *rows]) + "\n"
    (folder / "visits.csv").write_text(text, encoding="utf-8")
    visits = read().visits
    assert visits["day"].tolist() == [0.0, 56.0] * 10
    assert "week" not in visits


def test_only_participants_and_visits_are_needed(
    folder: Path, tiny_plan: Plan, tiny_study: Path, sign_study: Sign
) -> None:
    for name in ("sessions.csv", "events.csv", "dictionary.csv"):
        (folder / name).unlink()
    people = pd.read_csv(folder / "participants.csv")[["participant", "arm"]]
    people.to_csv(folder / "participants.csv", index=False)
    sign_study(folder)
    asked = {"flow": tiny_plan.questions["flow"]}  # the others ask for age and sex
    study = read_study(replace(tiny_plan, questions=asked), tiny_study)
    assert study.participants["randomised"].isna().all()
    assert len(study.sessions) == len(study.events) == 0
    assert {"attended", "exertion", "load_unit"} <= set(study.sessions.columns)
    assert {"event", "related", "serious"} <= set(study.events.columns)
    assert [(note.file, note.severity) for note in study.notes] == [("dictionary.csv", "note")]


@pytest.mark.parametrize("empty", ["", "NA"])
def test_rows_without_a_value_are_no_rows(
    empty: str, folder: Path, read: Callable[[], RawStudy]
) -> None:
    path = folder / "visits.csv"
    text = path.read_text(encoding="utf-8").replace(
        "P01,56,pain_vas,58.5", f"P01,56,pain_vas,{empty}"
    )
    path.write_text(text, encoding="utf-8")
    study = read()
    assert len(study.visits) == 27
    assert [note.rule for note in study.notes] == ["rows without a value: 1"]


def _workbook(folder: Path) -> openpyxl.Workbook:
    data = pd.read_csv(folder / "visits.csv")
    book = openpyxl.Workbook()
    book.active.append(list(data.columns))
    for row in data.itertuples(index=False):
        book.active.append(list(row))
    (folder / "visits.csv").unlink()
    return book


def _found(plan: Plan, root: Path) -> list[tuple[int | None, str, str]]:
    return [(p.line, p.column, p.rule) for p in errors_of(find_problems(plan, root))]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("=40+9", "a formula whose result is not stored"),
        ("#REF!", "a formula that ends in an error"),
        (date(2023, 3, 1), "a date in place of a number"),
        (True, "not a number"),
        ("49,5", "a decimal comma"),
    ],
)
def test_cells_of_a_workbook(
    cell: object, words: str, tiny_plan: Plan, tiny_study: Path, folder: Path, sign_study: Sign
) -> None:
    book = _workbook(folder)
    book.active["D15"] = cell
    book.save(folder / "visits.xlsx")
    sign_study(folder)
    assert _found(tiny_plan, tiny_study) == [(15, "value", words)]


def test_merged_cells_are_refused(
    tiny_plan: Plan, tiny_study: Path, folder: Path, sign_study: Sign
) -> None:
    book = _workbook(folder)
    book.active.merge_cells("F2:F3")
    book.save(folder / "visits.xlsx")
    sign_study(folder)
    assert [rule for *_, rule in _found(tiny_plan, tiny_study)] == [
        "cells are merged, so some rows have no value"
    ]


def test_of_several_sheets_the_one_of_the_table_s_name_is_read(
    tiny_plan: Plan, tiny_study: Path, folder: Path, sign_study: Sign
) -> None:
    book = _workbook(folder)
    book.create_sheet("remarks").append(["checked twice"])
    book.save(folder / "visits.xlsx")
    sign_study(folder)
    assert [rule for *_, rule in _found(tiny_plan, tiny_study)] == [
        "the workbook has several sheets"
    ]
    book.active.title = "visits"
    book.save(folder / "visits.xlsx")
    sign_study(folder)
    assert find_problems(tiny_plan, tiny_study) == []
