"""The lock: a plan that was fixed on a date, and whether it still is what was fixed.

The hash is taken over what the plan says, not over its text: comments, the order of keys and
values written out that equal their defaults change nothing. The order of the arms counts. Keys
that equal their defaults are left out of the hash, so that a key added to the schema later, with a
default that keeps the old behaviour, unlocks no plan. Defaults therefore never change once
published.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from analysis.errors import PlanError
from analysis.plan.problem import shown_path
from analysis.plan.read import read_plan_text
from analysis.plan.saving import save_text
from analysis.plan.schema import Plan
from analysis.plan.source import read_text

_NOT_CONTENT = {"lock", "amendments"}


def plan_hash(plan: Plan) -> str:
    """SHA-256 of what a plan says, without its lock and amendments, as 64 hexadecimal digits."""
    content = {name: v for name, v in _content(plan).items() if name not in _NOT_CONTENT}
    content["arms"] = list(content["arms"].items())
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8")).hexdigest()


def check_lock(plan: Plan) -> None:
    """Pass where a plan has no lock, or says what it said at its lock or its last amendment.

    Raises:
        PlanError: the plan was changed since, and no amendment says so.
    """
    if plan.lock is None:
        return
    last = plan.amendments[-1] if plan.amendments else plan.lock
    now = plan_hash(plan)
    if last.hash == now:
        return
    place = f"amendments[item {len(plan.amendments)}]" if plan.amendments else "lock"
    raise PlanError(
        f"The plan was changed after {last.date}, and no amendment says so.",
        where=f"plan {plan.study.name} ({place}.hash)",
        why="A change that was made with the results in sight can make chance look like an effect. "
        "A hash shows that something changed, not what.",
        do="Undo the change (the file's history shows it), or record it by these lines under "
        f"`amendments:`, one entry for all that changed since {last.date}:\n"
        + amendment_text(date.today(), now),
    )


def amendment_text(on: date, hash_after: str) -> str:
    """The lines of an amendment to be completed by hand, for under `amendments:`."""
    return (
        f"  - date: {on}\n"
        "    key: the key that was changed, such as estimands.primary.variable.week\n"
        "    what: the old and the new value\n"
        "    why: the reason, and who had seen which results\n"
        f"    hash: {hash_after}\n"
    )


def lock_plan(path: Path, on: date) -> str:
    """Add a lock to a plan file, its comments and layout kept; the hash that was written.

    Args:
        path: the plan file.
        on: the date of the lock.

    Raises:
        PlanError: the plan has problems, is locked already, or cannot be written.
    """
    text = locked_text(read_text(path), path, on)
    locked = read_plan_text(text, path).plan
    save_text(text, path)
    return locked.lock.hash if locked.lock else plan_hash(locked)


def lock_today(path: Path) -> str:
    """Lock a plan file under today's date, and say in words what was written.

    Args:
        path: the plan file.

    Raises:
        PlanError: as `lock_plan`; of a plan that was changed after its lock, with the lines of the
            amendment that is needed instead.
    """
    check_lock(read_plan_text(read_text(path), path).plan)
    today = date.today()
    lines = "\n".join(_lock_lines(today, lock_plan(path, today)))
    return (
        f"{shown_path(path)}: locked. These lines were added at its end, and nothing else was "
        f"changed:\n{lines}\nFrom now on a plan that says something else is refused until an entry "
        "under `amendments:` says what was changed and why. Keep the file under version control: a "
        "hash shows that something changed, not what."
    )


def locked_text(text: str, path: Path, on: date) -> str:
    """The text of a plan with its lock added as the last lines.

    Raises:
        PlanError: the plan has problems, is locked already, or has a form that lines cannot be
            added to.
    """
    plan = read_plan_text(text, path).plan
    file = shown_path(path)
    if plan.lock is not None:
        raise PlanError(
            f"The plan is locked already, since {plan.lock.date}.",
            where=f"{file} (lock)",
            why="A second lock would hide what was fixed first.",
            do="Record a change as a dated entry under `amendments:`.",
        )
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [*_lock_lines(on, plan_hash(plan)), ""]
    longer = text.rstrip() + end + end + end.join(lines)
    if _holds_lock(longer, path, plan):
        return longer
    raise PlanError(
        "The lock cannot be added at the end of this file.",
        where=file,
        why="A lock that is not part of the plan protects nothing.",
        do="Write the plan as `key: value` lines from the first column, without a closing "
        "bracket, `...` or an empty `lock:`, or add by hand:\n" + "\n".join(lines),
    )


def _lock_lines(on: date, content: str) -> list[str]:
    return ["lock:", f"  date: {on}", f"  hash: {content}"]


def _holds_lock(text: str, path: Path, plan: Plan) -> bool:
    try:
        locked = read_plan_text(text, path).plan
    except PlanError:
        return False
    return locked.lock is not None and plan_hash(locked) == plan_hash(plan)


def _content(value: Any) -> Any:
    if is_dataclass(value):
        held = {f.name: (f, getattr(value, f.name)) for f in fields(value)}
        return {name: _content(v) for name, (f, v) in held.items() if v != _default(f)}
    if isinstance(value, dict):
        return {key: _content(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_content(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a plan made in Python may hold 100 where a file gives 100.0
    return value.isoformat() if isinstance(value, date) else value


def _default(part: Field) -> Any:
    return part.default if part.default_factory is MISSING else part.default_factory()
