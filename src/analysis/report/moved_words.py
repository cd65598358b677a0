"""What moved and why, in words: for the front page and for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import wrap

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
WIDTH = 100
_BY_QUESTION = "Results by question"
_NO_ANSWER = "No answer: the chapter that gives it was not run."
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
    anchor: str
    shift: str
    steps: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class QuestionMoves:
    """How many results of a question changed, are new and are gone."""

    question: str
    changed: int
    new: int
    gone: int


def moved_rows(moved: Moved) -> list[MovedRow]:
    """The results that changed, furthest first, at most `SHOWN`.

    One that only gained or lost the mark *as planned* says the same number: `marked` counts it.
    """
    return [_changed_row(move) for move in _altered(moved.results)[:SHOWN]]


def altered(results: Comparison) -> int:
    """How many results changed in more than the mark that says if they were planned."""
    return len(_altered(results))


def by_question(results: Comparison) -> list[QuestionMoves]:
    """The results that changed, came and went, counted by the question that they answer."""
    keys = ([move.id for move in _altered(results)], results.added, results.removed)
    counts = [Counter(key.partition(".")[0] for key in own) for own in keys]
    return [
        QuestionMoves(question=name, changed=counts[0][name], new=counts[1][name], gone=gone)
        for name in dict.fromkeys(name for count in counts for name in count)
        for gone in [counts[2][name]]
    ]


def counted(moved: Moved) -> str:
    """How many results were calculated again, changed, came and went; a sentence without its end.

    Results of chapters that were not run again cannot have moved, and are no evidence of anything.
    """
    results, kept = moved.results, moved.kept
    changed, both = altered(results), results.unchanged + len(results.changed)
    again = both - kept + len(results.added)
    if kept == both and not results.moved:
        return f"no result moved; all {both} are those of before, none was calculated again"
    if kept:
        changes = f"{changed} of them" if changed else "none of them"
        parts = [f"{_results(again)} {_was(again)} calculated again, {changes} changed"]
    elif not results.moved:
        parts = [f"no result moved; all {both} are the same to the last digit"]
    else:
        parts = [f"{changed} of {_results(both)} changed"]
    for keys, word in ((results.added, "new"), (results.removed, "gone")):
        if keys:
            parts.append(f"{len(keys)} {'is' if len(keys) == 1 else 'are'} {word}")
    said = ", ".join(parts)
    return f"{said}; {kept} {_was(kept)} not calculated again" if kept else said


def marked(results: Comparison) -> str:
    """What is said of results of which nothing but the mark *as planned* changed; else empty."""
    lost = sum(bool(move.columns[0][1]) for move in results.changed if move.only_mark)
    gained = len(results.changed) - altered(results) - lost
    words = [f"{_results(n)} only {word}" for n, word in ((lost, "lost"), (gained, "gained")) if n]
    numbers = "its number is" if lost + gained == 1 else "their numbers are"
    return f"{' and '.join(words)} the mark as planned: {numbers} the same." if words else ""


def answer_steps(moved: Moved) -> list[tuple[str, str]]:
    """The answer of the front page before and now; one line where it is the same, none unknown."""
    said = moved.answers
    if said is None or (said.before is None and said.after is None):
        return []
    if said.before == said.after:
        return [("Before and now", said.after)]
    return [("Before", said.before or _NO_ANSWER), ("Now", said.after or _NO_ANSWER)]


def differing(steps: Sequence[tuple[str, str]]) -> list[tuple[str, Sequence[tuple[str, bool]]]]:
    """The answers in pieces, each with whether it stands in one of them only."""
    if len(steps) != 2:
        return [(name, [(words, False)]) for name, words in steps]
    texts = [words.split(" ") for _, words in steps]
    codes = SequenceMatcher(None, *texts, autojunk=False).get_opcodes()
    pieces: list[list[tuple[str, bool]]] = [[], []]
    for tag, *ends in codes:
        for own, text, (start, end) in zip(pieces, texts, (ends[:2], ends[2:]), strict=True):
            if end > start:
                own.append((" ".join(text[start:end]), tag != "equal"))
    return [(name, own) for (name, _), own in zip(steps, pieces, strict=True)]


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
    lines = [f"{after} compared with {before}: {counted(moved)}."]
    lines += _answer_lines(moved)
    if words := marked(moved.results):
        lines += ["", words]
    if counts := by_question(moved.results):
        wide = max(len(_BY_QUESTION), *(len(row.question) for row in counts))
        lines += ["", f"{_BY_QUESTION:<{wide}}  changed    new   gone"]
        lines += [f"{r.question:<{wide}}  {r.changed:7}{r.new:7}{r.gone:7}" for r in counts]
    if rows := moved_rows(moved):
        lines += ["", "What moved (in standard errors of the former result)"]
        lines += [_line(row) for row in rows[:LINES]]
    if moved.results.moved > len(rows[:LINES]):
        lines.append("  --json lists every result that changed, is new or is gone")
    lines += ["", "Why"]
    lines += [f"  {name}  {what}" for name, what in causes(moved)]
    if not moved.inputs:
        lines.append(f"  {unseen(moved) or 'Nothing differs: neither a result nor an input.'}")
    return "\n".join(lines)


def _answer_lines(moved: Moved) -> list[str]:
    steps = answer_steps(moved)
    if len(steps) == 1:
        return ["", "The answer on the front page is the same, word for word."]
    lines = ["", "The answer on the front page"] if steps else []
    for name, words in steps:
        lines += wrap(words, WIDTH, initial_indent=f"  {name:<7} ", subsequent_indent=" " * 10)
    return lines


def _altered(results: Comparison) -> list[Move]:
    return [move for move in results.changed if not move.only_mark]


def _results(number: int) -> str:
    return f"{number} {'result' if number == 1 else 'results'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _line(row: MovedRow) -> str:
    also = [step.partition(" ")[0] for step in row.steps[1:]]
    more = f" (also {', '.join(also)})" if also else ""
    return f"  {row.shift or '-':>8}  {row.id}  {row.steps[0]}{more}"


def _changed_row(move: Move) -> MovedRow:
    shift = "" if move.shift is None else f"{move.shift:.3g}"
    steps = [f"{name} {_step(then, now)}" for name, then, now in move.columns]
    return MovedRow(id=move.id, anchor=anchor(move.id), shift=shift, steps=steps)


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
