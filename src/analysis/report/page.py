"""The page of a report: what was shown and what stands behind it, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.report.appendix import Appendix
from analysis.report.chapters import Chapter
from analysis.report.fill import fill
from analysis.report.front import Front
from analysis.report.moved import Moved
from analysis.report.moved_words import FIRST, causes, counted, moved_rows, unseen


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
        counted=counted(moved.results),
        causes=causes(moved),
        unseen=unseen(moved),
        first=FIRST,
        chapters=chapters,
        appendix=behind,
        run=run,
        times=times,
    )
