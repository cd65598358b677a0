"""The chapters of the book: the numbered notebooks, in order, found by name or by what they ask."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.errors import UsageError
from analysis.plan.schema import Plan
from analysis.run.parameters import cells_of

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


def chapters_for(plan: Plan, book: Mapping[str, Path]) -> dict[str, Path]:
    """The chapters of the book that ask what the plan asks, in book order.

    A chapter asks for questions by their key or by their kind (`chapter.ask("flow")`); without
    either it asks the main question, one about a change. Where no chapter asks anything of the
    plan, all are kept, and each says so.
    """
    asked = {*plan.questions, *(each.estimate for each in plan.questions.values())}
    found = {name: path for name, path in book.items() if asks(path) & asked}
    return found or dict(book)


def nothing_asked(plan: Plan, chapters: Mapping[str, Path]) -> list[str]:
    """A warning for each chapter of which the plan asks nothing: its pages will hold no result."""
    kinds = sorted({each.estimate for each in plan.questions.values()})
    return [
        f"the plan asks nothing that the chapter {name} answers, so it holds no result. It answers "
        f"questions of the kind {', '.join(sorted(asks(path)))}; the plan asks questions of the "
        f"kind {', '.join(kinds)}."
        for name, path in chapters.items()
        if asks(path) and not asks(path) & {*plan.questions, *kinds}
    ]


def asks(notebook: Path) -> set[str]:
    """The questions or kinds of question that a chapter asks, read without running it."""
    cells = cells_of(notebook)
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    calls = [node for source in code for node in _calls(source)]
    return {
        call.args[0].value if call.args else "change"
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "ask"
    }


def _calls(source: str) -> list[ast.Call]:
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []


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
