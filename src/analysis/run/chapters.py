"""The chapters of the book: the numbered notebooks, in order, found by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import UsageError

_NUMBERED = re.compile(r"\d\d_[a-z0-9_]+")


def all_chapters(root: Path) -> dict[str, Path]:
    """Every chapter's notebook by name, in the order of their numbers."""
    found = sorted((root / "notebooks").glob("*.ipynb"))
    return {path.stem: path for path in found if _NUMBERED.fullmatch(path.stem)}


def choose_chapters(root: Path, names: Sequence[str] = ()) -> dict[str, Path]:
    """The chapters asked for, in book order; all when no name is given.

    A name may be whole (``03_week_16``), without its number (``week_16``) or a file.

    Raises:
        UsageError: there is no such chapter, or there are none at all.
    """
    book = all_chapters(root)
    if not book:
        raise UsageError(
            "There are no chapters.",
            where="notebooks/",
            do="add a notebook whose name starts with two digits, such as 01_data_and_flow.ipynb",
        )
    if not names:
        return book
    chosen = {_find(name, book) for name in names}
    return {name: path for name, path in book.items() if name in chosen}


def _find(name: str, book: dict[str, Path]) -> str:
    stem = Path(name).stem if name.endswith(".ipynb") else name
    for chapter in book:
        if stem in (chapter, chapter[3:], chapter[:2]):
            return chapter
    near = difflib.get_close_matches(stem, [*book, *(c[3:] for c in book)], n=1)
    raise UsageError(
        f"There is no chapter `{name}`.",
        where="--chapter",
        do=f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(book)}",
    )
