"""The index lists every run, failures first, and nothing that is still being built."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from analysis.report.index import IN_FULL, write_index


def put(reports, study, folder, **status):
    path = reports / study / folder / "status.json"
    path.parent.mkdir(parents=True)
    common = {"study": study, "run": folder.split(".")[0], "finished": "2026-01-02T03:04:05+00:00"}
    path.write_text(json.dumps(common | status))


def complete(reports, study, folder="main", headline="Less pain.", **more):
    common = {
        "status": "complete", "title": f"Trial {study}", "headline": headline, "stamp": "",
        "departures": [], "chapters": ["01_x"],
    }  # fmt: skip
    put(reports, study, folder, **(common | more))


def failed(reports, study, run="main"):
    failure = {
        "stage": "03_x", "kind": "ModelError", "text": "Did not <converge>.\n  Where: there",
        "exit_code": 12, "notebook": "chapters/03_x.failed.ipynb",
    }  # fmt: skip
    put(reports, study, f"{run}.failed", status="failed", failures=[failure])


def page_of(tmp_path):
    return BeautifulSoup(write_index(tmp_path).read_text(), "html.parser")


def rows_of(page):
    return [[cell.get_text(" ", strip=True) for cell in row("th") + row("td")]
            for row in page.select("#runs tbody tr")]  # fmt: skip


def test_what_failed_comes_first_with_its_error_and_the_last_good_report(tmp_path):
    complete(tmp_path, "demo")
    complete(tmp_path, "alpha", simulated=True)
    failed(tmp_path, "demo")
    page = page_of(tmp_path)
    assert [h.text for h in page("h3")] == ["demo, run main"]
    trouble = page.select_one("article.trouble")
    assert "Did not <converge>." in trouble.pre.text
    assert [a["href"] for a in trouble("a")] == ["demo/main/report.html"]
    # A browser shows a notebook as a heap of signs: it is named, not linked.
    assert trouble.code.text == "reports/demo/main.failed/chapters/03_x.failed.ipynb"
    assert not page.select("a[href$=ipynb]")
    assert [row[1] for row in rows_of(page)] == ["failed", "complete", "complete"]


def test_every_run_is_a_row_that_leads_to_its_report(tmp_path):
    complete(tmp_path, "demo", "week-8", headline="Less pain at week 8.")
    failed(tmp_path, "alpha")
    page = page_of(tmp_path)
    assert rows_of(page) == [
        ["alpha", "failed", "alpha", "main", "03_x: ModelError. Did not <converge>.", "2026-01-02"],
        ["Trial demo", "complete", "demo", "week-8", "Less pain at week 8.", "2026-01-02"],
    ]
    assert [a["href"] for a in page.select("#runs a")] == ["#failed-1", "demo/week-8/report.html"]
    assert "alpha" in page.find(id="failed-1").text


def test_simulated_and_departures_are_marked(tmp_path):
    complete(tmp_path, "demo", stamp="Simulated data", departures=["week = 8"])
    assert [t.text for t in page_of(tmp_path).select(".tag")] == [
        "Simulated data", "not as planned",
    ]  # fmt: skip


def test_a_run_that_is_being_built_is_not_listed(tmp_path):
    complete(tmp_path, "demo", ".main.building")
    complete(tmp_path, "demo", ".main.old")
    assert "No run is finished yet" in page_of(tmp_path).text


def test_a_flood_of_failures_is_told_in_lines(tmp_path):
    for number in range(IN_FULL + 5):
        failed(tmp_path, "demo", f"run-{number}")
    page = page_of(tmp_path)
    assert len(page.select("article.trouble")) == IN_FULL
    assert len(rows_of(page)) == IN_FULL + 5
    assert len(page.select("#runs a")) == IN_FULL
    assert page.select_one(".summary").text == f"0 finished, {IN_FULL + 5} failed."


def test_without_its_program_no_control_stands_on_the_page(tmp_path):
    complete(tmp_path, "demo")
    page = page_of(tmp_path)
    assert page.select_one("#find").has_attr("hidden")
    assert page.select_one("#more").has_attr("hidden")
    assert not page.select("script[src], link")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not JSON",
        b"\xff\xfe",
        "[]",
        "{}",
        '{"status": "complete"}',
        '{"status": ["complete"]}',
        '{"status": "something new", "study": "old", "run": "main"}',
        '{"status": "failed", "study": "old", "run": "main", "finished": "2026", "failures": [1]}',
    ],
)
def test_a_status_that_cannot_be_read_is_shown_with_its_place(tmp_path, content):
    complete(tmp_path, "demo")
    path = tmp_path / "old" / "main" / "status.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page = page_of(tmp_path)
    assert "reports/old/main/status.json is damaged" in page.select_one("article.trouble").text
    assert [row[0] for row in rows_of(page)] == ["old", "Trial demo"]
    assert page.select_one(".summary").text == "1 finished, 1 unreadable."
