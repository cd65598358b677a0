"""Problems of the data: each with its file, line, column, rule and what to do.

A problem knows the value and the participant it was found at, but shows them only when asked: the
one who asks is the person who runs `analysis check` beside the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.data.problem_page import problem_page
from analysis.errors import DataError

Severity = Literal["error", "note"]
PLACES_SHOWN = 20
LINES_SHOWN = 8
# One systematic fault in a long table would otherwise fill memory with copies of one sentence.
PLACES_KEPT = 1000
PRIVATE = ("value", "participant")
COLUMNS = ("file", "line", "column", "rule", "do", "severity")
WHY = "a value that is read wrongly, or counted twice, changes the estimate without leaving a trace"


@dataclass(frozen=True)
class Problem:
    """One break of one rule at one place.

    Attributes:
        file: name of the raw file, or of the folder; of the plan, ``plans/<study>.yaml``, where it
            asks for what the data do not have.
        line: line of a CSV file or row of a sheet (the header is 1; the rows of Parquet are
            counted in the same way), None where the whole file is meant.
        column: name of the column, empty where the whole row or file is meant; of a plan, the key.
        rule: what is broken; holds no value.
        do: what to do.
        severity: an ``error`` stops the analysis, a ``note`` is told and counted.
        value: the cell; left out of every text unless asked for.
        participant: who the row belongs to; left out of every text unless asked for.
    """

    file: str
    line: int | None
    column: str
    rule: str
    do: str
    severity: Severity = "error"
    value: str | None = field(default=None, repr=False)
    participant: str | None = field(default=None, repr=False)


def located(
    file: str,
    lines: Sequence[int],
    column: str,
    rule: str,
    do: str,
    *,
    severity: Severity = "error",
    values: Sequence[object] | None = None,
    participants: Sequence[object] | None = None,
) -> list[Problem]:
    """One problem a line; after `PLACES_KEPT` lines one more that counts the rest."""
    kept = len(lines[:PLACES_KEPT])
    cells = values if values is not None else [None] * kept
    people = participants if participants is not None else [None] * kept
    found = [
        Problem(file, int(line), column, rule, do, severity, _text(value), _text(person))
        for line, value, person in zip(lines[:kept], cells[:kept], people[:kept], strict=True)
    ]
    if len(lines) > kept:
        rest = f"{rule}: and {len(lines) - kept} more lines"
        found.append(Problem(file, int(lines[kept]), column, rest, do, severity))
    return found


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that stop the analysis."""
    return [problem for problem in problems if problem.severity == "error"]


def notes_of(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are told and counted, and stop nothing."""
    return [problem for problem in problems if problem.severity == "note"]


class DataProblems(DataError):  # noqa: N818 (several problems, one error)
    """Everything that is wrong with the raw data of a study, at once.

    Args:
        problems: all problems, notes included.
        study: name of the study.
    """

    def __init__(self, problems: Iterable[Problem], study: str) -> None:
        self.problems = tuple(problems)
        self.study = study
        stops = errors_of(self.problems)
        places = "1 place" if len(stops) == 1 else f"{len(stops)} places"
        files = {problem.file for problem in stops}
        broken, where = "break the rules", f"data/raw/{study}"
        if files == {plan := f"plans/{study}.yaml"}:
            broken, where = "do not have what the plan names", plan
        super().__init__(
            f"The data of the study {study} {broken} at {places}.\n{to_text(stops)}",
            where=where,
            why=WHY,
            do=f"correct each place above; `analysis check {study} --csv FILE` writes all places "
            "as a table, with `--values` also the cells",
        )

    def __reduce__(self) -> tuple:
        return type(self), (self.problems, self.study)

    def to_frame(self, with_values: bool = False) -> pd.DataFrame:
        """See `to_frame`."""
        return to_frame(self.problems, with_values)

    def to_csv(self, path: Path, with_values: bool = False) -> None:
        """See `to_csv`."""
        to_csv(self.problems, path, with_values)

    def to_html(self, path: Path, with_values: bool = False) -> None:
        """See `to_html`."""
        to_html(self.problems, path, with_values)


def to_frame(problems: Iterable[Problem], with_values: bool = False) -> pd.DataFrame:
    """The problems as a table: a row a problem; values and participants only where asked for."""
    columns = [*COLUMNS, *(PRIVATE if with_values else ())]
    rows = [[getattr(problem, name) for name in columns] for problem in problems]
    return pd.DataFrame(rows, columns=columns).astype({"line": "Int64"})


def to_csv(problems: Iterable[Problem], path: Path, with_values: bool = False) -> None:
    """Write the problems as CSV (UTF-8)."""
    to_frame(problems, with_values).to_csv(path, index=False, lineterminator="\n")


def to_html(problems: Iterable[Problem], path: Path, with_values: bool = False) -> None:
    """Write the problems as one page that needs nothing else."""
    page = problem_page(to_frame(problems, with_values))
    Path(path).write_text(page, encoding="utf-8")


def to_text(problems: Iterable[Problem], with_values: bool = False) -> str:
    """The problems as lines of text, grouped by file and rule, about twenty groups at most.

    Args:
        problems: what was found.
        with_values: show cells and participants; only for the person who runs the check locally.

    Returns:
        Text without a final line break; empty where there are no problems.
    """
    groups = [list(same) for _, same in groupby(sorted(problems, key=_kind), key=_kind)]
    lines, file = [], None
    for group in groups[:PLACES_SHOWN]:
        if group[0].file != file:
            file = group[0].file
            lines.append(f"  {file}")
        lines.append(_sentence(group, with_values))
    rest = sum(len(group) for group in groups[PLACES_SHOWN:])
    if rest:
        lines.append(f"  and {rest} more; `analysis check` with `--csv FILE` writes them all")
    return "\n".join(lines)


def _kind(problem: Problem) -> tuple[bool, str, str, str]:
    return problem.severity == "note", problem.file, problem.column, problem.rule


def _sentence(group: list[Problem], with_values: bool) -> str:
    first = group[0]
    places = [_place(problem, with_values) for problem in group if problem.line is not None]
    where = ""
    if places:
        more = len(places) - LINES_SHOWN
        where = ("line " if len(places) == 1 else "lines ") + ", ".join(places[:LINES_SHOWN])
        where += f" and {more} more" if more > 0 else ""
    kind = "key" if first.file.startswith("plans/") else "column"
    column = f"{kind} {first.column}" if first.column else ""
    place = ", ".join(part for part in (where, column) if part)
    note = "note: " if first.severity == "note" else ""
    # Advice may hold lines to be copied.
    do = _capital(first.do).replace("\n", "\n      ")
    return f"    {note}{place + ': ' if place else ''}{first.rule}. {do}."


def _place(problem: Problem, with_values: bool) -> str:
    private = [problem.participant, problem.value] if with_values else []
    shown = ", ".join(repr(part) for part in private if part is not None)
    return f"{problem.line} ({shown})" if shown else str(problem.line)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _text(value: object) -> str | None:
    return None if value is None or value is pd.NA or value != value else str(value)
