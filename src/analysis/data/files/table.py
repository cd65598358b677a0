"""A raw table on its way from text to typed columns, with the line that every row came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import terms
from analysis.data.problems import Problem, Severity, located


@dataclass(frozen=True)
class Table:
    """A table and where it came from.

    Attributes:
        name: participants, visits, sessions, events or dictionary.
        file: name of the raw file.
        data: its cells, index 0 to n-1; text at first, typed after parsing.
        lines: the line of each row in the file.
        broken: rows that were reported as a whole; later rules leave them alone.
    """

    name: str
    file: str
    data: pd.DataFrame
    lines: np.ndarray
    broken: np.ndarray

    def has(self, *columns: str) -> bool:
        """Whether all these columns are there."""
        return set(columns) <= set(self.data.columns)

    def with_data(self, data: pd.DataFrame) -> Table:
        """The same table with other columns, row by row the same."""
        return replace(self, data=data)

    def flag(
        self, rows: pd.Series | np.ndarray, column: str, rule: str, do: str, severity: Severity
    ) -> list[Problem]:
        """A problem for every row that is True.

        Args:
            rows: one truth value a row; missing counts as False.
            column: the column that is at fault; its cell goes along.
            rule: what is broken.
            do: what to do.
            severity: error or note.
        """
        at = np.flatnonzero(pd.array(rows, dtype="boolean").fillna(False).to_numpy(bool))
        if not len(at):
            return []
        cells = self.data[column].iloc[at].tolist() if column in self.data else None
        people = self.data[terms.PARTICIPANT].iloc[at].tolist() if self.has("participant") else None
        return located(
            self.file,
            self.lines[at],
            column,
            rule,
            do,
            severity=severity,
            values=cells,
            participants=people,
        )

    def error(self, rows: pd.Series | np.ndarray, column: str, rule: str, do: str) -> list[Problem]:
        """An error for every row that is True."""
        return self.flag(rows, column, rule, do, "error")

    def note(self, rows: pd.Series | np.ndarray, column: str, rule: str, do: str) -> list[Problem]:
        """A note for every row that is True."""
        return self.flag(rows, column, rule, do, "note")


def as_text(cells: pa.ChunkedArray) -> pd.Series:
    """Arrow text as a column of text; empty cells and NA are missing.

    Spaces at the ends stay: an identifier that differs by a space is a problem of its own.
    """
    column = cells.to_pandas()
    bare = column.str.strip()
    return column.mask((bare == "") | (bare == "NA"))


def text_table(
    name: str,
    file: str,
    columns: dict[str, pd.Series],
    lines: np.ndarray,
    broken: np.ndarray | None = None,
) -> Table:
    """A table of text cells; rows without any content are left out, as spreadsheets add them."""
    data = pd.DataFrame(columns)
    broken = np.zeros(len(data), bool) if broken is None else broken
    full = data.notna().any(axis=1).to_numpy() | broken if data.shape[1] else broken
    if not full.all():
        data, lines, broken = data[full].reset_index(drop=True), lines[full], broken[full]
    return Table(name, file, data, np.asarray(lines), broken)
