"""Small ways to break the files of the tiny study; each gives a function of its raw folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

Break = Callable[[Path], None]
# A file, a line (None: the whole file), a column (empty: the whole row or file), words of the rule.
Place = tuple[str, int | None, str, str]
PEOPLE, VISITS, SESSIONS = "participants.csv", "visits.csv", "sessions.csv"
EVENTS, DICTIONARY, SUMS = "events.csv", "dictionary.csv", "SHA256SUMS"


@dataclass(frozen=True)
class Broken:
    """A name, how the folder is broken, where that must be seen, and whether it is signed after."""

    name: str
    breaks: Break
    places: tuple[Place, ...]
    signed: bool


def case(name: str, breaks: Break, *places: Place, signed: bool = True) -> Broken:
    """One way of breaking the tiny study and the places that must be reported."""
    return Broken(name, breaks, places, signed)


def both(*breaks: Break) -> Break:
    """Several breakages, one after another."""

    def apply(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return apply


def write(name: str, content: bytes, in_place_of: bytes | None = None) -> Break:
    """Bytes as the whole file, or in place of bytes that are in it."""

    def apply(folder: Path) -> None:
        path = folder / name
        before = path.read_bytes() if in_place_of else b""
        assert not in_place_of or in_place_of in before
        path.write_bytes(before.replace(in_place_of, content) if in_place_of else content)

    return apply


def replace(name: str, old: str, new: str) -> Break:
    """Text in place of other text, wherever that is in the file."""
    return write(name, new.encode(), in_place_of=old.encode())


def add_line(name: str, line: str) -> Break:
    """One more line at the end."""
    return lambda folder: _rewrite(folder / name, lambda text: f"{text}{line}\n")


def new_table(name: str, lines: list[str]) -> Break:
    """Other lines in place of all."""
    return write(name, "".join(f"{line}\n" for line in lines).encode())


def remove(name: str) -> Break:
    """The file is gone."""
    return lambda folder: (folder / name).unlink()


def rename(old: str, new: str) -> Break:
    """The file has another name."""

    def apply(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return apply


def without_column(name: str, column: str) -> Break:
    """The table lacks a column."""
    return _frame(name, lambda data: data.drop(columns=column))


def with_column(name: str, column: str, value: str) -> Break:
    """The table has one more column, perhaps of a name that it has already."""

    def apply(folder: Path) -> None:
        head, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        lines = [f"{head},{column}", *(f"{row},{value}" for row in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    return apply


def renamed_columns(name: str, **names: str) -> Break:
    """Columns have other names."""
    return _frame(name, lambda data: data.rename(columns=names))


def same_value_everywhere(name: str) -> Break:
    """One value has been copied down the column."""
    return _frame(name, lambda data: data.assign(value="50"))


def as_utf16(name: str) -> Break:
    """The text is in UTF-16."""
    return _encoded(name, "utf-16")


def as_windows(name: str) -> Break:
    """The text is in Windows-1252."""
    return _encoded(name, "cp1252")


def as_xlsx(name: str) -> Break:
    """The CSV has become an XLSX of the same name."""

    def apply(folder: Path) -> None:
        _typed(folder / name).to_excel((folder / name).with_suffix(".xlsx"), index=False)
        (folder / name).unlink()

    return apply


def as_parquet(name: str) -> Break:
    """The CSV has become Parquet of the same name."""

    def apply(folder: Path) -> None:
        _typed(folder / name).to_parquet((folder / name).with_suffix(".parquet"), index=False)
        (folder / name).unlink()

    return apply


def _typed(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def _frame(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Break:
    def apply(folder: Path) -> None:
        data = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        change(data).to_csv(folder / name, index=False, lineterminator="\n")

    return apply


def _encoded(name: str, encoding: str) -> Break:
    def apply(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_bytes(text.encode(encoding))

    return apply


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
