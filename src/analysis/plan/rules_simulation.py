"""Rules of a plan: the simulation of a simulated study has the shape of the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.plan.problem import KeyPath, Problem, listed
from analysis.plan.rules_study import MOST_SESSIONS
from analysis.plan.schema_questions import Estimand, Question
from analysis.plan.schema_simulation import Simulation, Truth
from analysis.plan.schema_trial import Arm, Measure, Study, Visit
from analysis.terms import DAYS_A_WEEK

_WHY_SHAPE = "The simulated people would not be people of this study."
_WHY_CHANCE = "People are drawn by this number."


def only_if_simulated(study: Study, simulation: Simulation | None) -> Iterator[Problem]:
    """A study of real people is never simulated."""
    if simulation is not None and not study.simulated:
        yield Problem(
            ("simulation",),
            "The plan has a `simulation`, and the study says `simulated: false`.",
            "Simulated people must never pass for real ones.",
            "Write `simulated: true`, or remove the section `simulation`.",
        )


def numbers_possible(simulation: Simulation | None) -> Iterator[Problem]:
    """Counts are counts, chances are chances."""
    if simulation is None:
        return
    for name in ("per_arm", "sites"):
        if getattr(simulation, name) < 1:
            yield _number(("simulation", name), "is below 1", "Write a whole number from 1 up.")
    for name in ("correlation", "person_share", "intermittent"):
        yield from _part_of_one(getattr(simulation, name), ("simulation", name))
    for arm, truth in simulation.arms.items():
        key = ("simulation", "arms", arm)
        if not 0 <= truth.dropout < 1:  # of a group that all leaves, the course is undefined
            yield _number((*key, "dropout"), "does not lie from 0 to below 1", "20 % is 0.2.")
        yield from _part_of_one(truth.attendance, (*key, "attendance"))
        if truth.flare_ups_per_year < 0:
            yield _number((*key, "flare_ups_per_year"), "is below 0", "Write 0 or more.")


def arms_match(simulation: Simulation | None, arms: dict[str, Arm]) -> Iterator[Problem]:
    """The simulation has the arms of the plan."""
    if simulation is not None:
        yield from _same_keys(simulation.arms, arms, ("simulation", "arms"), "arm")


def sessions_fit_the_log(simulation: Simulation | None, arms: dict[str, Arm]) -> Iterator[Problem]:
    """The simulated log tells of days, and has no more than one session on each."""
    for key, arm in arms.items() if simulation else ():
        if arm.programme and DAYS_A_WEEK < arm.programme.sessions_per_week <= MOST_SESSIONS:
            yield Problem(
                ("arms", key, "programme", "sessions_per_week"),
                f"A simulated log has a session a day at most, and {key} plans more.",
                "Two sessions of one day could not be told from a row that is there twice.",
                f"Write {DAYS_A_WEEK} or fewer, or leave out the section `simulation`.",
            )


def measures_match(
    simulation: Simulation | None, measures: dict[str, Measure]
) -> Iterator[Problem]:
    """The simulation has the measures of the plan, and starts inside their ranges."""
    if simulation is None:
        return
    key = ("simulation", "baseline")
    yield from _same_keys(simulation.baseline, measures, key, "measure")
    for arm, truth in simulation.arms.items():
        change = ("simulation", "arms", arm, "change")
        yield from _same_keys(truth.change, measures, change, "measure")
    for name, (mean, sd) in simulation.baseline.items():
        low, high = measures[name].range if name in measures else (mean, mean)
        if low < high and not low <= mean <= high:
            yield _number((*key, name), "has a mean off the range", "Write [mean, SD] in range.")
        if sd <= 0:
            yield _number((*key, name), "has an SD that is not above 0", "Write [mean, SD].")


def courses_match(simulation: Simulation | None, schedule: tuple[Visit, ...]) -> Iterator[Problem]:
    """Each course has one value a visit after baseline."""
    if simulation is None:
        return
    n = sum(visit.week > 0 for visit in schedule)
    for arm, truth in simulation.arms.items():
        yield from _courses(truth, n, ("simulation", "arms", arm, "change"))


def entry_agrees(
    simulation: Simulation | None,
    measures: dict[str, Measure],
    questions: dict[str, Question],
    estimands: dict[str, Estimand],
) -> Iterator[Problem]:
    """People enter with a score that many of them have, and questions about it know of it."""
    if simulation is None or not measures:
        return
    first, entry = next(iter(measures)), simulation.entry
    mean, sd = simulation.baseline.get(first, (0.0, 0.0))
    worse = 1 if measures[first].direction == "lower is better" else -1
    if entry is not None and first in simulation.baseline and worse * (entry - mean) > 2 * sd:
        yield Problem(
            ("simulation", "entry"),
            f"Hardly anybody has a {first} so bad: it lies more than two SD from the mean.",
            _WHY_CHANCE,
            "Write a score nearer to the mean at the start.",
        )
        return
    for name, question in questions.items():
        estimand = estimands.get(question.estimand or "")
        about = estimand is not None and estimand.variable.measure == first
        known = question.majority.entry if question.majority else None
        if question.estimate == "majority" and about and known != entry:
            yield Problem(
                ("questions", name, "majority"),
                f"People enter by `simulation.entry: {_told(entry)}`, and this question knows of "
                f"`entry: {_told(known)}`.",
                "What regression to the mean alone gives follows from the score needed to enter.",
                "Write the same score in both places, or in neither.",
            )


def _told(score: float | None) -> str:
    return "null" if score is None else f"{score:g}"


def _courses(truth: Truth, n: int, key: KeyPath) -> Iterator[Problem]:
    for measure, course in truth.change.items():
        if len(course) != n:
            yield Problem(
                (*key, measure),
                f"The course has {len(course)} values for {n} visits after baseline.",
                _WHY_SHAPE,
                f"Write {n} values, one a visit of `schedule` after week 0.",
            )


def _same_keys(
    found: Iterable[str], asked: Iterable[str], key: KeyPath, what: str
) -> Iterator[Problem]:
    missing = [name for name in asked if name not in set(found)]
    extra = [name for name in found if name not in set(asked)]
    if missing or extra:
        wrong = [f"{listed(missing)} missing"] if missing else []
        wrong += [f"{listed(extra)} not in the plan"] if extra else []
        yield Problem(
            key,
            f"The simulation does not have each {what} of the plan once: {', '.join(wrong)}.",
            _WHY_SHAPE,
            f"Write {listed(list(asked))}.",
        )


def _part_of_one(value: float, key: KeyPath) -> Iterator[Problem]:
    if not 0 <= value <= 1:
        yield _number(key, "does not lie from 0 to 1", "Write a part of 1: 20 % is 0.2.")


def _number(key: KeyPath, wrong: str, do: str) -> Problem:
    return Problem(key, f"`{key[-1]}` {wrong}.", _WHY_CHANCE, do)


RULES = (
    only_if_simulated,
    numbers_possible,
    arms_match,
    sessions_fit_the_log,
    measures_match,
    courses_match,
    entry_agrees,
)
