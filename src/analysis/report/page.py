"""The page of a report: what was shown and what stands behind it, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.report.appendix import Appendix
from analysis.report.chapters import Chapter
from analysis.report.fill import fill
from analysis.report.front import Front
from analysis.report.moved import Moved
from analysis.report.moved_words import (
    FIRST,
    altered,
    answer_steps,
    by_question,
    causes,
    counted,
    differing,
    marked,
    moved_rows,
    unseen,
)

# Questions or chapters that the box in the answer names; more stand in a list further down.
FEW = 2


def report_page(
    front: Front,
    moved: Moved,
    chapters: Sequence[Chapter],
    behind: Appendix,
    run: str,
    times: Mapping,
) -> str:
    """The whole report as one HTML file."""
    return fill(
        "report.html.j2",
        front=front,
        moved=moved,
        moved_rows=moved_rows(moved),
        altered=altered(moved.results),
        answers=differing(answer_steps(moved)),
        by_question=by_question(moved.results),
        counted=counted(moved),
        marked=marked(moved.results),
        causes=causes(moved),
        unseen=unseen(moved),
        first=FIRST,
        few=FEW,
        titles={chapter.name: chapter.title for chapter in chapters},
        chapters=chapters,
        appendix=behind,
        run=run,
        times=times,
    )
