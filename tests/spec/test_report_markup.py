"""A chapter's HTML as a section of the page: one title, headings in order, tables that scroll."""

from __future__ import annotations

import great_tables
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.report.markup import dress
from analysis.show.link import in_notebook, papers, to_row


def dressed(body):
    title, html, headings = dress(body, "03-week-16")
    return title, BeautifulSoup(html, "html.parser"), headings


def test_the_title_is_taken_and_headings_go_one_level_down():
    title, page, headings = dressed("<h1>Week 16</h1><h2>A</h2><h4>B</h4><h2>A</h2>")
    assert title == "Week 16"
    assert [(h.name, h.text) for h in page(["h1", "h2", "h3", "h4", "h5"])] == [
        ("h3", "A"), ("h4", "B"), ("h3", "A"),
    ]  # fmt: skip
    assert [h.text for h in headings] == ["A", "A"]
    assert len({h["id"] for h in page(["h3", "h4"])}) == 3


def test_a_table_scrolls_in_a_named_region_that_takes_the_keyboard():
    _, page, _ = dressed("<h1>T</h1><h2>Who</h2>" + "<table><tr><td>1</td></tr></table>" * 2)
    regions = page.select("div.scroll")
    assert [r["aria-label"] for r in regions] == ["Table 1 of T: Who", "Table 2 of T: Who"]
    assert all(r["role"] == "region" and r["tabindex"] == "0" for r in regions)


def test_a_great_table_keeps_its_words_and_loses_its_style():
    table = great_tables.GT(pd.DataFrame({"arm": ["a"], "n": [5]}), rowname_col="arm", id="t")
    html = table.tab_header("People", "by arm").tab_source_note("A note.").as_raw_html()
    _, page, _ = dressed(html)
    assert page.caption.get_text(" ", strip=True) == "People by arm"
    assert not page.select("style, thead tr.gt_heading, [id], [headers], th:empty")
    assert "A note." in page.tfoot.get_text()
    assert [cell.get_text(strip=True) for cell in page.select("tbody tr > *")] == ["a", "5"]
    assert page.select_one("tbody th")["scope"] == "row"


def test_what_runs_or_fetches_is_removed():
    body = '<p onclick="x()">a</p><script>x()</script><iframe src="http://x"></iframe><style>p{}</style>'
    _, page, _ = dressed(body)
    assert str(page) == "<p>a</p>"


def test_cells_that_show_nothing_share_one_fold():
    code = '<details class="code"><summary>Code</summary><pre>{}</pre></details>\n'
    body = code.format(1) + code.format(2) + "<p>shown</p>" + code.format(3)
    _, page, _ = dressed(body)
    assert [[p.text for p in fold("pre")] for fold in page("details")] == [["1", "2"], ["3"]]
    assert len(page("summary")) == 2


def test_a_figure_scrolls_and_its_words_say_so_before_its_caption():
    _, page, _ = dressed("<h1>T</h1><figure><img alt='x'><figcaption>C</figcaption></figure>")
    region, cue, caption = page.figure.find_all(True, recursive=False)
    assert region["aria-label"] == "Figure 1 of T"
    assert cue.text == "Scroll sideways to see the whole figure."
    assert caption.name == "figcaption"


@pytest.mark.parametrize(
    "row", ["primary.difference.pain_vas.week16.bands", "q.count.a_b&c.\u2265 1"]
)
def test_a_number_names_its_row_in_a_notebook_and_leads_to_it_in_a_report(row):
    """A notebook holds no rows: a link there would lead nowhere."""
    made = f"<p>It was {to_row(row, '−7.5')} mm.</p>"
    shown = BeautifulSoup(in_notebook(made), "html.parser")
    assert not shown("a")
    assert (shown.span["title"], shown.span.text) == (row, "−7.5")
    _, page, _ = dressed(in_notebook(made))
    assert str(page) == made


def test_a_paper_stays_a_link_in_a_notebook():
    made = papers("doi:10.1136/bmj.39489.470347.AD")
    assert in_notebook(made) == made
