"""Who was seen when: the courses that people share, read from the rows `pattern`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.show.select import arms_of, one_key, records, some, where
from analysis.terms import Labels

OBSERVED = "observed"
CAME_BACK = "missing but came back"


@dataclass(frozen=True)
class Run:
    """Planned values in a row that stand alike: where they begin, how many, and how they stand."""

    start: int
    length: int
    stands: str


@dataclass(frozen=True)
class Course:
    """A course over the planned weeks, the people who share it, and its result row."""

    row: Any
    people: int
    runs: tuple[Run, ...]


def courses(rows: pd.DataFrame, labels: Labels) -> dict[str, list[Course]]:
    """The courses of each arm, those seen longest first.

    Args:
        rows: result rows `pattern` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = some(where(rows, statistic="pattern"), "<question>.pattern.<measure>.<arm>.<course>")
    one_key(found, "question")
    one_key(found, "measure")
    return {
        arm: sorted((_course(row) for row in records(where(found, arm=arm))), key=_order)
        for arm in arms_of(found, labels)
    }


def kinds(found: dict[str, list[Course]]) -> list[str]:
    """How values stand in any course: observed first, then what came back, then the commonest."""
    counts: dict[str, int] = {}
    for each in (course for arm in found.values() for course in arm):
        for run in each.runs:
            name = kind(run.stands)
            counts[name] = counts.get(name, 0) + each.people * run.length
    first = {OBSERVED: 0, CAME_BACK: 1}
    return sorted(counts, key=lambda name: (first.get(name, 2), -counts[name], name))


def kind(stands: str) -> str:
    """How a value stands, as a figure tells it apart: why someone came back later does not show."""
    return CAME_BACK if stands.startswith(CAME_BACK) else stands


def _course(row: Any) -> Course:
    runs, start = [], 0
    for part in str(row.level).split("; "):
        stands, _, length = part.rpartition("*")
        runs.append(Run(start, int(length), stands))
        start += int(length)
    return Course(row, int(row.value), tuple(runs))


def _order(course: Course) -> tuple:
    """Whoever was seen to the end first, those with gaps after those without; then by reason."""
    last = course.runs[-1]
    stayed = kind(last.stands) == OBSERVED
    return (
        not stayed,
        0 if stayed else -last.start,
        last.stands,
        len(course.runs),
        str(course.row.level),
    )
