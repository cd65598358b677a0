"""Simulated training log: who came to which session, what was lifted, and how it felt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.simulation.people import People, stream
from analysis.data.simulation.visits import Course
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Programme
from analysis.terms import DAY, PARTICIPANT

# Beta distribution of personal attendance: the larger, the more alike people are.
ATTENDANCE_CONCENTRATION = 6.0
# Attendance wanes from p + w p(1-p) in the first session to p - w p(1-p) in the last.
WANING = 0.6
# Exertion (0 to 10) at a load that fits; a load is comfortable at COMFORTABLE or below.
EXERTION_AT_FIT, COMFORTABLE = 6.0, 6
STRENGTH_A_SESSION = 0.16
HARDER_A_STEP = 0.8
# A rise of a fifth of the scale within a session lowers the next load by a step.
STOPPING_RISE = 0.2
START_KG = {"female": 15.0, "male": 22.5}
STEP_KG = 2.5
BANDS = 5
GROUPS_A_SESSION = 3
WHOLE = ["sets", "repetitions", "band", "exertion", "soreness", "pain_before", "pain_after"]
WITH_KG = ("free weights", "machines", "mixed")
WITH_BAND = ("resistance bands", "mixed")


def planned_days(programme: Programme) -> np.ndarray:
    """Days of the planned sessions, spread evenly over each week, first session on day 1."""
    total = round(programme.weeks * programme.sessions_per_week)
    return 1 + np.floor(np.arange(total) * 7 / programme.sessions_per_week).astype(int)


def personal_attendance(plan: Plan, people: People) -> np.ndarray:
    """Each person's mean chance to attend a session; its mean in an arm is the plan's truth."""
    rng = stream(plan.seed, "attendance")
    mean = np.array([plan.simulation.arms[arm].attendance for arm in plan.arms])[people.arm]
    a, b = mean * ATTENDANCE_CONCENTRATION, (1 - mean) * ATTENDANCE_CONCENTRATION
    certain = (mean <= 0) | (mean >= 1)
    drawn = rng.beta(np.where(certain, 1, a), np.where(certain, 1, b))
    return np.where(certain, mean, drawn)


def sessions_table(plan: Plan, people: People, course: Course, ended: np.ndarray) -> pd.DataFrame:
    """The training log as received; a row a planned session until the programme ended.

    Args:
        plan: its programmes and the truth of attendance.
        people: the simulated people.
        course: their scores, which pain in the log follows.
        ended: last day on which a session can take place, shape (n,).

    Returns:
        ``participant``, ``day``, ``attended``, ``muscle_groups``, ``sets``, ``repetitions``,
        ``load``, ``load_unit``, ``band``, ``exertion``, ``soreness``, ``pain_before``,
        ``pain_after``; all after ``attended`` are empty where a session was missed.
    """
    chance = personal_attendance(plan, people)
    logs = [
        _log_of_arm(plan, people, course, ended, chance, index)
        for index, arm in enumerate(plan.arms.values())
        if arm.programme is not None
    ]
    if not logs:
        return pd.DataFrame()
    return pd.concat(logs).sort_values([PARTICIPANT, DAY], kind="stable").reset_index(drop=True)


def _log_of_arm(
    plan: Plan, people: People, course: Course, ended: np.ndarray, chance: np.ndarray, index: int
) -> pd.DataFrame:
    key = list(plan.arms)[index]
    programme = plan.arms[key].programme
    who = np.flatnonzero(people.arm == index)
    planned = planned_days(programme)
    rng = stream(plan.seed, f"sessions of {key}")
    slack = max(1, int(7 // programme.sessions_per_week))
    days = planned + rng.integers(0, slack, (len(who), len(planned)))
    wane = np.linspace(1, -1, len(planned)) * WANING
    personal = chance[who, None]
    came = rng.random(days.shape) < personal + wane * personal * (1 - personal)
    before, after = _pain(plan, course, who, days, rng)
    step, exertion = _progress(came, after - before, _top(plan), rng)
    person, session = np.nonzero(days <= ended[who, None])
    table = pd.DataFrame(
        {
            PARTICIPANT: people.table[PARTICIPANT].to_numpy()[who][person],
            DAY: days[person, session],
            "attended": np.where(came[person, session], "yes", "no"),
            "muscle_groups": _groups(programme)[session % len(_groups(programme))],
            "sets": rng.integers(2, 5, days.shape)[person, session],
            "repetitions": rng.integers(8, 13, days.shape)[person, session],
        }
    )
    sex = people.table["sex"].to_numpy()[who][person]
    table = table.assign(**_load(programme, step[person, session], sex))
    table["exertion"] = exertion[person, session]
    table["soreness"] = _soreness(days, rng)[person, session]
    table["pain_before"] = before[person, session].astype(int)
    table["pain_after"] = after[person, session].astype(int)
    filled = [c for c in table.columns if c not in (PARTICIPANT, DAY, "attended")]
    table[filled] = table[filled].where(table["attended"] == "yes")
    return table.astype(dict.fromkeys(WHOLE, "Int64"))


def _top(plan: Plan) -> float:
    """Width of the scale of the first measure, on which pain in the log is scored."""
    low, high = next(iter(plan.measures.values())).range
    return high - low


def _pain(
    plan: Plan, course: Course, who: np.ndarray, days: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pain before and after each session, around the straight line between two visits."""
    low, high = next(iter(plan.measures.values())).range
    between = np.array(
        [
            np.interp(days[row], course.days[person], course.scores[0, person])
            for row, person in enumerate(who)
        ]
    )
    before = np.clip(np.rint(between + rng.normal(0, 0.08 * (high - low), days.shape)), low, high)
    rise = rng.normal(0.01, 0.07, days.shape) * (high - low)
    return before, np.clip(np.rint(before + rise), low, high)


def _progress(
    came: np.ndarray, rise: np.ndarray, top: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Steps of load above the start, and exertion, by person and session.

    One step more after two comfortable sessions running; one step less after a session in which
    pain rose by the stopping rule's amount.
    """
    noise = rng.normal(0, 0.9, came.shape)
    gain = STRENGTH_A_SESSION * rng.gamma(4, 0.25, (len(came), 1))
    step, exertion = np.zeros(came.shape, int), np.zeros(came.shape, int)
    now, streak, done = (np.zeros(len(came), int) for _ in range(3))
    for session in range(came.shape[1]):
        here = came[:, session]
        hard = EXERTION_AT_FIT + HARDER_A_STEP * (now - gain[:, 0] * done) + noise[:, session]
        step[:, session] = now
        exertion[:, session] = np.clip(np.rint(hard), 0, 10)
        comfortable = exertion[:, session] <= COMFORTABLE
        streak = np.where(here, np.where(comfortable, streak + 1, 0), streak)
        up = here & (streak >= 2)
        down = here & (rise[:, session] >= STOPPING_RISE * top)
        now = np.maximum(now + np.where(down, -1, np.where(up, 1, 0)), 0)
        streak = np.where(up | down, 0, streak)
        done = done + here
    return step, exertion


def _load(programme: Programme, step: np.ndarray, sex: np.ndarray) -> dict[str, np.ndarray]:
    """Load in kg, its unit and the number of the band; empty where the programme has none."""
    empty = np.full(len(step), None, dtype=object)
    start = pd.Series(sex).map(START_KG).to_numpy()
    in_kg = programme.modality in WITH_KG
    # A stronger band comes after several steps of repetitions with the last one.
    band = np.minimum(1 + step // 3, BANDS)
    return {
        "load": start + STEP_KG * step if in_kg else empty,
        "load_unit": np.full(len(step), "kg", dtype=object) if in_kg else empty,
        "band": band if programme.modality in WITH_BAND else empty,
    }


def _groups(programme: Programme) -> np.ndarray:
    """The muscle groups of each session in turn, so that every group comes up equally often."""
    groups, size = programme.muscle_groups, min(GROUPS_A_SESSION, len(programme.muscle_groups))
    turns = [(groups * 2)[start : start + size] for start in range(len(groups))]
    return np.array(["|".join(turn) for turn in turns], dtype=object)


def _soreness(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Soreness after a session, 0 to 10: most in the first weeks."""
    mean = 1.5 + 2.5 * np.exp(-days / 21)
    return np.clip(np.rint(rng.normal(mean, 1.3)), 0, 10).astype(int)
