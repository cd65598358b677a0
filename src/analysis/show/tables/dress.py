"""What every table wears: title, notes, an id that never changes, and whose rows these are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from great_tables import GT
from great_tables import html as raw

from analysis.errors import ClaimError
from analysis.show.link import NOT_AVAILABLE, NOT_PLANNED_MARK, is_planned
from analysis.show.select import column_values
from analysis.show.whose import words_for
from analysis.show.words import arm_label, compared, estimand_labels
from analysis.terms import Labels

_BADGE = ' <span class="badge not-as-planned">Not as planned</span>'
_NOT_PLANNED_NOTE = f"{NOT_PLANNED_MARK} Not as planned: departs from what the plan asks."


def dress(
    cells: list[dict[str, str]],
    used: list[Any],
    labels: Labels,
    *,
    name: str,
    title: str,
    headings: dict[str, str],
    subtitle: str = "",
    stub: str = "row",
    group: str | None = None,
    spanners: dict[str, list[str]] | None = None,
    texts: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> GT:
    """A finished table.

    Args:
        cells: the table's rows; stub and group as text, the other cells as HTML from `link.cell`.
        used: the result rows behind the cells; they say what was planned, and whether these are
            people of the study, who may be simulated, or those of published trials.
        labels: the study's words.
        name: part of the id, unique on a page together with the rows' question and measure.
        title: words above the table, not escaped.
        subtitle: smaller words below the title, not escaped.
        headings: HTML of each column by its key, in order; of the stub, plain text.
        stub: key of the column of row headings.
        group: key of the groups of rows.
        spanners: HTML above several columns, and the keys of those columns.
        texts: keys of columns that hold words, not numbers.
        notes: HTML notes below, made by `link` or from literal text.

    Raises:
        ClaimError: the table would have headings and nothing below them.
    """
    _need_rows(cells, name, title)
    labels = words_for(labels, used)
    columns = [*([group] if group else []), *headings]
    frame = pd.DataFrame(cells, columns=columns, dtype=object).fillna(NOT_AVAILABLE)
    table = GT(frame, rowname_col=stub, groupname_col=group, id=_slug(name, used))
    departs = any(not is_planned(row) for row in used)
    table = table.tab_header(*_header(title, subtitle, departs, labels))
    table = table.tab_stubhead(headings[stub]).cols_label(
        {key: raw(words) for key, words in headings.items() if key != stub}
    )
    body = [key for key in headings if key != stub]
    table = table.fmt_passthrough(columns=body, escape=False).cols_align("right", columns=body)
    if texts:
        table = table.cols_align("left", columns=list(texts))
    for place, (words, keys) in enumerate((spanners or {}).items()):
        table = table.tab_spanner(raw(words), columns=keys, id=f"group-{place}")
    for note in [*notes, *_closing(departs, labels)]:
        table = table.tab_source_note(raw(note))
    return table.tab_options(
        table_width="100%",
        heading_align="left",
        table_font_size="0.9rem",
        column_labels_font_weight="600",
        row_group_font_weight="600",
    )


def _need_rows(cells: list[dict[str, str]], name: str, title: str) -> None:
    if not cells:
        raise ClaimError(
            f"The table '{title}' has no rows.",
            where=f"table {name}",
            why="Headings with nothing below them say neither what was found nor that nothing was.",
            do="Ask the question whose results it shows, and look whether they are among the rows.",
        )


def _header(title: str, subtitle: str, departs: bool, labels: Labels) -> tuple:
    words = [html.escape(subtitle)] if subtitle else []
    if labels.stamp:
        words.insert(0, f'<strong class="stamp">{html.escape(labels.stamp)}</strong>')
    first = raw(html.escape(title) + (_BADGE if departs else ""))
    return first, raw(" · ".join(words)) if words else None


def _closing(departs: bool, labels: Labels) -> list[str]:
    notes = [_NOT_PLANNED_NOTE] if departs else []
    return notes + ([html.escape(labels.note)] if labels.note else [])


def source(used: list[Any], labels: Labels) -> list[str]:
    """Notes on where these numbers come from: estimand, method, weighting, reference."""
    notes = []
    for column, words in [
        ("estimand", "Estimand"),
        ("method", "Method"),
        ("weighting", "Weighting of the means"),
    ]:
        values = column_values(used, column)
        values = estimand_labels(labels, values) if column == "estimand" else values
        if values:
            notes.append(f"{words}: {html.escape('; '.join(values))}.")
    return notes + [f"{html.escape(words)}." for words in compared(used)]


def _slug(name: str, used: list[Any]) -> str:
    parts = [name, *column_values(used, "question")[:1]]
    measures = column_values(used, "measure")
    parts += measures if len(measures) == 1 else []
    # A week that departs from the plan makes another table of the same question.
    return re.sub(r"[^a-z0-9]+", "-", "-".join(["table", *parts]).lower()).strip("-")


def listed(items: Iterable[str]) -> str:
    """Items of HTML as a list inside a note."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def arm_headings(arms: Sequence[str], labels: Labels) -> dict[str, str]:
    """The heading of each arm's column."""
    return {arm: html.escape(arm_label(labels, arm)) for arm in arms}
