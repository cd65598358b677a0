"""A chapter's HTML made fit for one page: headings in order, tables that scroll, no programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

from bs4 import BeautifulSoup, Tag

from analysis.show.link import address

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
# What a cell shows may style or run itself; the page has one style and needs no program.
_UNWANTED = ["style", "script", "link", "iframe", "object", "embed", "meta", "base"]
_TABLE_NOISE = ["headers", "id", "style", "border", "aria-labelledby", "aria-describedby"]
# Letters that a row's name may have in a narrow column, and a number on one line, such as
# "−15.8 (−20.0 to −11.7)".
_LONG_NAME, _LONG_NUMBER = 48, 28


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter, for the contents."""

    anchor: str
    text: str


def dress(body: str, anchor: str) -> tuple[str, str, tuple[Heading, ...]]:
    """A chapter's HTML as a section of the report.

    Args:
        body: the chapter as nbconvert wrote it; its first heading of the first level is its title.
        anchor: the chapter's anchor; the anchors of its headings start with it.

    Returns:
        The title (empty if it has none), the HTML, and the headings of the level below.
    """
    soup = BeautifulSoup(body, "html.parser")
    for unwanted in soup(_UNWANTED):
        unwanted.decompose()
    for tag in soup.find_all(True):
        for name in [a for a in tag.attrs if a.startswith(("on", "data-quarto"))]:
            del tag[name]
    for hint in soup.select("span.num[title]"):
        hint.name, hint["href"] = "a", address(hint.attrs.pop("title"))
    _join_code(soup)
    title = _take_title(soup)
    headings = _order_headings(soup, anchor)
    numbers = count(1)
    for table in soup.find_all("table"):
        _dress_table(soup, table, title, numbers)
    for place, image in enumerate(soup.select("figure > img"), start=1):
        region = image.wrap(_region(soup, f"Figure {place} of {title}"))
        region.insert_after(_sideways(soup))
    return title, str(soup), headings


def _join_code(soup: BeautifulSoup) -> None:
    """Cells that follow each other and show nothing share one fold."""
    for first in soup.select("details.code"):
        if first.parent is None:
            continue
        while (after := first.find_next_sibling(True)) and "code" in after.get("class", []):
            after.summary.decompose()
            for child in list(after.contents):
                first.append(child.extract())
            after.decompose()


def _take_title(soup: BeautifulSoup) -> str:
    first = soup.find("h1")
    if first is None:
        return ""
    title = first.get_text(" ", strip=True)
    first.decompose()
    return title


def _order_headings(soup: BeautifulSoup, anchor: str) -> tuple[Heading, ...]:
    """One level down, since the page has the one first heading; no level is left out."""
    shown, before, used = [], 2, set()
    for tag in soup.find_all(_HEADINGS):
        level = min(int(tag.name[1]) + 1, before + 1, 6)
        tag.name, before = f"h{max(level, 3)}", max(level, 3)
        text = tag.get_text(" ", strip=True)
        name = f"{anchor}--{_slug(text)}"
        tag["id"] = name if name not in used else f"{name}-{len(used)}"
        used.add(tag["id"])
        if tag.name == "h3":
            shown.append(Heading(tag["id"], text))
    return tuple(shown)


def _dress_table(soup: BeautifulSoup, table: Tag, title: str, numbers: count) -> None:
    """A table with a caption and plain classes, in a region that scrolls and takes the keyboard."""
    _title_to_caption(soup, table)
    for tag in [table, *table.find_all(True)]:
        for name in _TABLE_NOISE:
            tag.attrs.pop(name, None)
    for cell in table.find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
            cell.attrs.pop("scope", None)
    for cell in table.select("tfoot td"):
        note = soup.new_tag("div", attrs={"class": "held"})
        note.extend([child.extract() for child in list(cell.contents)])
        cell.append(note)
    _mark_long(table)
    caption = table.find("caption")
    words = caption.get_text(" ", strip=True) if caption else _heading_before(table) or title
    holder = table.parent
    table.wrap(_region(soup, f"Table {next(numbers)} of {title}: {words}"))
    # The frame that a table library puts around its table would scroll a second time.
    if holder is not None and holder.name == "div" and "padding" in holder.get("style", ""):
        holder.unwrap()


def _mark_long(table: Tag) -> None:
    """Row names and numbers of many words: the one needs a width, the other may wrap."""
    for selected, most in (("tbody th", _LONG_NAME), ("a.num", _LONG_NUMBER)):
        for tag in table.select(selected):
            if len(tag.get_text(" ", strip=True)) > most:
                tag["class"] = [*tag.get("class", []), "long"]


def _region(soup: BeautifulSoup, label: str) -> Tag:
    """What scrolls inside the page: a keyboard reaches it, and its name is read out."""
    words = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label}
    return soup.new_tag("div", attrs=words)


def _sideways(soup: BeautifulSoup) -> Tag:
    """What a narrow screen is told, where the words of a figure would be too small to read."""
    cue = soup.new_tag("p", attrs={"class": "sideways"})
    cue.string = "Scroll sideways to see the whole figure."
    return cue


def _title_to_caption(soup: BeautifulSoup, table: Tag) -> None:
    rows = table.select("tr.gt_heading")
    if not rows or table.find("caption"):
        return
    caption = soup.new_tag("caption")
    for place, row in enumerate(rows):
        part = soup.new_tag("strong" if place == 0 else "span", attrs={"class": "held"})
        for child in list(row.find("td").contents):
            part.append(child.extract())
        caption.append(part)
        if place < len(rows) - 1:
            caption.append(" ")
        row.decompose()
    table.insert(0, caption)


def _heading_before(table: Tag) -> str:
    heading = table.find_previous(_HEADINGS)
    return heading.get_text(" ", strip=True) if heading else ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"
