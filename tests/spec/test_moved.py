"""A rerun says what moved and why: exactly the numbers that differ, and the cell behind them."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from bs4 import BeautifulSoup

from analysis.errors import MovedError, UsageError
from analysis.run.compare import compare_named, told
from tests import conftest
from tests.spec.quick_run import calculating_project, quick_run
from tests.spec.run_books import analysis, bytes_of, write_chapter

# All tests of this file share one project, so one worker runs them in order.
pytestmark = pytest.mark.xdist_group("moved")
OLD, NEW = "58.5", "59.4375"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A study run as `first`, and as `main` before and after a cell of its data was changed."""
    root = calculating_project(tmp_path_factory.mktemp("project"))
    quick_run(root, "first")
    quick_run(root)
    change(root, f"P01,56,pain_vas,{OLD}", f"P01,56,pain_vas,{NEW}")
    quick_run(root)
    return root


def change(root, old, new, file="visits.csv"):
    path = root / "data" / "raw" / "tiny" / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    conftest.sign(path.parent)


def rows_of(root, run):
    """The numbers of a run as text, by id; read without the code that is tested."""
    with (root / "reports" / "tiny" / run / "results.csv").open() as file:
        return {row.pop("id"): row for row in csv.DictReader(file)}


def moved(root, run="main"):
    return json.loads((root / "reports" / "tiny" / run / "moved.json").read_text())


def page(root):
    text = (root / "reports" / "tiny" / "main" / "report.html").read_text()
    return BeautifulSoup(text, "html.parser").select_one("section[aria-labelledby=moved]")


def test_the_listed_rows_are_exactly_those_whose_numbers_differ(project):
    before, after = rows_of(project, "first"), rows_of(project, "main")
    differ = {key for key in after if before[key] != after[key]}
    said = moved(project)["results"]
    assert {row["id"] for row in said["changed"]} == differ
    assert said["added"] == said["removed"] == []
    assert said["unchanged"] == len(after) - len(differ)
    # The cell is a score at week 8: no row of the baseline table depends on it.
    assert differ
    assert all(key.startswith("primary.") for key in differ)
    assert any(key.startswith("baseline.") for key in after)
    for row in said["changed"]:
        columns = [
            name for name in after[row["id"]] if before[row["id"]][name] != after[row["id"]][name]
        ]
        assert list(row["columns"]) == columns


def test_the_furthest_row_comes_first(project):
    shifts = [row["standard_errors"] for row in moved(project)["results"]["changed"]]
    known = [shift for shift in shifts if shift is not None]
    assert known == sorted(known, reverse=True)
    assert shifts[: len(known)] == known
    assert known[0] > 0


def test_the_cell_is_named_by_file_line_and_column(project):
    (cause,) = moved(project)["inputs"]
    assert (cause["kind"], cause["name"], cause["change"]) == ("data", "visits.csv", "changed")
    assert cause["place"] == "line 3, column value"
    told_why = page(project).select_one("#moved-why + .pairs")
    assert told_why.dt.text == "Data visits.csv"
    assert told_why.dd.text == "changed: line 3, column value"


def test_no_value_of_a_person_and_no_digest_leaves_the_data(project):
    digests = project / "data" / "processed" / ".cells" / "tiny"
    names = {path.stem for path in digests.glob("*.parquet")}
    key = (digests / "key").read_bytes()
    said = told(compare_named("first", "main", project))
    for name, content in bytes_of(project / "reports").items():
        assert NEW.encode() not in content, name
        assert key not in content, name
        assert key.hex().encode() not in content, name
    assert NEW not in said
    assert OLD not in said
    assert OLD not in page(project).text
    assert names


def test_the_page_links_each_row_that_moved(project):
    links = page(project).select("table.moves th a")
    listed = [row["id"] for row in moved(project)["results"]["changed"]]
    assert [a.text for a in links] == listed
    assert all(a["href"] == f"#r-{a.text}" for a in links)


def test_a_run_without_a_former_one_says_so(project):
    assert moved(project, "first")["compared_with"] is None


def test_a_rerun_that_changes_nothing_keeps_what_was_said(project):
    before = (project / "reports/tiny/main/moved.json").read_bytes()
    quick_run(project)
    assert (project / "reports/tiny/main/moved.json").read_bytes() == before
    assert analysis(project, "report", "tiny").returncode == 0
    assert (project / "reports/tiny/main/moved.json").read_bytes() == before


def test_the_answer_before_and_now_comes_first(project):
    """In words, with the number that it had and the one that it has."""
    was, now = (
        json.loads((project / "reports/tiny" / run / "status.json").read_text())["headline"]
        for run in ("first", "main")
    )
    said = moved(project)
    assert was != now
    assert said["answer"] == {"before": was, "after": now}
    shown = page(project).select_one("#moved-answer + .pairs")
    assert [(d.dt.text, d.dd.text) for d in shown.select("div")] == [("Before", was), ("Now", now)]
    marked = [[mark.text for mark in d.select("mark")] for d in shown.select("div")]
    assert all(any(sign.isdigit() for sign in words) for found in marked for words in found[:1])
    assert len(" ".join(marked[0])) < len(was) / 2
    lines = told(compare_named("first", "main", project)).splitlines()
    assert lines[2] == "The answer on the front page"
    assert " ".join(f"Before {was} Now {now}".split()) in " ".join(" ".join(lines).split())


def test_an_answer_that_is_the_same_is_not_told_twice(project):
    same = told(compare_named("main", "main", project))
    assert "The answer on the front page is the same, word for word." in same
    assert "Before" not in same


def test_results_that_were_not_calculated_again_are_told_from_those_that_did_not_move(project):
    """Only the chapter about people is run again; nothing is known of the others."""
    rows = rows_of(project, "main")
    people = [row for row in rows.values() if row["chapter"] == "01_people"]
    former = project / "reports" / "tiny" / "main"
    again = project / "reports" / "tiny" / "again"
    shutil.copytree(former, again)
    try:
        notes = json.loads((again / "provenance.json").read_text())
        notes["times"]["chapters"]["01_people"]["seconds"] += 1
        (again / "provenance.json").write_text(json.dumps(notes))
        compared = compare_named("main", "again", project)
    finally:
        shutil.rmtree(again)
    assert compared.record()["results"]["not_recalculated"] == len(rows) - len(people)
    assert told(compared).splitlines()[0] == (
        f"tiny/again compared with tiny/main: {len(people)} results were calculated again, none of "
        f"them changed; {len(rows) - len(people)} were not calculated again."
    )


def test_it_is_told_in_words_and_as_json(project):
    compared = compare_named("tiny/first", "tiny/main", project)
    said = moved(project)
    first, *lines = told(compared).splitlines()
    assert first == (
        f"tiny/main compared with tiny/first: {len(said['results']['changed'])} of "
        f"{len(rows_of(project, 'main'))} results changed."
    )
    assert "  Data visits.csv  changed: line 3, column value" in lines
    as_json = json.loads(told(compared, as_json=True))
    assert as_json["results"] == said["results"]
    assert as_json["inputs"] == said["inputs"]


def test_the_limit_gives_an_exit_code_of_its_own(project):
    done = analysis(project, "compare", "first", "main", "--fail-on", "0.01")
    assert done.returncode == 16
    assert "moved by more than 0.01 standard errors" in done.stderr
    assert done.stdout.startswith("tiny/main compared with tiny/first")


@pytest.mark.parametrize("limit", ["any", "0", "5"])
def test_what_has_no_standard_error_is_beyond_every_limit(project, limit):
    with pytest.raises(MovedError):
        compare_named("first", "main", project, limit).refuse(limit)


def test_a_run_is_the_same_as_itself(project, monkeypatch):
    monkeypatch.chdir(project)
    compared = compare_named("main", "reports/tiny/main", project, "any")
    compared.refuse("any")
    assert "no result moved" in told(compared)
    assert "Nothing differs" in told(compared)


@pytest.mark.parametrize(
    ("before", "after", "limit", "says"),
    [
        ("main", "nosuch", None, "There is no finished run `nosuch`"),
        ("main", "main", "much", "no threshold"),
        ("main", "main", "-1", "no threshold"),
        ("main", "main", "nan", "no threshold"),
    ],
)
def test_what_cannot_be_compared_is_told(project, before, after, limit, says):
    with pytest.raises(UsageError, match=says):
        compare_named(before, after, project, limit)


def test_runs_of_two_studies_are_refused_and_a_name_of_both_is_asked_about(project):
    other = project / "reports" / "other" / "main"
    shutil.copytree(project / "reports" / "tiny" / "main", other)
    notes = other / "provenance.json"
    notes.write_text(notes.read_text().replace('"study": "tiny"', '"study": "other"'))
    try:
        with pytest.raises(UsageError, match="two studies: tiny and other"):
            compare_named("tiny/main", "other/main", project)
        with pytest.raises(UsageError, match="Several studies have a run `main`"):
            compare_named("first", "main", project)
    finally:
        shutil.rmtree(other.parent)


def test_a_plan_key_a_parameter_and_a_chapter_are_named(project):
    plan = project / "plans" / "tiny.yaml"
    plan.write_text(plan.read_text().replace("seed: 1\n", "seed: 2\n").replace("- age\n", ""))
    write_chapter(project, "02_effect", "ask(None, again=True)")
    quick_run(project, week=8)
    causes = {(c["kind"], c["name"]): c for c in moved(project)["inputs"]}
    assert ("seed", "seed") in causes
    assert causes["seed", "seed"]["before"] == "1"
    assert causes["chapter", "02_effect"]["place"] == "cell 3 (code-0)"
    given = causes["parameter", "02_effect: week"]
    assert (given["before"], given["after"]) == ("as planned", "8")
    assert not [kind for kind, _ in causes if kind not in ("seed", "plan", "chapter", "parameter")]
    results = moved(project)["results"]
    assert results["added"]
    assert results["removed"]
    # What is new and gone is counted by question, and no row of a table says only that.
    (primary,) = (
        [cell.text for cell in row.select("td")]
        for row in page(project).select("table:not(.moves) tbody tr")
        if "pain" in row.th.text.lower()
    )
    assert primary[1:] == [
        str(sum(key.startswith("primary.") for key in results[name]))
        for name in ("added", "removed")
    ]
    assert not {"new", "gone"} & {cell.text for cell in page(project).select("table.moves td")}


def test_results_that_only_lost_the_mark_as_planned_are_one_line(project):
    """Of week 8 the same numbers were there before; nothing but the mark differs."""
    results = moved(project)["results"]
    only = [row["id"] for row in results["changed"] if list(row["columns"]) == ["planned"]]
    assert only
    assert f"{len(only)} results only lost the mark as planned" in page(project).text
    assert not {row.th.text for row in page(project).select("table.moves tbody tr")} & {*only}


def test_a_former_run_that_cannot_be_read_stops_nothing(project):
    (project / "reports" / "tiny" / "main" / "results.parquet").write_bytes(b"spoiled")
    quick_run(project)
    assert moved(project)["unreadable"]
    assert "it cannot be read" in page(project).text
