"""The columns of the raw tables: what each holds, and those that every study shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from analysis.plan.schema import Plan
from analysis.plan.schema_questions import IntercurrentEvent
from analysis.plan.schema_trial import Modality, MuscleGroup

ColumnType = Literal["text", "integer", "number", "date", "category", "yes_no"]
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType)
TABLES = ("participants", "visits", "sessions", "events")
REQUIRED_TABLES = ("participants", "visits")
MODALITIES: tuple[str, ...] = get_args(Modality)
MUSCLE_GROUPS: tuple[str, ...] = get_args(MuscleGroup)
EVENTS: tuple[str, ...] = ("adverse event", "flare-up", *get_args(IntercurrentEvent))
# Ten years before randomisation to twenty after: a day beyond is a date that was typed as a day.
FIRST_DAY, LAST_DAY = -3650, 7300


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a raw table.

    Attributes:
        required: no cell of the column may be empty.
        must_exist: the table may not lack the column.
        shared: known in every study; the others are told by the dictionary.
    """

    table: str
    column: str
    type: ColumnType = "text"
    label: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[str, ...] = ()
    required: bool = False
    must_exist: bool = True
    shared: bool = False
    description: str = ""


def shared_columns(plan: Plan) -> dict[tuple[str, str], Column]:
    """The columns that every study shares, by table and name; arms and measures are the plan's."""
    columns = [
        *_participants(arm_order(plan)),
        *_visits(tuple(plan.measures)),
        *_sessions(),
        *_events(),
    ]
    return {(column.table, column.column): column for column in columns}


def arm_order(plan: Plan) -> tuple[str, ...]:
    """The arms, the reference first, then in the plan's order."""
    return tuple(sorted(plan.arms, key=lambda arm: arm != plan.reference))


def _key(table: str, name: str, kind: ColumnType = "text", **more: object) -> Column:
    return Column(table=table, column=name, type=kind, required=True, shared=True, **more)


def _free(table: str, name: str, kind: ColumnType = "text", **more: object) -> Column:
    return Column(table=table, column=name, type=kind, must_exist=False, shared=True, **more)


def _participants(arms: Sequence[str]) -> list[Column]:
    table = "participants"
    return [
        _key(table, "participant"),
        _key(table, "arm", "category", levels=tuple(arms)),
        _free(table, "randomised", "date"),
    ]


def _visits(measures: tuple[str, ...]) -> list[Column]:
    table = "visits"
    when = {"required": True, "must_exist": False, "shared": True, "type": "number"}
    return [
        _key(table, "participant"),
        Column(table=table, column="day", minimum=FIRST_DAY, maximum=LAST_DAY, **when),
        Column(table=table, column="week", **when),
        _key(table, "measure", "category", levels=measures),
        Column(table=table, column="value", type="number", shared=True),
    ]


def _sessions() -> list[Column]:
    table = "sessions"
    return [
        _key(table, "participant"),
        _key(table, "day", "number", minimum=FIRST_DAY, maximum=LAST_DAY),
        _key(table, "attended", "yes_no"),
        _free(table, "modality", "category", levels=MODALITIES),
        _free(table, "muscle_groups"),
        _free(table, "sets", "integer", minimum=0),
        _free(table, "repetitions", "integer", minimum=0),
        _free(table, "load", "number", minimum=0),
        _free(table, "load_unit", "category", levels=("kg", "lb")),
        _free(table, "band"),
        _free(table, "exertion", "number", minimum=0, maximum=10),
        _free(table, "soreness", "number", minimum=0, maximum=100),
        _free(table, "pain_before", "number", minimum=0, maximum=100),
        _free(table, "pain_after", "number", minimum=0, maximum=100),
    ]


def _events() -> list[Column]:
    table = "events"
    return [
        _key(table, "participant"),
        _key(table, "day", "number", minimum=FIRST_DAY, maximum=LAST_DAY),
        _key(table, "event", "category", levels=EVENTS),
        _free(table, "reason"),
        _free(table, "related", "category", levels=("yes", "no", "unknown")),
        _free(table, "serious", "yes_no"),
        _free(table, "grade", "integer", minimum=1, maximum=5),
    ]
