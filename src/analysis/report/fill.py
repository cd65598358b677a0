"""Templates filled: pages of one file each, which fetch nothing and need no program."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.show.link import papers

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, program: str = "fold.js", **given: object) -> str:
    """A template filled; its style and its program stand in the page itself."""
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
            program=Markup((TEMPLATES / program).read_text(encoding="utf-8")),
            **given,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    environment.filters["breakable"] = _breakable
    environment.filters["papers"] = lambda words: Markup(papers(words))
    return environment


def _code(text: str) -> Markup:
    """Words between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _breakable(name: str) -> Markup:
    """A name in which a line may break after a low line, and not inside a word."""
    return Markup(str(escape(name)).replace("_", "_<wbr>"))
