"""What papermill gave a chapter, held against what the chapter declares.

Papermill puts what it was given into a cell of its own, and of a name that the chapter does not
declare it only logs a line: a misspelt `weak` would be ignored, and the numbers of the planned week
taken for those of another one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from IPython import get_ipython

from analysis.errors import UsageError
from analysis.study.known import known

# Papermill begins the cell that it adds with this line.
_GIVEN = "# Parameters"
# The name that every chapter declares: the cell that sets it is the one tagged `parameters`.
_STUDY = "study"


def refuse_undeclared(cells: Iterable[str] | None = None) -> None:
    """Refuses what papermill gave and the chapter does not declare.

    Args:
        cells: the code that ran so far, cell by cell; None is that of this kernel.

    Raises:
        UsageError: names the parameter, the nearest that is declared, and all of them.
    """
    declared: list[str] = []
    given: list[str] = []
    for code in _cells_run() if cells is None else cells:
        names = _assigned(code)
        if code.startswith(_GIVEN):
            given = names
        elif _STUDY in names:
            declared, given = names, []
    for name in given if declared else ():
        _refuse_unknown(name, declared)


def _refuse_unknown(name: str, declared: list[str]) -> None:
    try:
        known(name, declared, "parameter")
    except UsageError as error:
        raise UsageError(
            f"The chapter declares no parameter {name!r}.",
            where=f"papermill -p {name} ...",
            why="it would be ignored, and the numbers as planned taken for those asked for",
            do=error.do,
        ) from None


def _cells_run() -> list[str]:
    shell = get_ipython()
    return [] if shell is None else list(shell.user_ns.get("In", []))


def _assigned(code: str) -> list[str]:
    """The names that a cell of plain `name = value` lines sets; none of a cell of another kind."""
    try:
        lines = ast.parse(code).body
    except SyntaxError:
        return []
    targets = [line.targets for line in lines if isinstance(line, ast.Assign)]
    targets += [[line.target] for line in lines if isinstance(line, ast.AnnAssign)]
    return [each.id for group in targets for each in group if isinstance(each, ast.Name)]
