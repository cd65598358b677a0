"""From which visit on each person was not seen again, why, and which strategy fills the scores."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import PlanError
from analysis.estimate.asked import Asked
from analysis.plan.schema_imputation import Imputation
from analysis.terms import ARM, PARTICIPANT, VISIT

# Of someone who stayed away without an event that tells why.
NO_EVENT = "no event recorded"


@dataclass(frozen=True)
class Unseen:
    """Who was not seen again: a row a person.

    table: ``participant``, ``arm``, ``visit`` (the first week after the event from which on no
    score counts, or the first without a score where no event tells why), ``event`` (the event
    behind it: the one that ended the scores, else the latest of the estimand before, else
    `NO_EVENT`), ``event_day``, ``reason``. Scores that are missing before that visit are gaps.
    """

    table: pd.DataFrame


def find_unseen(rows: pd.DataFrame, response: str, weeks: tuple[int, ...]) -> Unseen:
    """The people whose scores end before the last week, and the event and reason behind it.

    Args:
        rows: a row a participant and week, in order, from `estimate.standing`.
        response: the column that is modelled; missing where nothing counts.
        weeks: the weeks of the model.
    """
    seen = rows[response].notna()
    later = seen[::-1].groupby(rows[PARTICIPANT][::-1], sort=False).cummax()[::-1]
    first = _from_the_event(rows[~later])
    own = first["event"].notna()
    event = first["event"].astype("object").where(own, first["preceded_by"])
    reason = first["reason"].astype("object")
    # Scores that nobody recorded after an event are told by its reason.
    reason = reason.mask(~own & first["preceded_by"].notna(), first["preceded_reason"])
    table = pd.DataFrame(
        {
            PARTICIPANT: first[PARTICIPANT],
            ARM: first[ARM],
            VISIT: pd.Categorical(first[VISIT].astype("int64"), list(weeks), ordered=True),
            "event": event.where(event.notna(), NO_EVENT),
            "event_day": first["event_day"].where(own, first["preceded_day"]),
            "reason": reason,
        }
    )
    table["reason"] = table["reason"].where(table["reason"].notna(), NO_EVENT)
    return Unseen(table.reset_index(drop=True))


def _from_the_event(ends: pd.DataFrame) -> pd.DataFrame:
    """A row a person: where the event stands that ended the scores, else where they ended.

    A visit that was missed before that event is a gap like any other: the person was still there.
    """
    named = ends["event"].notna()
    without = ~ends[PARTICIPANT].isin(ends.loc[named, PARTICIPANT])
    return ends[named | without].drop_duplicates(PARTICIPANT)


def fill_columns(
    unseen: Unseen, planned: Imputation, columns: dict[str, str], asked: Asked
) -> pd.DataFrame:
    """The events as the engine reads them, with a column an assumption naming each strategy.

    The reason of a person's absence decides before the event does, and the event before the
    assumption's own strategy.

    Raises:
        PlanError: no assumption, or a strategy for an event or reason that never ends anyone's
            scores; names those that do.
    """
    where = f"questions.{asked.name}.imputation"
    if not planned.assumptions:
        raise PlanError(
            "No assumption about missing scores is named.",
            where=f"{where}.assumptions",
            why="what they are filled with would be nobody's choice",
            do="Name at least one, such as `mar: {label: missing at random}`.",
        )
    table = unseen.table
    made = table[[PARTICIPANT, VISIT, "reason"]].copy()
    for name, column in columns.items():
        assumption = planned.assumptions[name]
        place = f"{where}.assumptions.{name}"
        _refuse_never(assumption.by_event, table["event"], f"{place}.by_event", "event")
        _refuse_never(assumption.by_reason, table["reason"], f"{place}.by_reason", "reason")
        made[column] = [
            assumption.by_reason.get(reason)
            or assumption.by_event.get(event)
            or assumption.strategy
            for event, reason in zip(table["event"], table["reason"], strict=True)
        ]
    return made


def _refuse_never(named: dict[str, str], happened: pd.Series, where: str, what: str) -> None:
    never = [key for key in named if key not in set(happened)]
    if never:
        known = ", ".join(map(str, happened.value_counts().index)) or "none"
        raise PlanError(
            f"A strategy is planned for the {what} {', '.join(never)}, which ends nobody's scores.",
            where=where,
            why="it would apply to nobody, and the result would look as if it had been used",
            do=f"Remove it, or use one that happened: {known}.",
        )
