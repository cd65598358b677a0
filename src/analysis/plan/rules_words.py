"""Rules of a plan: keys and labels that can stand in results and be told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.plan.problem import KeyPath, Problem

_KEYED = ("arms", "measures", "populations", "estimands", "questions")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST = 40


def key_words(readable: dict[str, Any]) -> Iterator[Problem]:
    """Keys that become columns and ids are words of letters, digits and `_`."""
    for section in _KEYED:
        for key in readable.get(section, ()):
            if not _WORD.fullmatch(key) or len(key) > _LONGEST:
                yield Problem(
                    (section, key),
                    f"`{key}` cannot be a key of `{section}`.",
                    "Keys become columns, file names and the ids of results.",
                    f"Use letters a to z, digits and `_`, begin with a letter, up to {_LONGEST}.",
                )


def labels_differ(readable: dict[str, Any]) -> Iterator[Problem]:
    """No two arms, measures or populations look the same in a table."""
    for section in ("arms", "measures", "populations"):
        labels = {key: part.label.casefold() for key, part in readable.get(section, {}).items()}
        for key, label in labels.items():
            twins = [other for other in labels if labels[other] == label and other != key]
            if twins:
                yield Problem(
                    (section, key, "label"),
                    f"`{key}` and `{twins[0]}` have the same label.",
                    "In tables and figures nobody could tell them apart.",
                    "Give each its own label.",
                )


def repeated(values: Iterable[str | int], key: KeyPath, what: str) -> Iterator[Problem]:
    """Values that stand more than once in a list.

    Args:
        values: the entries of a list.
        key: where the list stands.
        what: what an entry is, in words.
    """
    for value, n in Counter(values).items():
        if n > 1:
            yield Problem(
                key,
                f"The {what} `{value}` stands {n} times.",
                "A repeated entry is a slip, or stands where another was meant.",
                "Keep it once, or write the other.",
            )


RULES = (key_words, labels_differ)
