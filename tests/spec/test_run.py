"""One command from a project to its report: what stands in the folder, and what each run keeps."""

from __future__ import annotations

import getpass
import json
import re
import socket
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.report.times import holds_times, without_times
from tests.spec.run_books import analysis, bytes_of, make_project

# All tests of this file share one project, so one worker runs them in order.
pytestmark = pytest.mark.xdist_group("run")
GOOD = [
    "chapters/01_people.ipynb",
    "chapters/01_people.parquet",
    "chapters/02_effect.ipynb",
    "chapters/02_effect.parquet",
    "moved.json",
    "plan_as_run.yaml",
    "provenance.json",
    "report.html",
    "results.csv",
    "results.parquet",
    "ro-crate-metadata.json",
    "status.json",
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("project"))
    return root, analysis(root, "run", "tiny")


@pytest.fixture(scope="module")
def good(ran):
    return ran[0] / "reports" / "tiny" / "main"


def shown(folder: Path) -> list[str]:
    """The files that a reader sees; notes of the runner are hidden."""
    return [name for name in bytes_of(folder) if not name.split("/")[-1].startswith(".")]


def page_of(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_in_a_pipe_it_says_where_the_report_is_and_nothing_else(ran):
    _, done = ran
    assert done.returncode == 0, done.stderr
    assert done.stdout == "tiny: reports/tiny/main/report.html\nreports/index.html\n"
    assert done.stderr == ""


def test_the_folder_holds_the_report_and_what_stands_behind_it(ran, good):
    assert shown(good) == GOOD
    assert sorted(p.name for p in good.parent.iterdir()) == [".main.lock", "main"]


def test_the_answer_leads_to_its_row(good):
    page = page_of(good / "report.html")
    numbers = [a.text for a in page.select(".headline a.num")]
    assert "8.3" in numbers
    assert len(page("h1")) == 1
    rows = {row["id"] for row in page.select("tbody[id]")}
    assert rows == {"r-" + key for key in pd.read_parquet(good / "results.parquet")["id"]}


def test_every_link_inside_the_page_leads_somewhere(good):
    page = page_of(good / "report.html")
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in page.select("a[href^='#']")}
    assert targets <= set(ids)


def test_the_page_fetches_nothing(good):
    page = page_of(good / "report.html")
    assert not page.select("link, iframe, script[src], img:not([src^='data:'])")
    assert "@import" not in page.style.text
    assert "url(" not in page.style.text


def test_simulated_data_are_called_so(ran, good):
    assert page_of(good / "report.html").select_one(".banner").text.startswith("Simulated data")
    assert page_of(ran[0] / "reports" / "index.html").select_one(".tag").text == "Simulated data"


def test_no_trace_of_the_machine_is_left(ran, good):
    root = ran[0]
    private = [str(root), str(Path.home()) + "/", "/tmp/", f"{getpass.getuser()}@"]
    host = re.compile(rf"\b{re.escape(socket.gethostname())}\b")
    for name, content in bytes_of(root / "reports").items():
        text = content.decode("utf-8", "ignore")
        assert not [word for word in private if word in text], name
        assert not (len(socket.gethostname()) > 3 and host.search(text)), name


def test_a_second_run_differs_in_times_only(ran, good):
    before = bytes_of(good)
    assert analysis(ran[0], "run", "tiny").returncode == 0
    after = bytes_of(good)
    shared = [{n: without_times(n, files[n]) for n in GOOD} for files in (before, after)]
    assert shared[0] == shared[1]
    changed = {name for name in GOOD if before[name] != after[name]}
    assert all(holds_times(name) for name in changed)


def test_one_chapter_runs_again_and_the_others_are_kept(ran, good):
    before = bytes_of(good)
    # A value with the planned week, so that nothing departs from the plan.
    done = analysis(ran[0], "run", "tiny", "--chapter", "effect", "--set", "week=16")
    assert done.returncode == 0, done.stderr
    after = bytes_of(good)
    assert shown(good) == GOOD
    assert before["chapters/01_people.ipynb"] == after["chapters/01_people.ipynb"]
    assert before["chapters/02_effect.ipynb"] != after["chapters/02_effect.ipynb"]
    noted = json.loads(after["provenance.json"])
    assert noted["chapters"]["02_effect"]["parameters"] == {"week": 16}
    assert set(noted["times"]["chapters"]) == {"01_people", "02_effect"}


def test_another_run_stands_beside_the_first_and_says_what_departs(ran, good):
    before = bytes_of(good)
    done = analysis(ran[0], "run", "tiny", "--run", "week-8", "--set", "week=8")
    assert done.returncode == 0, done.stderr
    assert bytes_of(good) == before
    page = page_of(good.parent / "week-8" / "report.html")
    assert "week = 8" in page.select_one(".departure").text
    index = page_of(ran[0] / "reports" / "index.html")
    assert [tag.text for tag in index.select(".tag")].count("not as planned") == 1


def test_the_pages_are_built_again_without_running_a_chapter(ran, good):
    before = bytes_of(good)
    (good / "report.html").write_text("spoiled")
    done = analysis(ran[0], "report", "tiny")
    assert done.returncode == 0, done.stderr
    assert bytes_of(good) == before


def test_pages_built_again_say_what_has_changed_since_the_chapters_ran(ran, good):
    plan = ran[0] / "plans" / "tiny.yaml"
    whole = plan.read_text()
    assert whole.count("seed: ") == 1
    plan.write_text(whole.replace("seed: ", "seed: 1"))
    try:
        done = analysis(ran[0], "report", "tiny")
    finally:
        plan.write_text(whole)
    assert done.returncode == 0, done.stderr
    page = page_of(good / "report.html")
    (box,) = page.select(".answer .departure")
    (said,) = box.select("li")
    titles = [head.text for head in page.select("section.chapter > h2")]
    assert said.text == (
        "2 chapters are kept from an earlier run and not calculated again since a change of the "
        f"plan: {'; '.join(titles)}"
    )
    assert "calculated as planned" not in page.text
    behind = page.select_one("section[aria-labelledby=plan-as-run] .departure").text
    assert behind.endswith("Run under an earlier one: 01_people, 02_effect.")
    assert json.loads((good / "status.json").read_text())["finished"]
    # Under the plan that the chapters ran with, nothing departs any more.
    assert analysis(ran[0], "report", "tiny").returncode == 0
    assert "calculated as planned" in page_of(good / "report.html").text


def test_pages_without_notes_of_what_went_in_are_not_built_again(ran, good):
    notes = good / "provenance.json"
    whole = notes.read_bytes()
    notes.unlink()
    try:
        done = analysis(ran[0], "report", "tiny")
    finally:
        notes.write_bytes(whole)
    assert done.returncode == 2
    assert "no finished run" in done.stderr


@pytest.mark.parametrize("words", [("report", "tiny"), ("run", "tiny", "--chapter", "people")])
@pytest.mark.parametrize("change", ["other", "new", "gone"])
def test_chapters_that_the_run_did_not_make_are_not_bound(ran, good, words, change):
    effect, stray = (good / "chapters" / f"{name}.parquet" for name in ("02_effect", "03_stray"))
    whole, before = effect.read_bytes(), (good / "report.html").read_bytes()
    if change == "other":
        rows = pd.read_parquet(effect)
        rows.assign(value=rows["value"] + 1).to_parquet(effect, index=False)
    elif change == "new":
        stray.write_bytes(whole)
    else:
        effect.unlink()
    named = "03_stray" if change == "new" else "02_effect"
    try:
        done = analysis(ran[0], *words)
    finally:
        effect.write_bytes(whole)
        stray.unlink(missing_ok=True)
    assert done.returncode == 13
    assert f"not as it made them: {named}." in done.stderr
    assert f"analysis run tiny --run main --chapter {named}" in done.stderr
    assert (good / "report.html").read_bytes() == before
    assert not (good.parent / "main.failed").exists()


def test_what_helps_against_a_changed_chapter_is_what_the_message_says(ran, good):
    (good / "chapters" / "02_effect.parquet").write_bytes(b"")
    for words in (("run", "tiny", "--run", "main", "--chapter", "02_effect"), ("report", "tiny")):
        done = analysis(ran[0], *words)
        assert done.returncode == 0, done.stderr
