"""A study from text tables, typed as the reader types it, for the specifications of derivation."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd

from analysis.data.columns import shared_columns
from analysis.data.dictionary import dictionary_frame
from analysis.data.read import RawStudy
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Arm, Measure, Population, Programme, Study, Visit

VISITS = ["participant", "day", "measure", "value"]
SESSIONS = ["participant", "day", "attended"]
EVENTS = ["participant", "day", "event", "reason"]


def measure(label: str) -> Measure:
    """A measure from 0 to 100, less is better."""
    return Measure(
        label=label, instrument="scale", range=(0, 100), direction="lower is better", unit="mm"
    )


def plan_of(
    *windows: tuple[int, tuple[int, int]],
    measures: tuple[str, ...] = ("pain",),
    populations: dict[str, Population] | None = None,
    **study,
) -> Plan:
    """A plan with arms `care` (reference) and `bands` (8 weeks, one session a week)."""
    programme = Programme(
        weeks=8,
        sessions_per_week=1,
        minutes=30,
        modality="resistance bands",
        muscle_groups=("glutes",),
        progression="next band",
        stopping_rule="new pain",
        supervision="supervised",
        setting="clinic",
    )
    told = Study(
        name="records",
        title="Invented records",
        simulated=True,
        design="randomised parallel groups",
        condition="back pain",
        source="invented",
        registration="none",
        funding="none",
    )
    everyone = {"everyone": Population(label="everyone", rule="all randomised")}
    schedule = windows or ((0, (-14, 0)), (8, (-10, 10)), (16, (-10, 14)))
    return Plan(
        study=replace(told, **study),
        seed=1,
        arms={
            "care": Arm(label="Usual care", reference=True),
            "bands": Arm(label="Bands", programme=programme),
        },
        schedule=tuple(Visit(week=week, window=window) for week, window in schedule),
        measures={key: measure(key) for key in measures},
        populations=populations or everyone,
        estimands={},
        questions={},
    )


def raw_of(people: str, visits: str = "", sessions: str = "", events: str = "") -> RawStudy:
    """Checked tables from text: a row a line, columns parted by ``|``."""
    participants = _table(people, ["participant", "arm"])
    participants["arm"] = pd.Categorical(participants["arm"], ["care", "bands"], ordered=True)
    log = _table(sessions, SESSIONS)
    log["attended"] = log["attended"] == "yes"
    return RawStudy(
        participants=participants,
        visits=_table(visits, VISITS).astype({"day": float, "value": float}),
        sessions=log.astype({"day": float}),
        events=_table(events, EVENTS).astype({"day": float}),
        dictionary=dictionary_frame(shared_columns(plan_of())),
        hashes={"visits.csv": "0" * 64},
    )


def _table(text: str, names: list[str]) -> pd.DataFrame:
    if not text.strip():
        return pd.DataFrame(columns=names).astype("str")
    return pd.read_csv(
        io.StringIO(text.strip()), sep=r"\s*\|\s*", engine="python", names=names, dtype="str"
    )
