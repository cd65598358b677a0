"""What texts abbreviate is written out below the table that shows it, and nothing else is."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.data.published import read_published
from analysis.show.abbreviations import WORDS, written_out
from analysis.show.link import plain
from analysis.show.tables import TABLES
from tests.house.tree import ROOT
from tests.spec.show_book import sample
from tests.spec.show_rows import labels


def test_only_what_is_shown_is_written_out():
    assert written_out(["PRT vs usual care", "pain, ODI"]) == [
        "ODI, Oswestry Disability Index; PRT, progressive resistance training."
    ]
    assert written_out(["CPGS-BP 0-100"]) == ["BP, back pain; CPGS, Chronic Pain Grade Scale."]
    assert written_out(["PMC8721074, PARTS of a word", None]) == []


def test_the_tables_of_reviews_and_trials_have_the_note():
    rows = sample("reviews")
    level = rows.loc[rows["statistic"] == "review", "level"].iloc[0]
    words = replace(labels(), studies={level: "SF mental component score, MD"})
    note = "SF, Short Form Health Survey"
    assert note in plain(TABLES["reviews"](rows, words).as_raw_html())
    rows = sample("contrasts")
    rows["method"] = "disability; mean difference, RMDQ; a paper"
    shown = plain(TABLES["contrasts"](rows, labels()).as_raw_html())
    assert "RMDQ, Roland-Morris Disability Questionnaire." in shown


def test_every_abbreviation_of_an_instrument_or_a_comparison_is_known():
    """New facts with a new abbreviation need its words."""
    published = read_published(ROOT)
    texts = [
        *published.reviews["comparison"],
        *published.study_contrasts["instrument"].dropna(),
    ]
    found = set(re.findall(r"\b[A-Z]{2,}\b", " ".join(texts)))
    assert found - set(WORDS) == set()
