"""Wide tables and the way to a result and back, in a real browser."""

from __future__ import annotations

import json
from html import escape

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.chapters.test_browser import ARRIVED, BROWSER, OPEN_ALL, QUIET
from tests.spec.run_books import analysis, make_project, write_chapter

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CUE = "Scroll sideways to see the whole table."
NAME = "Week of the trial at which it is below a person's minimal important change"
LINKED = '<a class="num" href="#r-primary.interval_level">{}</a>'
NOTE = LINKED.format("it rests on 1 degree of freedom and may be far off, " * 4)
# At 1280 pixels the first fits and the second does not; at 390 neither does.
COLUMNS = {"Fits": 6, "Too wide": 24}


def table(caption, columns):
    heads = "".join(f"<th>Column {number}</th>" for number in range(columns))
    cells = "".join(f'<td class="gt_right">{LINKED.format("−15.8")}</td>' for _ in range(columns))
    body = f'<tbody><tr><th scope="row">{escape(NAME)}</th>{cells}</tr></tbody>'
    foot = f'<tfoot><tr><td colspan="{columns + 1}">{NOTE}</td></tr></tfoot>'
    head = f"<thead><tr><th>What</th>{heads}</tr></thead>"
    return f"<table><caption>{caption}</caption>{head}{body}{foot}</table>"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of `tiny`, with a chapter of two tables."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: the page was not opened in a browser")
    root = make_project(tmp_path_factory.mktemp("project"))
    html = "".join(table(caption, columns) for caption, columns in COLUMNS.items())
    write_chapter(
        root, "03_tables", f"from IPython.display import HTML, display\ndisplay(HTML({html!r}))"
    )
    done = analysis(root, "run", "tiny")
    assert done.returncode == 0, done.stderr
    return root / "reports" / "tiny" / "main" / "report.html"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, report):
    contexts = []

    def opened(width, scheme="light"):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, offline=True))
        page = contexts[-1].new_page()
        page.goto(report.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "cut"), [(1280, {"Too wide"}), (390, set(COLUMNS))])
def test_a_table_that_is_cut_off_says_so_above_it(opened, width, cut):
    page = opened(width)
    page.evaluate(OPEN_ALL)
    for caption in COLUMNS:
        box = page.locator(".scroll", has_text=caption)
        before = box.evaluate("b => b.previousElementSibling && b.previousElementSibling.innerText")
        assert (before == CUE) is (caption in cut)
        assert ("cut" in box.get_attribute("class")) is (caption in cut)
        # At its end nothing more is cut off, and the hint stays where it is.
        box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
        page.wait_for_function("b => !b.classList.contains('cut')", arg=box.element_handle())
    # A wider window needs no hint any more.
    page.set_viewport_size({"width": 6000, "height": 900})
    page.add_style_tag(content="body.report { max-width: none !important; }")
    page.wait_for_function("![...document.querySelectorAll('.wide')].some(cue => !cue.hidden)")


def test_long_notes_wrap_and_a_long_name_has_room(opened):
    page = opened(390)
    note = page.locator("tfoot a.num").first
    assert note.evaluate("a => a.getBoundingClientRect().right <= innerWidth")
    name = page.locator("tbody th", has_text="Week of the trial").first
    assert name.evaluate("th => th.offsetWidth") >= 140


def test_every_result_fits_a_laptop_and_its_headings_stay_in_sight(opened):
    page = opened(1280)
    page.evaluate(OPEN_ALL)
    boxes = page.locator(".rows .scroll")
    for box in boxes.all():
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    # As many rows as a real question has: the headings still stand above the last of them.
    page.evaluate("""() => {
      const table = document.querySelector('.rows table'), row = table.tBodies[0];
      for (let i = 0; i < 200; i++) {
        const copy = row.cloneNode(true); copy.id = 'r-copy-' + i; table.append(copy);
      }
      location.hash = '#r-copy-199';
    }""")
    page.wait_for_function(ARRIVED, arg="r-copy-199")
    last = page.locator("[id='r-copy-199']").bounding_box()
    head = page.locator(".rows thead").first.locator("th").first.bounding_box()
    assert head["y"] >= 0
    assert head["y"] + head["height"] <= last["y"]


@pytest.mark.parametrize("width", [390, 1280])
def test_from_a_number_to_its_row_and_back_by_keyboard(opened, width):
    page = opened(width)
    number = page.locator(".headline a.num").first
    target = number.get_attribute("href")[1:]
    for _ in range(2):
        number.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(ARRIVED, arg=target)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Back to where this was read"
        page.keyboard.press("Enter")
        assert number.evaluate("a => a === document.activeElement")
        box = number.bounding_box()
        assert 0 <= box["y"] <= 900
        assert page.locator("button.back").count() == 0


def test_who_comes_by_an_address_is_offered_no_way_back(opened, report):
    page = opened(1280)
    page.goto(report.as_uri() + "#r-primary.interval_level")
    page.reload()
    page.wait_for_function(ARRIVED, arg="r-primary.interval_level")
    assert page.locator("button.back").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_a_row_and_beside_hints(opened, scheme):
    page = opened(390, scheme)
    page.evaluate(OPEN_ALL)
    page.locator(".headline a.num").first.click()
    page.locator("button.back").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, json.dumps(found.response["violations"])[:2000]
