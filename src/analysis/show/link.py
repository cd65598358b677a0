"""Every shown number leads to its result row: links, and the same text without them."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote, unquote

# What stands where there is no number. Here, as pages know no table: they need no pandas.
MISSING = "–"
# The mark of an output that is for the author of a chapter, not for the reader of a report.
UNASKED = "unasked"
_HIDDEN = (
    "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"
)
NOT_AVAILABLE = (
    f'<span aria-hidden="true">{MISSING}</span>'
    f'<span class="visually-hidden" style="{_HIDDEN}">not available</span>'
)
NOT_PLANNED_MARK = '<span class="not-as-planned" title="not as planned">†</span>'


_MARKDOWN = str.maketrans({sign: f"&#{ord(sign)};" for sign in "*_`~[]\\|$"})


def prose(words: str) -> str:
    """Words from a plan or a row as inline HTML that Markdown leaves as it is."""
    return html.escape(words).translate(_MARKDOWN)


# A DOI, with or without the word before it, or an address; no closing mark belongs to either.
_PAPER = re.compile(
    r"(?:doi[: ] ?)?\b(?P<doi>10\.\d{4,9}/[^\s;,<>\"]*[^\s;,.<>\")])|https?://[^\s;,<>\"]*[^\s;,.<>\")]"
)


def anchor(result_id: str) -> str:
    """The `id` attribute of a result's row in a report, not yet escaped: `r-<result id>`."""
    return f"r-{result_id}"


def link(row: Any, text: str) -> str:
    """Text as HTML that leads to the result row it was printed from.

    Args:
        row: a result row with `id` and `planned`.
        text: the number as printed, not yet escaped.
    """
    return NOT_AVAILABLE if text == MISSING else to_row(str(row.id), text)


def to_row(result_id: str, text: str) -> str:
    """Text as HTML that leads to the row of a result, by its id."""
    return f'<a class="num" href="{address(result_id)}">{html.escape(text)}</a>'


def address(result_id: str) -> str:
    """Where the row of a result stands in a report, as a link says it."""
    return "#" + quote(anchor(result_id), safe="-._~:")


_TO_ROW = re.compile(r'<a class="num" href="#r-(?P<id>[^"]*)">(?P<text>.*?)</a>', re.DOTALL)


def in_notebook(made: str) -> str:
    """HTML or Markdown with each link to a row as a hint that names the row.

    A notebook holds no rows, so a link would lead nowhere; a report makes links of the hints again.
    """
    return _TO_ROW.sub(_hint, made)


def _hint(found: re.Match[str]) -> str:
    name = html.escape(unquote(found["id"]), quote=True)
    return f'<span class="num" title="{name}">{found["text"]}</span>'


def sourced(row: Any, text: str) -> str:
    """Text as `link`, in which the papers that it names lead to themselves.

    The text of a DOI or an address is shown as it is, so that it reads without the internet.

    Args:
        row: a result row with `id` and `planned`.
        text: words not yet escaped, such as a method with `doi:10.1136/bmj.39489.470347.AD`.
    """
    parts, end = [], 0
    for found in _PAPER.finditer(text):
        parts += [_linked(row, text[end : found.start()]), paper(found)]
        end = found.end()
    return "".join([*parts, _linked(row, text[end:])])


def _linked(row: Any, text: str) -> str:
    """As `link`, without the space around the words; nothing is linked where there are none."""
    words = text.strip()
    return text.replace(words, link(row, words), 1) if words else text


def papers(text: str) -> str:
    """Text as HTML, in which DOIs and addresses are links."""
    parts, end = [], 0
    for found in _PAPER.finditer(text):
        parts += [html.escape(text[end : found.start()]), paper(found)]
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def paper(found: re.Match[str]) -> str:
    """A DOI or address that was found in a text, as a link that shows it."""
    shown = found[0]
    address = f"https://doi.org/{quote(found['doi'], safe='/().-_;:')}" if found["doi"] else shown
    target = html.escape(address, quote=True)
    return f'<a class="paper" href="{target}" rel="noopener noreferrer">{html.escape(shown)}</a>'


def cell(row: Any, text: str) -> str:
    """As `link`, with a dagger where the row departs from the plan: for table cells."""
    return link(row, text) + ("" if is_planned(row) else NOT_PLANNED_MARK)


def is_planned(row: Any) -> bool:
    """Whether a row was asked as the plan says; a row that does not say so is planned."""
    return row.planned is not False and str(row.planned) != "False"


def plain(sentence: str) -> str:
    """A sentence without links and markup, for terminals, alt texts and documents.

    A list has a line an item.
    """
    words = sentence.replace(NOT_AVAILABLE, "not available")
    words = words.replace("<li>", "\n- ").replace("</ul>", "\n")
    return html.unescape(re.sub(r"<[^>]+>", "", words)).strip()
