"""A chapter without what the plan does not ask: no heading and no note for its author.

A chapter marks such a place for its author, and the notebook keeps it. A reader of the report can
do nothing about it: a section that holds nothing else is left out of the page and its contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from analysis.show.link import UNASKED

NOTHING = "Nothing that this chapter could show was asked of this study."
_HEADING = re.compile(r"^(#{1,6})\s", re.MULTILINE)
_TITLE = re.compile(r"^# .*$", re.MULTILINE)


@dataclass(frozen=True)
class _Section:
    """The cells from one heading to the next, and the heading's level; 1 is the chapter's own."""

    level: int
    cells: Sequence[NotebookNode]

    def shows(self, *, unasked: bool) -> bool:
        """Whether its program showed something asked for, or a mark of something that was not."""
        return any(_is_mark(output) is unasked for output in _outputs(self.cells))


def leave_out_unasked(notebook: NotebookNode) -> NotebookNode:
    """An executed chapter as a report shows it.

    A section goes where all that it and the sections below it show are marks of what the plan does
    not ask; of a chapter of nothing else its title stays, and a sentence. Sections of words alone
    stay.
    """
    sections = list(_sections(notebook.cells))
    inner = [section for section in sections if section.level > 1]
    if not any(section.shows(unasked=True) for section in sections):
        return notebook
    if not any(section.shows(unasked=False) for section in inner):
        notebook.cells = _nothing(notebook.cells)
        return notebook
    notebook.cells = [cell for section in _asked(sections) for cell in section.cells]
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if not _is_mark(output)]
    return notebook


def _asked(sections: Sequence[_Section]) -> Iterator[_Section]:
    """The sections without those that hold nothing but marks, and what stands below these."""
    gone = None
    for place, section in enumerate(sections):
        if gone is not None and section.level > gone:
            continue
        whole = [section, *_below(sections, place)]
        marked, shown = (any(s.shows(unasked=mark) for s in whole) for mark in (True, False))
        gone = section.level if section.level > 1 and marked and not shown else None
        if gone is None:
            yield section


def _sections(cells: Sequence[NotebookNode]) -> Iterator[_Section]:
    own, level = [], 1
    for cell in cells:
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading and own:
            yield _Section(level, own)
            own = []
        if heading:
            level = len(heading[1])
        own.append(cell)
    yield _Section(level, own)


def _below(sections: Sequence[_Section], place: int) -> Iterator[_Section]:
    for section in sections[place + 1 :]:
        if section.level <= sections[place].level:
            return
        yield section


def _nothing(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    title = next((_TITLE.search(c.source) for c in cells if c.cell_type == "markdown"), None)
    words = f"{title[0]}\n\n{NOTHING}" if title else NOTHING
    return [nbformat.v4.new_markdown_cell(words, id="nothing-asked")]


def _outputs(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    for cell in cells:
        yield from cell.get("outputs", [])


def _is_mark(output: NotebookNode) -> bool:
    return UNASKED in output.get("metadata", {})
