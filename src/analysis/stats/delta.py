"""Delta adjustment: what is added to values that were not seen, to ask what if they were worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .impute_events import REASON, Events, People

Amounts = float | Mapping | pd.DataFrame


@dataclass(frozen=True)
class Delta:
    """What to add to imputed values, in the outcome's unit.

    amounts: one number for all; a mapping of arm to number, or of arm to a mapping of visit to
    number; or a DataFrame with a column `delta` beside any of the arm column, the visit column and
    `reason` (empty: of those without an event). What is not named gets nothing. cumulative: from
    the event on the amounts of the visits add up. scale: with cumulative, the weight of the first,
    second, ... visit after the event (default one each). gaps: whether values missing before the
    event get the amount too.

    Source: Carpenter, Roger & Kenward (2013) J Biopharm Stat 23:1352; Cro et al. (2020) Stat Med
    39:2815.
    """

    amounts: Amounts
    cumulative: bool = False
    scale: Sequence[float] | None = None
    gaps: bool = False

    def shifts(self, people: People, events: Events, arm: str) -> np.ndarray:
        """What each absent value gets, N x M; zero for observed values.

        Raises:
            UsageError: an unknown arm, visit or reason, or a number that is not finite.
        """
        m = people.seen.shape[1]
        amount = _spread(self.amounts, people, events, arm)
        if not np.isfinite(amount).all():
            raise UsageError("A delta is not a finite number.", where="delta")
        before = events.mar(m)
        after = np.where(before, 0.0, amount)
        if self.cumulative:
            after = np.cumsum(after * self._weights(events, m), axis=1)
        elif self.scale is not None:
            raise UsageError(
                "`scale` weighs the amounts that add up; nothing adds up here.",
                where="delta",
                do="Use it with cumulative=True.",
            )
        shift = np.where(before, amount if self.gaps else 0.0, after)
        return np.where(people.seen, 0.0, shift)

    def _weights(self, events: Events, m: int) -> np.ndarray:
        scale = np.ones(m) if self.scale is None else np.asarray(self.scale, dtype=float)
        if scale.shape != (m,) or not np.isfinite(scale).all():
            raise UsageError(f"`scale` needs {m} finite numbers, one a visit.", where="delta")
        since = np.arange(m) - events.first[:, None]
        return scale[np.clip(since, 0, m - 1)]


def read_delta(given: Delta | Amounts | None) -> Delta:
    """A delta as it is, or plain amounts as one; nothing: zero."""
    if isinstance(given, Delta):
        return given
    return Delta(0.0 if given is None else given)


def _spread(amounts: Amounts, people: People, events: Events, arm: str) -> np.ndarray:
    """The amount of each participant and visit before anything adds up, N x M."""
    n, m = people.seen.shape
    if isinstance(amounts, pd.DataFrame):
        return _of_table(amounts, people, events, arm)
    if not isinstance(amounts, Mapping):
        if isinstance(amounts, bool) or not isinstance(amounts, int | float | np.number):
            raise UsageError(
                "A delta is a number, a mapping by arm, a table or a Delta.",
                where=f"delta of type {type(amounts).__name__}",
            )
        return np.full((n, m), _points(amounts))
    levels = list(people.arm.categories)
    _refuse_unknown([key for key in amounts if key not in levels], "arm", levels)
    made = np.zeros((n, m))
    for key, amount in amounts.items():
        made[people.arm.codes == levels.index(key)] = _by_visit(amount, people)
    return made


def _points(amount: object) -> float:
    if isinstance(amount, bool) or not isinstance(amount, Real):
        raise UsageError(
            f"A delta is a number, not something of type {type(amount).__name__}.",
            where="delta",
            do="Give points of the outcome, such as {'bands': 5}.",
        )
    return float(amount)


def _by_visit(amount: float | Mapping, people: People) -> np.ndarray:
    m = len(people.visits)
    if not isinstance(amount, Mapping):
        return np.full(m, _points(amount))
    _refuse_unknown([v for v in amount if v not in people.visits], "visit", people.visits)
    row = np.zeros(m)
    for key, value in amount.items():
        row[people.visits.get_loc(key)] = _points(value)
    return row


def _of_table(table: pd.DataFrame, people: People, events: Events, arm: str) -> np.ndarray:
    visit = str(people.visits.name)
    keys = [name for name in table.columns if name != "delta"]
    strange = [name for name in keys if name not in (arm, visit, REASON)]
    if "delta" not in table or strange or table.duplicated(keys).any() or not keys:
        raise UsageError(
            "A table of deltas needs `delta` beside some of "
            f"{arm}, {visit}, {REASON}, each combination once.",
            where=f"delta, columns {', '.join(map(str, table.columns))}",
            do="Correct the columns, or leave out rows that repeat a combination.",
        )
    n, m = people.seen.shape
    here = {
        arm: np.repeat(np.asarray(people.arm), m),
        visit: np.tile(np.asarray(people.visits), n),
        REASON: np.repeat(events.reason, m),
    }
    for name in keys:
        known = [value for value in pd.unique(here[name]) if value is not None]
        named = table[name].dropna().unique() if name == REASON else table[name].unique()
        _refuse_unknown([v for v in named if v not in known], name, known)
    planned = pd.DataFrame({name: pd.Series(here[name], dtype=object) for name in keys})
    wanted = table.assign(**{name: table[name].astype(object) for name in keys})
    made = planned.merge(wanted, on=keys, how="left", sort=False)["delta"].to_numpy(dtype=float)
    absent = ~planned.merge(wanted[keys], on=keys, how="left", indicator="found")["found"].eq(
        "both"
    )
    return np.where(absent.to_numpy(), 0.0, made).reshape(n, m)


def _refuse_unknown(unknown: Sequence[object], kind: str, known: Sequence[object]) -> None:
    if len(unknown):
        raise UsageError(
            f"A delta names {kind} {', '.join(map(str, unknown))}, which does not occur.",
            where="delta",
            why="It would change nothing, and the result would look adjusted.",
            do=f"Use one of: {', '.join(map(str, known)) or 'none'}.",
        )
