"""The pages: templates filled with what was shown; one file each, nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.report.appendix import Appendix
from analysis.report.chapters import Chapter
from analysis.report.front import Front

TEMPLATES = Path(__file__).parent / "templates"


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


def fill(template: str, **given: object) -> str:
    """A template filled; its style and program stand in the page itself."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        program=Markup((TEMPLATES / "fold.js").read_text(encoding="utf-8")),
        **given,
    )
