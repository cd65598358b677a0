"""An executed chapter as a piece of a page: its text, its folded code, what it showed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from analysis.report.markup import Heading, dress
from analysis.report.unasked import leave_out_unasked

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Chapter:
    """A chapter on the page: its anchor, its title, its HTML and its inner headings."""

    name: str
    anchor: str
    title: str
    html: str
    headings: tuple[Heading, ...]


def read_chapters(folder: Path) -> list[Chapter]:
    """The executed chapters of a run folder, in book order."""
    paths = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    return [_chapter(path) for path in paths if not path.stem.endswith(".failed")]


@cache
def _exporter() -> HTMLExporter:
    """The exporter of this process: its templates are compiled once, not for every report."""
    return HTMLExporter(
        template_name="chapter",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )


def _chapter(path: Path) -> Chapter:
    notebook = leave_out_unasked(nbformat.read(path, as_version=4))
    body, _ = _exporter().from_notebook_node(notebook)
    anchor = path.stem.replace("_", "-")
    title, html, headings = dress(body, anchor)
    return Chapter(path.stem, anchor, title or path.stem, html, headings)
