"""A fit as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

_CELL = 'style="text-align:{};padding:2px 10px"'


class Shown:
    """How an estimate looks in a terminal and in a notebook: method, facts, table."""

    @property
    def _title(self) -> str:
        return self.method

    def _facts(self) -> dict[str, object]:
        raise NotImplementedError

    def _shown(self) -> pd.DataFrame:
        return self.coefficients

    def __repr__(self) -> str:
        return as_text(self._title, self._facts(), self._shown())

    def _repr_html_(self) -> str:
        return as_html(self._title, self._facts(), self._shown())


def as_text(title: str, facts: Mapping[str, object], table: pd.DataFrame) -> str:
    """Title, facts in lines, table."""
    width = max(len(name) for name in facts)
    lines = [title, *(f"  {name:<{width}}  {_fact(value)}" for name, value in facts.items()), ""]
    shown = table.assign(**{c: table[c].map(_number(c)) for c in table if c != "name"})
    return "\n".join([*lines, shown.to_string(index=False)])


def as_html(title: str, facts: Mapping[str, object], table: pd.DataFrame) -> str:
    """The same as a small page piece: a heading, a line of facts, a table with headers."""
    facts_line = " · ".join(f"{escape(k)}: {escape(_fact(v))}" for k, v in facts.items())
    head = "".join(
        f'<th scope="col" {_CELL.format("left" if c == "name" else "right")}>{escape(c)}</th>'
        for c in table
    )
    body = "".join(f"<tr>{_row(row)}</tr>" for row in table.to_dict("records"))
    return (
        f"<div><p><strong>{escape(title)}</strong></p><p>{facts_line}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Mapping[str, object]) -> str:
    cells = []
    for column, value in row.items():
        if column == "name":
            cells.append(f'<th scope="row" {_CELL.format("left")}>{escape(str(value))}</th>')
        else:
            cells.append(f"<td {_CELL.format('right')}>{_number(column)(value)}</td>")
    return "".join(cells)


def _fact(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _number(column: str):
    if column == "df":
        return "{:.1f}".format
    if column == "p":
        return lambda p: "<0.0001" if p < 0.0001 else f"{p:.4f}"
    return "{:.4g}".format
