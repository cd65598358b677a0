"""Rules of a plan: keys and labels that can stand in results and be told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.plan.problem import KeyPath, Problem
from analysis.plan.schema_trial import Arm, Measure, Population

_KEYED = ("arms", "measures", "populations", "estimands", "questions", "syntheses")
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


def arms_differ(arms: dict[str, Arm]) -> Iterator[Problem]:
    """No two arms look the same in a table."""
    yield from _labels_differ(arms, "arms")


def measures_differ(measures: dict[str, Measure]) -> Iterator[Problem]:
    """No two measures look the same in a table."""
    yield from _labels_differ(measures, "measures")


def populations_differ(populations: dict[str, Population]) -> Iterator[Problem]:
    """No two populations look the same in a table."""
    yield from _labels_differ(populations, "populations")


def _labels_differ(
    parts: dict[str, Arm] | dict[str, Measure] | dict[str, Population], section: str
) -> Iterator[Problem]:
    labels = {key: part.label.casefold() for key, part in parts.items()}
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


RULES = (key_words, arms_differ, measures_differ, populations_differ)
