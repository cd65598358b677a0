"""What absent scores change, as shown: chance where there is some, and edges in plain words."""

from __future__ import annotations

from dataclasses import replace

from bs4 import BeautifulSoup

from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from tests.spec.show_absent import absent_rows
from tests.spec.show_rows import frame, labels


def said(rows) -> str:
    """The words for statisticians."""
    return plain(SENTENCES["depends_for_statisticians"](frame(*rows), labels()))


def shown(name: str, rows) -> str:
    """All words of a table."""
    html = TABLES[name](frame(*rows), labels()).as_raw_html()
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ", strip=True).split())


def without_chance() -> list:
    """The sample rows as the jackknife gives them, which draws nothing at random."""
    return [
        replace(row, value=0.0) if row.statistic == "monte_carlo_error" else row
        for row in absent_rows()
    ]


def test_the_monte_carlo_error_is_told_where_scores_are_drawn():
    assert "Monte Carlo error 0.020, 240 data sets" in said(absent_rows())
    assert "Monte Carlo error is how far another seed" in shown("assumptions", absent_rows())


def test_where_nothing_is_drawn_there_is_no_monte_carlo_error():
    assert "Monte Carlo" not in said(without_chance())
    assert "240 data sets" in said(without_chance())
    assert "Monte Carlo" not in shown("assumptions", without_chance())


def test_edges_say_where_the_interval_lies_and_in_what_unit():
    words = shown("tipping_points", absent_rows())
    assert "Added in the comparator's group (mm)" in words
    assert "Added in the programme's group (mm)" in words
    assert "below zero, then across zero" in words
    assert "across zero holds zero: the data then leave open which group did better" in words
    assert "to open" not in words
