"""From a row to its paper: DOIs and addresses are links whose text is what they lead to."""

from __future__ import annotations

import pytest

from analysis.estimate.behind import papers as papers_behind
from analysis.result.record import Result
from analysis.show.link import papers, plain, sourced
from analysis.show.tables import TABLES
from tests.spec.show_book import sample
from tests.spec.show_rows import labels

ROW = Result(id="q.effect.one", question="q", statistic="effect", value=1.0)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("doi:10.1186/s40798-021-00306-w, Table 5", "https://doi.org/10.1186/s40798-021-00306-w"),
        ("at doi 10.2340/16501977-2091; told", "https://doi.org/10.2340/16501977-2091"),
        ("10.1016/S0004-9514(08)70062-X.", "https://doi.org/10.1016/S0004-9514(08)70062-X"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC1, abstract", "https://pmc.ncbi.nlm.nih.gov/articles/PMC1"),
        ("http://a.org/x?b=1&c=2;", "http://a.org/x?b=1&amp;c=2"),
    ],
)  # fmt: skip
def test_a_doi_or_an_address_is_a_link_and_reads_as_it_stood(text, target):
    for made in (papers(text), sourced(ROW, text)):
        assert f'href="{target}"' in made
        assert plain(made) == text


def test_the_other_words_lead_to_the_row_and_no_link_stands_in_another():
    made = sourced(ROW, "printed; doi:10.1186/a-b, Table 5")
    assert made.count("<a ") == made.count("</a>") == 3
    assert made.index('href="#r-q.effect.one"') < made.index('href="https://doi.org/10.1186/a-b"')
    assert "<script" not in sourced(ROW, "<script>https://a.org/<script>")


def test_words_without_a_paper_stay_as_they_were():
    assert papers("a < b; 10.5 % of 3") == "a &lt; b; 10.5 % of 3"
    assert sourced(ROW, "  ") == "  "


@pytest.mark.parametrize("name", ["studies", "reviews", "claim_evidence", "contrasts"])
def test_tables_of_published_figures_lead_to_papers(name):
    assert 'href="https://' in TABLES[name](sample(name), labels()).as_raw_html()


def effect(level: str, method: str) -> Result:
    """An effect behind a pool."""
    place = {"question": "q", "statistic": "effect", "level": level}
    return Result(id=f"q.effect.{level}", value=1, method=method, **place)


def test_a_pool_names_the_papers_of_its_effects_each_once():
    rows = [
        effect("a:one", "printed; doi:10.1/x, Table 5"),
        effect("a:two", "printed; doi:10.1/x, Table 5"),
        effect("b:three", "arms; https://b.org/y, abstract"),
    ]
    pool = Result(id="q.pooled.a", question="q", statistic="pooled", value=1, level="a")
    assert papers_behind(pool, rows) == "2 effects, read in doi:10.1/x"
    both = Result(id="q.gap", question="q", statistic="gap", value=1, level="a minus b")
    assert papers_behind(both, rows) == "3 effects, read in doi:10.1/x, https://b.org/y"


def test_a_row_that_names_its_paper_names_no_others():
    told = effect("a:one", "doi:10.1/x")
    assert papers_behind(told, [told]) == papers_behind(None, [told]) == ""
