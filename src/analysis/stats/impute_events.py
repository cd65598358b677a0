"""Whose outcomes follow another law from which visit on, why, and by which strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UsageError

from .strategy import STRATEGIES, Strategy, find_strategy

REASON = "reason"


@dataclass(frozen=True)
class Events:
    """The event of each participant.

    first: N, the place of the first visit that it touches (M: there is none). rules: the strategies
    in use. rule: N, the place of each participant's strategy among them. reason: N, why, or None.
    """

    first: np.ndarray
    rules: tuple[Strategy, ...]
    rule: np.ndarray
    reason: np.ndarray

    def mar(self, n_visits: int) -> np.ndarray:
        """N x M: before the event."""
        return np.arange(n_visits) < self.first[:, None]


@dataclass(frozen=True)
class People:
    """Who is planned to be seen when: names, visits, arm of each (a pandas categorical)."""

    participants: pd.Index
    visits: pd.Index
    arm: pd.Categorical
    seen: np.ndarray


def read_events(
    people: People,
    strategy: object,
    events: pd.DataFrame | None,
    columns: pd.DataFrame,
) -> Events:
    """Find each participant's event and strategy.

    Args:
        people: participants, visits, arms and what was seen (N x M).
        strategy: a name or function for all; a mapping by reason of the event (by arm where no
            events are given); or the name of a column with a name for each.
        events: participant, first visit touched, and possibly `reason` and the strategy column.
            Without it the event of a participant is not to come back after the last outcome.
        columns: N rows, one a participant: what the table says of each.

    Raises:
        UsageError: an unknown participant, visit, strategy or column; a strategy for an event that
            never happens; an event without a strategy.
    """
    n, m = people.seen.shape
    if not isinstance(strategy, Mapping | str):
        find_strategy(strategy)
    reason = np.full(n, None, dtype=object)
    if events is None:
        last = np.where(people.seen.any(axis=1), m - people.seen[:, ::-1].argmax(axis=1), 0)
        first, key, source = last, np.asarray(people.arm), columns
        touched = np.ones(n, dtype=bool)
    else:
        first, source = _placed(people, events)
        touched = first < m
        if REASON in source:
            reason[touched] = source[REASON].to_numpy()[touched]
        key = reason
    if isinstance(strategy, Mapping):
        labels = _by_key(strategy, key, touched, by_arm=events is None)
    elif isinstance(strategy, str) and strategy not in STRATEGIES and strategy in source:
        labels = _by_column(source[strategy], touched, strategy)
    else:
        labels = [strategy] * n
    return _gathered(first, labels, touched, reason)


def _gathered(
    first: np.ndarray, labels: list[object], touched: np.ndarray, reason: np.ndarray
) -> Events:
    """Strategies in use, each once; without an event everything is missing at random."""
    found: dict[object, int] = {"mar": 0}
    code = [
        found.setdefault(one, len(found)) if t else 0
        for one, t in zip(labels, touched, strict=True)
    ]
    return Events(first, tuple(find_strategy(one) for one in found), np.array(code), reason)


def _placed(people: People, events: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The first visit touched and the row of events of each participant."""
    subject, visit = people.participants.name, people.visits.name
    absent = [name for name in (subject, visit) if name not in events]
    if absent:
        raise UsageError(
            f"The events have no column {', '.join(map(str, absent))}.",
            where="events",
            do=f"Give one row a participant with {subject} and {visit} (the first visit touched).",
        )
    who = people.participants.get_indexer(pd.Index(events[subject]))
    when = people.visits.get_indexer(pd.Index(events[visit]))
    problems = []
    if (who < 0).any():
        problems.append(f"{int((who < 0).sum())} rows name a participant who is not in the table")
    if (when < 0).any():
        unknown = ", ".join(sorted({str(v) for v in events[visit][when < 0]}))
        problems.append(f"there is no visit {unknown}")
    if pd.Series(who[who >= 0]).duplicated().any():
        problems.append("a participant has more than one row")
    if REASON in events and events[REASON].isna().any():
        problems.append(f"{int(events[REASON].isna().sum())} rows have no reason")
    if problems:
        raise UsageError(
            f"The events do not fit the table: {'; '.join(problems)}.",
            where=f"events, columns {subject} and {visit}",
            why="An event that is not placed would quietly count as missing at random.",
            do=f"Visits at hand: {', '.join(map(str, people.visits))}. Keep one event each.",
        )
    first = np.full(len(people.participants), len(people.visits))
    first[who] = when
    rows = np.full(len(first), -1)
    rows[who] = np.arange(len(events))
    return first, events.reset_index(drop=True).reindex(rows)


def _by_key(
    strategy: Mapping[object, object], key: np.ndarray, touched: np.ndarray, *, by_arm: bool
) -> list[object]:
    kind = "arm" if by_arm else "event"
    present = list(dict.fromkeys(k for k, t in zip(key, touched, strict=True) if t))
    never = [k for k in strategy if k not in present]
    without = [k for k in present if k not in strategy]
    if never or without:
        parts = []
        if never:
            parts.append(f"no {kind} is called {', '.join(map(str, never))}")
        if without:
            parts.append(f"no strategy is given for {', '.join(map(str, without))}")
        raise UsageError(
            f"Strategies and {kind}s do not match: {'; '.join(parts)}.",
            where="strategy",
            why="A strategy that never applies, or an event without one, hides what was assumed.",
            do=f"Name these: {', '.join(map(str, present)) or 'none'}."
            + ("" if by_arm else " (column `reason` of the events)"),
        )
    return [strategy.get(k) for k in key]


def _by_column(column: pd.Series, touched: np.ndarray, name: str) -> list[object]:
    empty = int(column[touched].isna().sum())
    if empty:
        raise UsageError(
            f"{empty} participants with an event have no strategy.",
            where=f"column {name}",
            do="Name a strategy in each of these rows.",
        )
    return list(column)


def refuse_thin(people: People, informs: np.ndarray) -> None:
    """Each arm needs two participants with an outcome at each visit.

    Raises:
        ModelError: naming the arms and visits where there are fewer.
    """
    codes, levels = people.arm.codes, people.arm.categories
    counts = np.array([informs[codes == a].sum(axis=0) for a in range(len(levels))])
    nobody = [str(people.visits[v]) for v in np.flatnonzero(counts.sum(axis=0) == 0)]
    if nobody:
        raise ModelError(
            f"Nobody has an outcome at visit {', '.join(nobody)}.",
            where=f"column {people.visits.name}",
            why="What was never observed for anyone would be invented, not imputed.",
            do="Leave the visit out of the table, or find its outcomes.",
        )
    thin = [
        f"{levels[a]} at {people.visits[v]} ({'nobody' if counts[a, v] == 0 else 'one'})"
        for a, v in np.argwhere(counts < 2)
    ]
    if thin:
        raise ModelError(
            f"An arm has fewer than two participants with an outcome: {'; '.join(thin)}.",
            where=f"columns {people.visits.name} and the arm",
            why="The arm's mean or spread there would rest on nobody or on one person.",
            do="Leave the visit or the arm out, or keep the outcomes seen after the event (a "
            "strategy such as mar keeps them).",
        )
