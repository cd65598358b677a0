"""A problem of a plan, and the one error that lists them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from analysis.errors import PlanError

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        key: the keys from the top of the plan down to the place; a whole number counts list
            items from 0.
        what, why, do: what is wrong, why it matters for the estimate, what to do now.
        line: line of the file, from 1; None until the reader adds it.
    """

    key: KeyPath
    what: str
    why: str
    do: str
    line: int | None = None


def key_text(key: KeyPath) -> str:
    """A key path as text: `schedule[item 2].window`; items count from 1, as people do."""
    text = ""
    for part in key:
        text += f"[item {part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word most like `word`; None where nothing is alike."""
    likeness = {k: SequenceMatcher(None, word.lower(), k.lower()).ratio() for k in known}
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= 0.5 else None


def listed(words: Sequence[str]) -> str:
    """Words as an enumeration: `a`, `b`."""
    return ", ".join(f"`{word}`" for word in words)


def shown_path(path: Path) -> str:
    """A path as a reader types it: relative to the current folder where it lies below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def plan_error(problems: Sequence[Problem], file: str) -> PlanError:
    """All problems of one plan as one error, in the order of the file."""
    ordered = sorted(problems, key=lambda p: p.line or 0)
    if len(ordered) == 1:
        (one,) = ordered
        return PlanError(one.what, where=_place(one, file), why=one.why, do=one.do)
    lines = [f"The plan {file} has {len(ordered)} problems:"]
    for number, problem in enumerate(ordered, start=1):
        lines.append(f"  {number}. {_place(problem, file)}: {problem.what}")
        lines.append(f"     Do: {problem.do}")
    at = ", ".join(str(n) for n in sorted({p.line for p in ordered if p.line}))
    return PlanError(
        "\n".join(lines),
        where=f"{file}, lines {at}",
        why=" ".join(dict.fromkeys(p.why for p in ordered)),
        do="Correct each place above; the number after the file's name is the line.",
    )


def _place(problem: Problem, file: str) -> str:
    line = f":{problem.line}" if problem.line else ""
    key = f" ({key_text(problem.key)})" if problem.key else ""
    return f"{file}{line}{key}"
