"""What the plan does not ask leaves no heading and no note in a report; the notebook keeps it."""

from __future__ import annotations

from itertools import chain

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.report.chapters import read_chapters
from analysis.report.unasked import NOTHING
from analysis.run.chapters import nothing_asked
from analysis.show.link import UNASKED
from tests.spec.run_books import analysis, make_project, write_chapter

NOTE = "> The plan asks no question of the kind network; add one under questions to see it here."
BANNER = "> Simulated data"


def words(text, *, mark=False):
    return new_output(
        "display_data", data={"text/markdown": text}, metadata={UNASKED: True} if mark else {}
    )


def ran(*outputs):
    return new_code_cell("chapter.draw(x, 'x')", outputs=list(outputs))


def section(heading, *cells):
    return [new_markdown_cell(f"{heading}\n\n**How to read the figure.** Look."), *cells]


@pytest.fixture
def bound(tmp_path):
    """From the sections of a chapter to its piece of the page."""

    def bound(*sections):
        cells = [*section("# Evidence", ran(words(BANNER))), *chain(*sections)]
        nbformat.write(new_notebook(cells=cells), tmp_path / "10_evidence.ipynb")
        (chapter,) = read_chapters(tmp_path)
        return chapter

    return bound


ASKED = section("## Trials", ran(words("A pool.")))
UNASKED_ONE = section("## Network", ran(words(NOTE, mark=True)), new_code_cell("chapter.save()"))


def headings(chapter):
    return [heading.text for heading in chapter.headings]


def test_a_section_that_nobody_asked_for_is_neither_shown_nor_listed(bound):
    chapter = bound(ASKED, UNASKED_ONE, section("## Why no test"))
    assert headings(chapter) == ["Trials", "Why no test"]
    assert "asks no question" not in chapter.html
    assert chapter.html.count("How to read") == 3


def test_of_a_section_that_shows_something_else_only_the_note_goes(bound):
    both = section("## Reviews", ran(words(NOTE, mark=True), words("A table.")))
    chapter = bound(both)
    assert headings(chapter) == ["Reviews"]
    assert "A table." in chapter.html
    assert "asks no question" not in chapter.html


def test_what_stands_below_goes_with_it_and_stays_where_something_is_shown_there(bound):
    below = section("### Does the shape matter?")
    assert headings(bound(ASKED, UNASKED_ONE, below)) == ["Trials"]
    assert "shape matter" not in bound(ASKED, UNASKED_ONE, below).html
    shown = section("### Does the shape matter?", ran(words("A table.")))
    assert headings(bound(ASKED, UNASKED_ONE, shown)) == ["Trials", "Network"]
    only_below = section("### Network", ran(words(NOTE, mark=True)))
    assert "Network" not in bound(ASKED, only_below).html


def test_of_a_chapter_of_nothing_the_title_stays_and_a_sentence(bound):
    chapter = bound(UNASKED_ONE, section("## Why no test"))
    assert chapter.title == "Evidence"
    assert headings(chapter) == []
    assert NOTHING in chapter.html
    assert "How to read" not in chapter.html


def test_a_chapter_that_says_nothing_is_left_as_it_is(bound):
    """A sentence may not apply: without a mark nothing says that it was not asked."""
    chapter = bound(section("## Words", ran()))
    assert headings(chapter) == ["Words"]
    assert "Simulated data" in chapter.html


ASK = (
    "from analysis.study import open_chapter\n"
    "chapter = open_chapter(study, run, '05_{kind}')\n"
    "chapter.draw(chapter.ask('{kind}'), '{figure}')\n"
    "chapter.save()"
)


def test_the_command_warns_and_the_notebook_keeps_its_note(tmp_path):
    root = make_project(tmp_path)
    write_chapter(root, "05_course", ASK.format(kind="course", figure="curves"))
    done = analysis(root, "run", "tiny", "--chapter", "05_course")
    assert done.returncode == 0, done.stderr
    assert "tiny: the plan asks nothing that the chapter 05_course answers" in done.stderr
    page = (root / "reports/tiny/main/report.html").read_text()
    assert NOTHING in page
    assert "asks no question" not in page
    notebook = (root / "reports/tiny/main/chapters/05_course.ipynb").read_text()
    assert "The plan asks no question of the kind course" in notebook


def test_only_a_chapter_that_asks_in_vain_is_warned_of(tiny_plan, tmp_path):
    vain = write_chapter(tmp_path, "01_vain", "chapter.ask('network')")
    silent = write_chapter(tmp_path, "02_words", "1 + 1")
    good = write_chapter(tmp_path, "03_good", "chapter.ask('network')\nchapter.ask()")
    chapters = {path.stem: path for path in (vain, silent, good)}
    (said,) = nothing_asked(tiny_plan, chapters)
    assert "01_vain" in said
    assert "of the kind network;" in said
