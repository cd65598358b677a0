"""What moved and why, in words: for the front page and for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.report.inputs import InputChange
from analysis.report.moved import Moved
from analysis.result.compare import Comparison, Move, Plain
from analysis.show.link import anchor

# Digits that a number is shown with, and the most that tell two numbers apart.
DIGITS, MOST_DIGITS = 4, 18
# Rows that a page and a terminal show; all stand in moved.json and in the answer of --json.
SHOWN = 200
FIRST = 10
LINES = 20
_KINDS = {
    "data": "Data",
    "plan": "Plan",
    "seed": "Seed",
    "chapter": "Chapter",
    "parameter": "Parameter",
    "program": "Program",
    "package": "Library",
    "Python": "Python",
    "system": "System",
    "kept chapter": "Kept chapter",
}
_CHANGES = {"changed": "changed", "added": "new", "removed": "gone"}
_UNSEEN = (
    "No input that is recorded differs. What moved the numbers is not among them: chance without a "
    "seed, the clock, or a file that the chapters read beside the data."
)


@dataclass(frozen=True, kw_only=True)
class MovedRow:
    """A result that moved, as shown: its row in the report, how far, and from what to what."""

    id: str
    anchor: str | None
    shift: str
    steps: Sequence[str]


def moved_rows(moved: Moved) -> list[MovedRow]:
    """The results that moved, furthest first, then new and lost ones; at most `SHOWN`."""
    results = moved.results
    rows = [_changed_row(move) for move in results.changed]
    rows += [_row(key, "new", anchor(key)) for key in results.added]
    rows += [_row(key, "gone", None) for key in results.removed]
    return rows[:SHOWN]


def counted(results: Comparison) -> str:
    """How many results changed, came and went, as a sentence without its end."""
    if not results.moved:
        return f"no result moved; all {results.unchanged} are the same to the last digit"
    known = results.unchanged + len(results.changed)
    parts = [f"{len(results.changed)} of {known} results changed"]
    for keys, word in ((results.added, "new"), (results.removed, "gone")):
        if keys:
            parts.append(f"{len(keys)} {'is' if len(keys) == 1 else 'are'} {word}")
    return ", ".join(parts)


def causes(moved: Moved) -> list[tuple[str, str]]:
    """The inputs that differ: the kind with the name, and what differs."""
    return [(f"{_KINDS[c.kind]} {c.name}", _what(c)) for c in moved.inputs]


def unseen(moved: Moved) -> str:
    """What is said where results moved though no recorded input differs; else empty."""
    return _UNSEEN if moved.results.moved and not moved.inputs else ""


def terminal_text(moved: Moved, before: str, after: str) -> str:
    """The comparison as lines, for a terminal or a pipe.

    Args:
        moved: the comparison.
        before: name of the former run.
        after: name of the present run.
    """
    lines = [f"{after} compared with {before}: {counted(moved.results)}."]
    rows = moved_rows(moved)
    if rows:
        lines += ["", "What moved (in standard errors of the former result)"]
        lines += [_line(row) for row in rows[:LINES]]
    if (more := moved.results.moved - LINES) > 0:
        lines.append(f"  ... and {more} more; --json lists them all")
    lines += ["", "Why"]
    lines += [f"  {name}  {what}" for name, what in causes(moved)]
    if not moved.inputs:
        lines.append(f"  {unseen(moved) or 'Nothing differs: neither a result nor an input.'}")
    return "\n".join(lines)


def _line(row: MovedRow) -> str:
    also = [step.partition(" ")[0] for step in row.steps[1:]]
    more = f" (also {', '.join(also)})" if also else ""
    return f"  {row.shift or '-':>8}  {row.id}  {row.steps[0]}{more}"


def _changed_row(move: Move) -> MovedRow:
    shift = "" if move.shift is None else f"{move.shift:.3g}"
    steps = [f"{name} {_step(then, now)}" for name, then, now in move.columns]
    return MovedRow(id=move.id, anchor=anchor(move.id), shift=shift, steps=steps)


def _row(key: str, word: str, target: str | None) -> MovedRow:
    return MovedRow(id=key, anchor=target, shift="", steps=[word])


def _step(then: Plain, now: Plain) -> str:
    """Two contents with as many digits as tell them apart."""
    if isinstance(then, float) and isinstance(now, float):
        for digits in range(DIGITS, MOST_DIGITS):
            texts = [f"{number:.{digits}g}".replace("-", "−") for number in (then, now)]
            if texts[0] != texts[1]:
                return " → ".join(texts)
    return " → ".join("none" if content is None else str(content) for content in (then, now))


def _what(change: InputChange) -> str:
    if change.before is not None and change.after is not None:
        return f"{change.before} → {change.after}"
    told = change.place or change.after or change.before
    return f"{_CHANGES[change.change]}: {told}" if told else _CHANGES[change.change]
