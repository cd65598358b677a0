"""Invented people with a training log and events, told as small tables with a heading line."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd

from analysis.data.derive import derive
from analysis.data.read import RawStudy
from analysis.data.trial import Trial
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Harms, Question
from analysis.plan.schema_trial import Stopping
from tests.spec.trial_records import plan_of, raw_of

SESSIONS = [
    "participant",
    "day",
    "attended",
    "modality",
    "muscle_groups",
    "sets",
    "repetitions",
    "load",
]
SESSIONS += ["load_unit", "band", "exertion", "soreness", "pain_before", "pain_after"]
EVENTS = ["participant", "day", "event", "reason", "related", "serious", "grade"]
NUMBERS = ["day", "sets", "repetitions", "load", "exertion", "soreness", "pain_before"]
NUMBERS += ["pain_after"]


def table(text: str, columns: list[str]) -> pd.DataFrame:
    """A table from text: a heading line, cells parted by ``|``; what is not named is empty."""
    if not text.strip():
        return pd.DataFrame(columns=columns).astype("str")
    found = pd.read_csv(
        io.StringIO(text.strip()), sep=r"\s*\|\s*", engine="python", dtype="str", na_values=["."]
    ).rename(columns=str.strip)
    found = found.apply(lambda column: column.str.strip()).reindex(columns=columns)
    return found.astype({name: float for name in NUMBERS if name in columns})


def delivery_plan(*, stopping: Stopping | None = None, harms: Harms | None = None, **plan) -> Plan:
    """Arms `care` and `bands` (8 weeks, one session a week), with a question about harm."""
    made = plan_of(**plan)
    bands = made.arms["bands"]
    programme = replace(bands.programme, stopping=stopping)
    question = Question(label="At what harm?", estimate="safety", harms=harms or Harms())
    arms = {**made.arms, "bands": replace(bands, programme=programme)}
    return replace(made, arms=arms, questions={"safety": question})


def delivery_trial(
    people: str, *, plan: Plan, visits: str = "", sessions: str = "", events: str = ""
) -> Trial:
    """The derived trial of these tables; people and visits as in `trial_records`."""
    raw = raw_of(people, visits)
    log = table(sessions, SESSIONS)
    log["attended"] = (log["attended"] == "yes").astype("boolean")
    return derive(plan, _with(raw, log, table(events, EVENTS)))


def _with(raw: RawStudy, sessions: pd.DataFrame, events: pd.DataFrame) -> RawStudy:
    return replace(raw, sessions=sessions, events=events.astype({"day": float}))
