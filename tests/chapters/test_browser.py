"""The pages in a real browser: nothing fetched, nothing for axe to find, keyboard, widths."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.chapters.conftest import HOME
from tests.spec.run_books import analysis, make_project, write_chapter

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PAGES = ["demo/main/report.html", "tiny/main/report.html", "index.html"]
OPEN_ALL = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    """Reports of `demo` and `tiny` by the chapters that ship, and an index that tells a failure."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: the pages were not opened in a browser")
    root = make_project(tmp_path_factory.mktemp("project"))
    shutil.rmtree(root / "notebooks")
    shutil.copytree(HOME / "notebooks", root / "notebooks")
    for name in ("demo", "published"):
        shutil.copytree(HOME / "data" / "raw" / name, root / "data" / "raw" / name)
    shutil.copy(HOME / "plans" / "demo.yaml", root / "plans")
    done = analysis(root, "run", "--all")
    assert done.returncode == 0, done.stderr
    write_chapter(root, "04_broken", "1 / 0")
    assert analysis(root, "run", "tiny", "--chapter", "04_broken").returncode == 1
    return root / "reports"


def drawn(reports: Path, study: str) -> int:
    """How many figures the chapters of a study drew."""
    books = (reports / study / "main" / "chapters").glob("*.ipynb")
    cells = [cell for book in books for cell in json.loads(book.read_text("utf-8"))["cells"]]
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return sum("image/png" in data for data in shown)


@pytest.fixture(scope="module")
def browser(reports):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, reports):
    """Opens a page of the reports at a width; notes what it asked for beside itself."""
    contexts = []

    def opened(name, width=1600, scheme="light"):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((reports / name).as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


# The long report once in each width and scheme, the short pages in every pair of them.
LONG, *SHORT = PAGES
VIEWS = [(LONG, 400, "dark"), (LONG, 1600, "light")]
VIEWS += list(product(SHORT, [400, 1600], ["light", "dark"]))


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWS)
def test_axe_finds_nothing_with_every_fold_open(opened, name, width, scheme):
    page = opened(name, width, scheme)
    page.evaluate(OPEN_ALL)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_a_fault_that_is_put_there(opened):
    page = opened("tiny/main/report.html")
    page.evaluate("document.querySelector('img').removeAttribute('alt')")
    page.evaluate("document.querySelector('h2').style.color = '#f4f4f4'")
    found = {each["id"] for each in Axe().run(page).response["violations"]}
    assert found == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_paper(opened, name):
    page = opened(name, 800)
    page.emulate_media(media="print")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself(opened, name):
    page = opened(name)
    page.evaluate(OPEN_ALL)
    outside = [url for url in page.asked if not url.startswith("data:")]
    assert len(outside) == 1
    assert outside[0].endswith(name)


@pytest.mark.parametrize("width", [320, 400, 1600])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_never_scrolls_sideways(opened, name, width):
    page = opened(name, width)
    page.evaluate(OPEN_ALL)
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_skips_to_the_content(opened, name):
    page = opened(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_keyboard_reaches_a_fold_and_opens_it(opened):
    page = opened("tiny/main/report.html")
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.code > summary')"):
            break
    fold = "document.activeElement.parentElement.open"
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.evaluate(fold) is False
    page.keyboard.press("Enter")
    assert page.evaluate(fold) is True


def test_a_number_leads_to_its_row_inside_a_closed_fold(opened):
    page = opened("demo/main/report.html")
    number = page.locator(".headline a.num").nth(1)
    target = number.get_attribute("href")[1:]
    row = page.locator(f"[id='{target}']")
    assert not row.is_visible()
    number.click()
    page.wait_for_function("id => document.getElementById(id).closest('details').open", arg=target)
    assert row.is_visible()


# Whether the row of a number has the focus and lies between the window's upper and lower edge.
ARRIVED = """id => {
  const row = document.getElementById(id), box = row.getBoundingClientRect();
  return document.activeElement === row && box.top >= 0 && box.bottom <= innerHeight
    && box.height > 0 && box.left >= 0;
}"""


@pytest.mark.parametrize("width", [400, 1600])
def test_the_keyboard_jumps_from_a_number_to_its_row_every_time(opened, width):
    page = opened("demo/main/report.html", width)
    number = page.locator(".headline a.num").nth(1)
    target = number.get_attribute("href")[1:]
    assert not page.locator(f"[id='{target}']").is_visible()
    for _ in range(2):
        number.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(ARRIVED, arg=target, timeout=2000)
        page.wait_for_timeout(300)
        assert page.evaluate(ARRIVED, target)
        # The second time the address is the same already.
        page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = false; })")


@pytest.mark.parametrize(("width", "told"), [(320, True), (400, True), (620, False), (1600, False)])
def test_a_figure_that_is_cut_off_says_how_to_see_the_rest(opened, reports, width, told):
    page = opened("demo/main/report.html", width)
    figures = page.locator("figure").all()
    assert len(figures) == drawn(reports, "demo")
    for figure in figures:
        wider = figure.locator(".scroll").evaluate("box => box.scrollWidth > box.clientWidth")
        assert wider is told
        assert figure.get_by_text("Scroll sideways to see the whole figure.").is_visible() is told


def test_one_button_opens_all_code(opened):
    page = opened("demo/main/report.html")
    folds = page.locator("details.code")
    button = page.get_by_role("button", name="Show all code")
    button.click()
    assert page.locator("details.code[open]").count() == folds.count() > 5
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.locator("details.code[open]").count() == 0


@pytest.mark.parametrize("name", PAGES[:2])
def test_every_figure_has_words_and_a_table(opened, reports, name):
    page = opened(name)
    figures = page.locator("figure").all()
    assert len(figures) == drawn(reports, name.split("/")[0])
    words = [figure.locator("img").get_attribute("alt") for figure in figures]
    assert len(set(words)) == len(words)
    for figure, alt in zip(figures, words, strict=True):
        assert len(alt) > 60
        assert "no description" not in alt.lower()
        assert any(sign.isdigit() for sign in alt)
        assert figure.evaluate("f => f.nextElementSibling.querySelectorAll('table').length") == 1


def test_the_report_is_light_enough_to_send(reports):
    chapters = len(list((reports / "demo" / "main" / "chapters").glob("*.ipynb")))
    assert (reports / PAGES[0]).stat().st_size < 500_000 * chapters


def test_without_its_program_the_page_holds_all_the_same(browser, reports):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / PAGES[0]).as_uri())
    assert page.locator("button").count() == 0
    assert page.locator("h2").count() > 8
    page.locator("details.code > summary").first.click()
    assert page.locator("details.code pre").first.is_visible()
    context.close()
