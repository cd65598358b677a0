"""Rules of a plan: its lock and amendments are dated, in order, and name keys and hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise

from analysis.plan.problem import KeyPath, Problem, listed, nearest
from analysis.plan.schema import Amendment, Lock, Plan

_HASH = re.compile(r"[0-9a-f]{64}")
_WHY_ORDER = "Readers must see what was fixed first and what was changed later."


def amendments_after_lock(
    lock: Lock | None, amendments: tuple[Amendment, ...]
) -> Iterator[Problem]:
    """Amendments follow the lock, in the order of their dates."""
    if lock is None and amendments:
        yield Problem(
            ("amendments",),
            "The plan has amendments and no lock.",
            _WHY_ORDER,
            "Lock the plan first, or remove the amendments: before a lock a plan may change.",
        )
    dates = [entry.date for entry in amendments]
    steps = pairwise([lock.date, *dates] if lock else dates)
    for index, (before, after) in enumerate(steps, start=0 if lock else 1):
        if after < before:
            yield Problem(
                ("amendments", index, "date"),
                f"The amendment of {after} stands after {before}.",
                _WHY_ORDER,
                "Write amendments in the order of their dates, none before the lock.",
            )


def hashes_are_hashes(lock: Lock | None, amendments: tuple[Amendment, ...]) -> Iterator[Problem]:
    """A hash has the form of one."""
    places: list[tuple[KeyPath, str]] = [(("lock", "hash"), lock.hash)] if lock else []
    places += [(("amendments", i, "hash"), entry.hash) for i, entry in enumerate(amendments)]
    for key, text in places:
        if not _HASH.fullmatch(text):
            yield Problem(
                key,
                "This is not a SHA-256 hash.",
                "Without it nobody can tell whether the plan was changed.",
                "Write the 64 digits (0 to 9, a to f) that the check of the plan names.",
            )


def amendments_name_keys(amendments: tuple[Amendment, ...]) -> Iterator[Problem]:
    """An amendment says which key it changes."""
    known = [f.name for f in fields(Plan) if f.name not in ("lock", "amendments")]
    for index, entry in enumerate(amendments):
        section = re.split(r"[.\[]", entry.key)[0]
        if section not in known:
            near = nearest(section, known)
            yield Problem(
                ("amendments", index, "key"),
                f"The plan has no section `{section}`"
                + (f"; the nearest is `{near}`." if near else "."),
                _WHY_ORDER,
                f"Begin the key with its section: {listed(known)}.",
            )


RULES = (amendments_after_lock, hashes_are_hashes, amendments_name_keys)
