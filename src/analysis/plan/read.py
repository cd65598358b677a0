"""Reading a plan: from the file to frozen dataclasses, with every problem listed at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import PlanError
from analysis.plan.convert import Notes, sections
from analysis.plan.partial import UNREAD
from analysis.plan.places import plan_path, project_root, safe_name
from analysis.plan.problem import KeyPath, key_text, plan_error, shown_path
from analysis.plan.schema import Plan
from analysis.plan.source import compose, read_text
from analysis.plan.validate import validate

__all__ = [
    "defaults_used",
    "line_of_key",
    "plan_path",
    "project_root",
    "read_plan",
    "read_plan_text",
    "safe_name",
]


@dataclass(frozen=True)
class Reading:
    """A plan as read, and the keys that it left to their defaults."""

    plan: Plan
    defaults: tuple[str, ...]


def read_plan(path: Path | str) -> Plan:
    """The plan of a file.

    Args:
        path: a YAML file, named after its study.

    Raises:
        PlanError: lists every problem with its file, line and key.
    """
    path = Path(path)
    return read_plan_text(read_text(path), path).plan


def defaults_used(path: Path | str) -> tuple[str, ...]:
    """The keys that a plan file leaves to their defaults, such as `questions.primary.options.reml`.

    Raises:
        PlanError: as `read_plan`.
    """
    path = Path(path)
    return read_plan_text(read_text(path), path).defaults


def line_of_key(path: Path) -> Callable[[KeyPath], int | None]:
    """Where a plan file says what: from a key to the line of it, or of the nearest key above it.

    Args:
        path: the plan file; without one, or where it cannot be read, no line is known.
    """
    notes = Notes()
    with suppress(PlanError):
        sections(compose(read_text(path), shown_path(path)), Plan, (), notes)
    return notes.line


def read_plan_text(text: str, path: Path) -> Reading:
    """A plan's text, read as the content of the file `path` (which need not exist).

    Raises:
        PlanError: as `read_plan`.
    """
    file = shown_path(path)
    notes = Notes()
    read = sections(compose(text, file), Plan, (), notes) or {}
    parts = {name: ... if value is UNREAD else value for name, value in read.items()}
    problems = [*notes.problems, *map(notes.located, validate(parts, path.stem))]
    if problems:
        raise plan_error(problems, file)
    return Reading(Plan(**read), tuple(key_text(key) for key in notes.defaults))
