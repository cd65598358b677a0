"""Reads the invented people of `people.md`: their records, and what should be derived from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).with_name("people.md")
PLANNED_SESSIONS = 48


@dataclass(frozen=True)
class Person:
    """One person of the page; numbers as floats, empty cells as None."""

    name: str
    arm: str
    pain: dict[float, float]
    attended: int | None
    event: tuple[float, str, str] | None
    populations: set[str]
    after: tuple[str, int] | None
    rows: dict[str, dict[str, str]]


def read_people(page: Path = PAGE) -> list[Person]:
    """Every person of the page, in its order; a line that is not understood is an error."""
    return [_person(section) for section in page.read_text("utf-8").split("\n## ")[1:]]


def _person(section: str) -> Person:
    said = dict(re.findall(r"^- ([a-z ]+): (.+)$", section, re.MULTILINE))
    assert len(re.findall(r"^- ", section, re.MULTILINE)) == len(said)
    attended = said.pop("attended")
    after = said.pop("scores after", None)
    person = Person(
        name=section.split()[0],
        arm=said.pop("arm"),
        pain=_pairs(said.pop("pain")),
        attended=None if attended == "none" else int(_match(r"(\d+) of 48", attended)[1]),
        event=_event(said.pop("events")),
        populations=set(said.pop("in").split(", ")),
        after=(after.rsplit(" ", 1)[0], int(after.rsplit(" ", 1)[1])) if after else None,
        rows=_table(section),
    )
    assert not said, f"{person.name}: not understood: {list(said)}"
    return person


def _pairs(text: str) -> dict[float, float]:
    pairs = [_match(r"day (-?\d+): (\d+)", part) for part in text.split(", ")]
    return {float(pair[1]): float(pair[2]) for pair in pairs}


def _event(text: str) -> tuple[float, str, str] | None:
    if text == "none":
        return None
    found = _match(r"day (\d+): ([a-z ]+)(?:, (.+))?", text)
    return float(found[1]), found[2], found[3] or ""


def _table(section: str) -> dict[str, dict[str, str]]:
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rows = {cells[0]: dict(zip(head, cells, strict=True)) for cells in body}
    assert list(rows) == ["baseline", "week 8", "week 16", "week 26"]
    return rows


def _match(pattern: str, text: str) -> re.Match:
    found = re.fullmatch(pattern, text)
    assert found, f"not understood: {text}"
    return found


def tables(people: list[Person]) -> dict[str, str]:
    """The people's records as the raw tables of a study, in CSV."""
    lines = {
        "participants": ["participant,arm"],
        "visits": ["participant,day,measure,value"],
        "sessions": ["participant,day,attended"],
        "events": ["participant,day,event,reason"],
        "dictionary": ["table,column,label,type,unit,minimum,maximum,levels,required,description"],
    }
    for one in people:
        lines["participants"].append(f"{one.name},{one.arm}")
        lines["visits"] += [f"{one.name},{day:g},pain_vas,{v:g}" for day, v in one.pain.items()]
        if one.attended is not None:
            kept = ["yes"] * one.attended + ["no"] * (PLANNED_SESSIONS - one.attended)
            days = [1 + number * 112 // PLANNED_SESSIONS for number in range(PLANNED_SESSIONS)]
            log = zip(days, kept, strict=True)
            lines["sessions"] += [f"{one.name},{day},{came}" for day, came in log]
        if one.event:
            day, event, reason = one.event
            lines["events"].append(f"{one.name},{day:g},{event},{reason}")
    return {name: "\n".join(rows) + "\n" for name, rows in lines.items()}
