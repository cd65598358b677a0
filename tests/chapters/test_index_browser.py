"""The list of ten thousand runs in a real browser: found, sorted, filtered, by keyboard."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from analysis.report.index import index_page
from tests.chapters.test_browser import BROWSER, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
STUDIES, RUNS = 20, 500
TOTAL = STUDIES * RUNS
FAILURES = range(7, TOTAL, 333)
# Generous: a tenth of this was measured on a machine at rest.
SLOWEST = 8.0
ROWS = "#runs tbody tr"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The index of ten thousand runs, some of which failed."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: the page was not opened in a browser")
    page = tmp_path_factory.mktemp("reports") / "index.html"
    page.write_text(index_page([status_of(number) for number in range(TOTAL)]), encoding="utf-8")
    return page


def status_of(number):
    """What a run says of itself, as in its ``status.json``."""
    study, run, day = number % STUDIES, f"run_{number // STUDIES}", 1 + number % 28
    said = {
        "folder": f"study_{study}/{run}",
        "study": f"study_{study}",
        "run": run,
        "finished": f"2026-01-{day:02}T10:00:00+00:00",
    }
    if number in FAILURES:
        failure = {"stage": "03_week_16", "kind": "ModelError", "notebook": None}
        failure |= {"text": "No convergence.", "exit_code": 12}
        return said | {"status": "failed", "failures": [failure]}
    return said | {
        "status": "complete",
        "title": f"Training {study}",
        "headline": f"In study {study} pain was {number / 1000:.1f} mm less.",
        "stamp": "Simulated data",
        "departures": [],
        "chapters": ["03_week_16"],
    }


@pytest.fixture(scope="module")
def chromium(index):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, index):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(index.as_uri())
    yield page
    context.close()


def said(page):
    return page.locator("#found").text_content()


def show_all(page):
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.getElementById('found').textContent.startsWith('10000')")


def test_ten_thousand_runs_are_light_and_open_at_once(chromium, index):
    assert index.stat().st_size < 6_000_000
    context = chromium.new_context(offline=True)
    page = context.new_page()
    began = time.monotonic()
    page.goto(index.as_uri())
    page.get_by_label("Search").fill("study 7")
    assert "runs of 10000" in said(page)
    assert time.monotonic() - began < SLOWEST
    context.close()


def test_what_failed_comes_first(page):
    states = page.locator(f"{ROWS} .state").all_text_contents()
    number = len(FAILURES)
    assert states == ["failed"] * number + ["complete"] * (100 - number)
    assert said(page) == "10000 runs, the first 100 shown."


def test_words_study_run_and_status_narrow_the_list(page):
    page.get_by_label("Search").fill("TRAINING 13 9.9 less")
    assert said(page).endswith("runs of 10000.")
    assert all("9.9" in row for row in page.locator(ROWS).all_text_contents())
    show_all(page)
    page.get_by_label("Study", exact=True).select_option("study_3")
    assert said(page) == "500 runs of 10000, the first 100 shown."
    page.get_by_label("Run", exact=True).fill("run_42")
    assert {t for t in page.locator(f"{ROWS} td:nth-child(3)").all_text_contents()} == {"study_3"}
    page.get_by_label("Status", exact=True).select_option("failed")
    assert said(page) == "No run matches. Show all to begin again."
    show_all(page)


def test_a_heading_sorts_both_ways_and_says_so(page):
    page.get_by_role("button", name="Finished").click()
    head = page.get_by_role("columnheader", name="Finished")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.locator(f"{ROWS} time").first.text_content() == "2026-01-01"
    page.get_by_role("button", name="Finished").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator(f"{ROWS} time").first.text_content() == "2026-01-28"
    page.get_by_role("button", name="Study").click()
    assert head.get_attribute("aria-sort") is None
    assert page.locator(f"{ROWS} td:nth-child(3)").first.text_content() == "study_0"


def test_the_keyboard_shows_more_and_lands_on_the_first_of_them(page):
    page.get_by_label("Status", exact=True).select_option("complete")
    more = page.get_by_role("button", name="Show 100 more")
    more.focus()
    page.keyboard.press("Enter")
    assert page.locator(ROWS).count() == 200
    assert page.evaluate(
        "document.activeElement.closest('tr') === document.querySelectorAll('#runs tbody tr')[100]"
    )


def test_coming_back_finds_the_list_as_it_was(page, index):
    page.get_by_label("Search").fill("no convergence")
    page.get_by_role("button", name="Run", exact=True).click()
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert page.get_by_label("Search").input_value() == "no convergence"
    assert page.locator(f"{ROWS} .state").all_text_contents() == ["failed"] * len(FAILURES)
    head = page.get_by_role("columnheader", name="Run")
    assert head.get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize("width", [400, 1600])
def test_axe_finds_nothing(chromium, index, width):
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(index.as_uri())
    page.get_by_role("button", name="Study").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen
    context.close()


# Where the title, the answer and the other cells of the first finished run lie, in pixels.
PLACES = """() => {
  const row = document.querySelector("#runs tr:has(.state.complete)");
  return [...row.cells].map(cell => {
    const box = cell.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom].map(Math.round);
  });
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_answer_stands_on_a_line_of_its_own_below_the_title_and_in_sight(
    chromium, index, width
):
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(index.as_uri())
    page.get_by_label("Status", exact=True).select_option("complete")
    status, title, study, run, answer, finished = page.evaluate(PLACES)
    others = [status, title, study, run, finished]
    assert all(answer[1] >= other[3] for other in others)
    assert all(left >= 0 and right <= width for left, _, right, _ in [*others, answer])
    if width == 390:
        assert answer[2] - answer[0] > 0.8 * width
        assert all(other[1] >= title[3] for other in (status, study, run, finished))
    else:
        assert page.locator("#runs td:nth-child(5)").first.evaluate("c => c.offsetWidth") > 500
        assert len({other[1] for other in others}) == 1
    context.close()


def test_without_its_program_all_rows_can_be_read(chromium, index):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator(ROWS).count() == TOTAL
    assert page.locator(ROWS).last.is_visible()
    assert page.locator("form").is_hidden()
    context.close()
