"""Simulated events: leaving, stopping the programme, other treatment, flare-ups, harms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.simulation.people import People, stream
from analysis.data.simulation.visits import WITHDRAWAL_REASONS, Course
from analysis.plan.schema import Plan
from analysis.terms import DAY, DAYS_A_YEAR, PARTICIPANT

# Chance to stop the programme before its end, and to seek other treatment during follow-up.
STOPS = 0.14
OTHER_TREATMENT = {"programme": 0.10, "no programme": 0.28}
# Harms a year: unrelated ones in everybody, related ones while the programme lasts.
UNRELATED, RELATED = 0.22, 0.9
SERIOUS = {"unrelated": 0.08, "related": 0.01}
GRADES = np.array([0.72, 0.28])
STOP_REASONS = {"no time": 0.45, "pain during training": 0.25, "no benefit": 0.2, "travel": 0.1}
TREATMENTS = {"manual therapy": 0.45, "injection": 0.15, "other exercise": 0.25, "opioid": 0.15}
UNRELATED_HARMS = {"respiratory infection": 0.5, "fall": 0.2, "headache": 0.2, "surgery": 0.1}
RELATED_HARMS = {"muscle strain": 0.4, "shoulder pain": 0.25, "knee pain": 0.25, "dizziness": 0.1}
FLARES = {"heavy lifting at work": 0.3, "no known trigger": 0.5, "long sitting": 0.2}
# Gamma frailty of flare-ups with mean 1: some people have many, most have few.
FRAILTY_SHAPE = 2.0


@dataclass(frozen=True)
class Followed:
    """How long each person was in the trial and in the programme, in days, shape (n,).

    Attributes:
        until: withdrawal, or the day of the last planned visit.
        ended: last day of the programme for this person; 0 without a programme.
        stopped: day of stopping the programme early, infinite for those who did not.
    """

    until: np.ndarray
    ended: np.ndarray
    stopped: np.ndarray


def follow(plan: Plan, people: People, course: Course) -> Followed:
    """Follow-up and days in the programme; leaving the trial ends the programme too."""
    until = np.minimum(course.left, course.days[:, -1])
    weeks = [arm.programme.weeks if arm.programme else 0 for arm in plan.arms.values()]
    planned = 7 * np.array(weeks)[people.arm]
    rng = stream(plan.seed, "stopping the programme")
    day = np.ceil(rng.random(len(planned)) * planned)
    early = rng.random(len(planned)) < STOPS
    stops = early & (day < np.minimum(course.left, planned)) & (planned > 0)
    stopped = np.where(stops, day, np.inf)
    return Followed(until, np.minimum(np.minimum(stopped, until), planned), stopped)


def events_table(plan: Plan, people: People, course: Course, followed: Followed) -> pd.DataFrame:
    """The events as received: ``participant``, ``day``, ``event``, ``reason``, harms' details.

    No event comes after a person's withdrawal; a flare-up is no adverse event of its own here.
    """
    left = np.where(np.isfinite(course.left), 1, 0)
    parts = [
        _once(plan, people, "withdrew", course.left, left == 1, WITHDRAWAL_REASONS),
        _once(
            plan,
            people,
            "stopped programme",
            followed.stopped,
            np.isfinite(followed.stopped),
            STOP_REASONS,
        ),
        _other_treatment(plan, people, followed),
        _flare_ups(plan, people, followed),
        _harms(plan, people, followed.until, "unrelated", UNRELATED, UNRELATED_HARMS),
        _harms(plan, people, followed.ended, "related", RELATED, RELATED_HARMS),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    table = table.sort_values([PARTICIPANT, DAY, "event"], kind="stable").reset_index(drop=True)
    columns = [PARTICIPANT, DAY, "event", "reason", "related", "serious", "grade"]
    return table[columns].astype({"grade": "Int64"})


def _once(
    plan: Plan,
    people: People,
    event: str,
    day: np.ndarray,
    happened: np.ndarray,
    reasons: dict[str, float],
) -> pd.DataFrame:
    """An event that a person has at most once."""
    who = np.flatnonzero(happened)
    rng = stream(plan.seed, f"reason: {event}")
    return _rows(people, who, day[who], event, rng, reasons)


def _other_treatment(plan: Plan, people: People, followed: Followed) -> pd.DataFrame:
    rng = stream(plan.seed, "other treatment")
    trained = np.array([arm.programme is not None for arm in plan.arms.values()])[people.arm]
    chance = np.where(trained, OTHER_TREATMENT["programme"], OTHER_TREATMENT["no programme"])
    sought = rng.random(len(trained)) < chance
    # The day is drawn over the whole follow-up: those who left before it never report it.
    day = np.ceil(rng.random(len(trained)) * plan.schedule[-1].week * 7)
    happened = sought & (day < followed.until)
    return _once(plan, people, "other treatment", day, happened, TREATMENTS)


def _flare_ups(plan: Plan, people: People, followed: Followed) -> pd.DataFrame:
    rng = stream(plan.seed, "flare-ups")
    rates = [plan.simulation.arms[arm].flare_ups_per_year for arm in plan.arms]
    frailty = rng.gamma(FRAILTY_SHAPE, 1 / FRAILTY_SHAPE, len(people.arm))
    who, day = _times(np.array(rates)[people.arm] * frailty, followed.until, rng)
    return _rows(people, who, day, "flare-up", rng, FLARES)


def _harms(
    plan: Plan,
    people: People,
    until: np.ndarray,
    kind: str,
    rate: float,
    reasons: dict[str, float],
) -> pd.DataFrame:
    """Adverse events of one kind; serious ones have grade 3 or more."""
    rng = stream(plan.seed, f"adverse events: {kind}")
    who, day = _times(np.full(len(until), rate), until, rng)
    rows = _rows(people, who, day, "adverse event", rng, reasons)
    serious = rng.random(len(who)) < SERIOUS[kind]
    mild = rng.choice([1, 2], len(who), p=GRADES)
    rows["related"] = "yes" if kind == "related" else "no"
    rows["serious"] = np.where(serious, "yes", "no")
    rows["grade"] = np.where(serious, 3, mild)
    return rows


def _times(
    rate: np.ndarray, until: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Who has an event and on what day: a Poisson process at `rate` a year until a day.

    Days are whole and nobody has two events of a kind on one of them: in a record they would be
    one, and a row that is there twice is refused by the checks.
    """
    counts = rng.poisson(rate * until / DAYS_A_YEAR)
    who = np.repeat(np.arange(len(until)), counts)
    day = np.ceil(rng.random(len(who)) * until[who])
    first = np.sort(np.unique(np.column_stack([who, day]), axis=0, return_index=True)[1])
    return who[first], day[first]


def _rows(
    people: People,
    who: np.ndarray,
    day: np.ndarray,
    event: str,
    rng: np.random.Generator,
    reasons: dict[str, float],
) -> pd.DataFrame:
    chosen = rng.choice(len(reasons), len(who), p=np.array(list(reasons.values())))
    return pd.DataFrame(
        {
            PARTICIPANT: people.table[PARTICIPANT].to_numpy()[who],
            DAY: day.astype(int),
            "event": event,
            "reason": np.array(list(reasons), dtype=object)[chosen],
            "related": None,
            "serious": None,
            "grade": None,
        }
    )
