"""The first line of a table: one name a column, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.data.files.wide import wide_visits
from analysis.data.problems import Problem
from analysis.terms import MEASURE, VALUE


def position(index: int) -> str:
    """A column that has no name, by its place."""
    return f"number {index + 1}"


def usable_columns(names: Sequence[str]) -> dict[int, str]:
    """Place and name of the columns that can be read: named, and the first of their name."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if name.strip():
            seen.setdefault(name.strip(), index)
    return {index: name for name, index in seen.items()}


def check_header(
    file: str, names: Sequence[str], used: Sequence[bool], known: Iterable[str]
) -> list[Problem]:
    """Problems of the first line: names that are missing, given twice, or no names at all."""
    stripped = [name.strip() for name in names]
    if not set(stripped) & set(known):
        if {MEASURE, VALUE} <= set(known) and (wide := wide_visits(file, names)):
            return wide
        do = f"give the table a first line with the names of its columns, such as {_some(known)}"
        return [Problem(file, 1, "", "the first line holds no known column name", do)]
    found = []
    for index, name in enumerate(stripped):
        if not name and used[index]:
            do = "name the column and describe it in dictionary.csv, or remove it"
            found.append(Problem(file, 1, position(index), "a column without a name", do))
        elif name and name in stripped[:index]:
            do = "keep one column of this name; nothing tells which of them is right"
            found.append(Problem(file, 1, name, "the column is there twice", do))
    return found


def _some(known: Iterable[str]) -> str:
    return ", ".join(list(known)[:3])
