"""Chapters are the numbered notebooks, in order, found by a whole or a short name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import UsageError
from analysis.run.chapters import asks, chapters_for, choose_chapters
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


@pytest.fixture
def asking(tmp_path):
    asked = {
        "01_flow": 'flow = chapter.ask("flow")',
        "02_people": 'rows = chapter.ask("baseline")',
        "03_main": "answer = chapter.ask()",
        "04_other": 'one = chapter.ask("secondary")\nchapter.say(one, "flow")',
    }
    return {name: write_chapter(tmp_path, name, code) for name, code in asked.items()}


def test_what_a_chapter_asks_is_read_from_its_code(asking):
    assert [asks(path) for path in asking.values()] == [
        {"flow"},
        {"baseline"},
        {"change"},
        {"secondary"},
    ]


def test_a_study_has_the_chapters_that_ask_what_its_plan_asks(asking, tiny_plan):
    kinds = {question.estimate for question in tiny_plan.questions.values()}
    assert kinds == {"flow", "baseline", "change"}
    assert list(chapters_for(tiny_plan, asking)) == ["01_flow", "02_people", "03_main"]
    only = replace(tiny_plan, questions={"secondary": tiny_plan.questions["primary"]})
    assert list(chapters_for(only, asking)) == ["03_main", "04_other"]


def test_where_no_chapter_asks_what_the_plan_asks_all_are_kept(asking, tiny_plan):
    book = {"01_flow": asking["01_flow"]}
    plan = replace(tiny_plan, questions={"primary": tiny_plan.questions["primary"]})
    assert chapters_for(plan, book) == book
