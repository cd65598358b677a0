"""Who was seen when: rows arranged by participant, participants by missingness pattern."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Arrangement:
    """Rows of a long table by pattern.

    subject, visit: the codes of each row, 0 to n_subjects - 1 and 0 to n_visits - 1. patterns:
    R x M, whether a visit was attended. rows: for each pattern participants x attended visits, the
    row numbers. members: for each pattern the participants' codes.
    """

    subject: np.ndarray
    visit: np.ndarray
    n_subjects: int
    n_visits: int
    patterns: np.ndarray
    rows: tuple[np.ndarray, ...]
    members: tuple[np.ndarray, ...]

    @property
    def counts(self) -> np.ndarray:
        """Participants a pattern."""
        return np.array([len(rows) for rows in self.rows], dtype=float)

    def of(self, chosen: np.ndarray) -> Arrangement:
        """The same for some participants only (a truth value each); row numbers stay."""
        kept = [chosen[members] for members in self.members]
        pieces = [
            (rows[keep], members[keep])
            for rows, members, keep in zip(self.rows, self.members, kept, strict=True)
            if keep.any()
        ]
        rows, members = zip(*pieces, strict=True)
        patterns = self.patterns[[bool(keep.any()) for keep in kept]]
        return replace(self, patterns=patterns, rows=rows, members=members)


def arrange(subject: np.ndarray, visit: np.ndarray, n_visits: int) -> Arrangement:
    """Sort rows by participant and visit and gather the participants with the same visits.

    Args:
        subject: the participant of each row, any integers.
        visit: the visit of each row, 0 to n_visits - 1; no participant twice at a visit.
        n_visits: how many visits there are.
    """
    subject, _ = pd.factorize(subject, sort=True)
    key = subject * n_visits + visit
    in_order = bool((key[1:] > key[:-1]).all())
    order = np.arange(len(key)) if in_order else np.argsort(key, kind="stable")
    n_subjects = int(subject.max()) + 1
    seen = np.zeros((n_subjects, n_visits), dtype=bool)
    seen[subject, visit] = True
    patterns, pattern_of = _patterns(seen)
    first = np.concatenate([[0], np.cumsum(seen.sum(axis=1))])
    rows, members = [], []
    for r, attended in enumerate(patterns):
        who = np.flatnonzero(pattern_of == r)
        rows.append(order[first[who][:, None] + np.arange(int(attended.sum()))])
        members.append(who)
    return Arrangement(subject, visit, n_subjects, n_visits, patterns, tuple(rows), tuple(members))


def _patterns(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different rows of a truth table in their order, and which of them each row is."""
    code = np.zeros(len(seen), dtype=np.int64)
    # Eight visits at a time: codes stay small, and hashing is faster than sorting rows.
    for byte in np.packbits(seen, axis=1).T:
        code, _ = pd.factorize(code * 256 + byte, sort=True)
    patterns = np.zeros((int(code.max()) + 1, seen.shape[1]), dtype=bool)
    patterns[code] = seen
    return patterns, code
