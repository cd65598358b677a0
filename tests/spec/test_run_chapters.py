"""Chapters are the numbered notebooks, in order, found by a whole or a short name."""

from __future__ import annotations

import pytest

from analysis.errors import UsageError
from analysis.run.chapters import choose_chapters
from tests.spec.run_books import write_chapter


@pytest.fixture
def book(tmp_path):
    for name in ("03_week_16", "01_data_and_flow", "02_baseline", "scratch"):
        write_chapter(tmp_path, name)
    return tmp_path


def test_all_chapters_come_in_the_order_of_their_numbers(book):
    assert list(choose_chapters(book)) == ["01_data_and_flow", "02_baseline", "03_week_16"]


@pytest.mark.parametrize("name", ["03_week_16", "week_16", "03", "notebooks/03_week_16.ipynb"])
def test_a_chapter_is_found_by_its_name(book, name):
    assert list(choose_chapters(book, [name])) == ["03_week_16"]


def test_the_order_of_asking_does_not_matter(book):
    assert list(choose_chapters(book, ["03", "01", "03"])) == ["01_data_and_flow", "03_week_16"]


def test_an_unknown_chapter_suggests_the_nearest(book):
    with pytest.raises(UsageError, match="did you mean `02_baseline`"):
        choose_chapters(book, ["02_basline"])


def test_a_project_without_chapters_says_so(tmp_path):
    with pytest.raises(UsageError, match="no chapters"):
        choose_chapters(tmp_path)
