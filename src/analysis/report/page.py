"""The page of a report: what was shown and what stands behind it, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.report.appendix import Appendix
from analysis.report.chapters import Chapter
from analysis.report.fill import fill
from analysis.report.front import Front


def report_page(
    front: Front, chapters: Sequence[Chapter], behind: Appendix, run: str, times: Mapping
) -> str:
    """The whole report as one HTML file."""
    return fill(
        "report.html.j2",
        front=front,
        chapters=chapters,
        appendix=behind,
        run=run,
        times=times,
    )
