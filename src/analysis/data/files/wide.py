"""Visits with a column for each number, as clinics keep them: recognised, and told what is needed.

Nothing is turned by itself: which column is which measure at which week is for a person to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis import terms
from analysis.data.problems import Problem
from analysis.plan.problem import nearest

WHEN = (terms.DAY, terms.WEEK)
# A number at the end of a name, and the word before it; some words do not tell which week is meant.
_NUMBERED = re.compile(
    r"(?P<stem>.*?)(?:(?:^|[ _.-]+)(?P<unit>weeks?|wk|w|months?|mo|m|days?|d|visit|v|t|years?|y))?"
    r"[ _.-]*(?P<number>\d+)",
    re.IGNORECASE,
)
_START = re.compile(r"(?P<stem>.*?)[ _.-]+(?:baseline|base|bl|pre|start)", re.IGNORECASE)
_WEEKS = ("", "w", "wk", "week", "weeks")
# Stand in the example for what only a person can tell.
_WEEK, _MEASURE = "WEEK", "MEASURE"


def wide_visits(file: str, names: Sequence[str], measures: Sequence[str] = ()) -> list[Problem]:
    """The one problem of a table of visits that has no columns for measure and value.

    Args:
        file: name of the raw file.
        names: the columns of the table.
        measures: those of the plan, as far as they are known here.

    Returns:
        Nothing where the table has a column of the two, or no two columns that could be numbers.
    """
    names = [name.strip() for name in names if name.strip()]
    if terms.MEASURE in names or terms.VALUE in names:
        return []
    person = terms.PARTICIPANT if terms.PARTICIPANT in names else names[0] if names else ""
    times = [name for name in names if name in WHEN]
    numbers = [name for name in names if name not in (person, *times)]
    if times:
        told = numbers if any(_measure(name, measures) for name in numbers) else []
    else:
        told = [name for name in numbers if _NUMBERED.fullmatch(name) or _START.fullmatch(name)]
    if len(told) < (1 if times else 2):
        return []
    has = "person and visit" if times else "person"
    rule = f"the table has one row for each {has}, and a column for each score"
    lines = [",".join((terms.PARTICIPANT, times[0] if times else terms.WEEK, "measure,value"))]
    lines += _examples(_two(told), f"({person})", times, measures)
    return [Problem(file, 1, "", rule, _advice(lines, measures))]


def _advice(lines: Sequence[str], measures: Sequence[str]) -> str:
    example = "\n".join(f"  {line}" for line in lines)
    known = f" ({', '.join(measures)})" if measures else ""
    words = {
        _WEEK: "; WEEK is the planned week of that visit",
        _MEASURE: f"; MEASURE is the name of a measure of the plan{known}",
    }
    more = "".join(told for word, told in words.items() if word in example)
    return (
        f"write it again with one row for each person, visit and measure, in this way:\n{example}\n"
        f"In brackets are the columns of your table whose cells go there{more}"
    )


def _two(names: Sequence[str]) -> Sequence[str]:
    """Two columns of one measure where there are such, else the first two."""
    first = _stem(names[0])
    same = [name for name in names if _stem(name) == first]
    return (same if len(same) > 1 else names)[:2]


def _examples(
    names: Sequence[str], person: str, times: Sequence[str], measures: Sequence[str]
) -> Iterator[str]:
    for name in names:
        when = f"({times[0]})" if times else _week(name)
        yield ",".join((person, when, _measure(name, measures) or _MEASURE, f"({name})"))


def _measure(name: str, measures: Sequence[str]) -> str | None:
    """The measure of the plan that a column seems to hold."""
    stem = _stem(name).lower()
    within = [each for each in measures if stem and stem in each.lower()]
    return within[0] if within else nearest(stem, measures) if stem else None


def _stem(name: str) -> str:
    found = _START.fullmatch(name) or _NUMBERED.fullmatch(name)
    return found["stem"] if found else name


def _week(name: str) -> str:
    """The week that a column's name tells."""
    if _START.fullmatch(name):
        return "0"
    found = _NUMBERED.fullmatch(name)
    known = found and (found["unit"] or "").lower() in _WEEKS
    return str(int(found["number"])) if known else _WEEK
