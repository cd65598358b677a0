"""Simulated trials of two arms whose truth after the programme is known, one a kind of question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.plan.schema_course import Course, Durability, Majority
from analysis.plan.schema_subgroups import Subgroup
from analysis.plan.schema_trial import Threshold
from analysis.stats.spline import natural_cubic
from tests.spec.long_trial import WEEKS, long_trial, question, true_course
from tests.spec.small_trial import MEASURES

EACH = 50
HALF_LIFE, AT_END = 80.0, 20.0
YEAR = 365.25
RATES = {"usual": 1.2, "weights": 0.8}  # flare-ups a year
LEAVES = 0.15  # people a year, in both arms
FRAILTY = 2.0  # shape of a gamma with mean 1: some have many flare-ups, most have few
BETWEEN, WITHIN = 10.0, 15.0  # sizes that matter, in points
CUT = 50.0  # of the start: of subgroups, and of entry
MORE = 6.0  # what people from that start on gain beyond the others
# Knots as `estimate.course_model` lays them for these weeks, and what each curve runs through.
KNOTS = {
    "natural spline": (0.0, 8.0, 16.0, 40.8, 104.0),
    "restricted cubic spline": (8.0, 16.0, 40.8, 52.0),
}
THROUGH = {
    "natural spline": {
        "weeks": (8, 16, 52, 104),
        "usual": (-6, -7, -9, -7),
        "weights": (-14, -20, -15, -13),
    },
    "restricted cubic spline": {
        "weeks": (8, 26, 104),
        "usual": (-5, -8, -7),
        "weights": (-12, -20, -13),
    },
}
BASELINE = ("baseline",)
LATER = Durability(weeks=(52, 104), samples=200)


def sized(trial: Trial) -> Trial:
    """The same trial with sizes in points, so that what they make is known."""
    sizes = (
        Threshold(name="worthwhile", kind="between groups", value=BETWEEN, citation="a study"),
        Threshold(name="important", kind="within person", value=WITHIN, citation="a consensus"),
    )
    measures = MEASURES | {"pain_vas": replace(MEASURES["pain_vas"], thresholds=sizes)}
    return replace(trial, plan=replace(trial.plan, measures=measures))


def straight(seed: int) -> Trial:
    """A course of straight pieces: the arms' means fall, and one of them rises again."""
    course = question("course", course=Course(shapes=("piecewise linear",), shown=3))
    durability = question("durability", covariates=BASELINE, durability=LATER)
    return sized(long_trial(each=EACH, seed=seed, course=course, durability=durability))


def fading(seed: int) -> Trial:
    """A programme's gain that fades with a known half-life."""
    durability = question("durability", covariates=BASELINE, durability=LATER)
    trial = long_trial(each=EACH, seed=seed + 10_000, durability=durability)
    wanted = {w: -AT_END * 0.5 ** (max(w - 16, 0) / HALF_LIFE) for w in WEEKS}
    wanted[8] = -AT_END / 2
    return _moved(trial, {"weights": [wanted[week] for week in WEEKS]})


def bent_course(shape: str, arm: str, weeks: Sequence[int]) -> np.ndarray:
    """The true change of an arm whose course is a curve of this shape."""
    through = THROUGH[shape]
    columns = natural_cubic(np.array(through["weeks"], float), KNOTS[shape])
    slopes = np.linalg.solve(columns, through[arm])
    return natural_cubic(np.asarray(weeks, float), KNOTS[shape]) @ slopes


def bent(seed: int, shape: str, *, main: str | None = None) -> Trial:
    """A course that curves as the shape can, and no straight pieces could.

    Args:
        seed: of the random numbers.
        shape: of the true course.
        main: the shape that the plan takes for it, the true one standing beside; None is the true.
    """
    shapes = (shape,) if main is None else (main, shape)
    asked = question("course", course=Course(shapes=shapes, shown=3))
    trial = long_trial(each=EACH, seed=seed + 20_000, course=asked)
    return _moved(
        trial, {arm: list(bent_course(shape, arm, WEEKS)) for arm in ("usual", "weights")}
    )


def parted(seed: int) -> Trial:
    """People from a start of `CUT` on gain more by the programme than the others."""
    groups = (
        Subgroup(variable="baseline_pain_vas", label="start", expected="more", cut=CUT),
        Subgroup(variable="half", label="half", expected="no difference"),
    )
    asked = question("subgroups", covariates=BASELINE, subgroups=groups)
    trial = long_trial(each=2 * EACH, seed=seed + 30_000, subgroups=asked)
    visits = trial.visits.copy()
    gains = (visits["arm"] == "weights") & (visits["baseline"] >= CUT)
    visits.loc[gains, ["value", "change"]] -= MORE
    half = np.random.default_rng([seed, 2]).choice(["one", "other"], len(trial.people))
    people = trial.people.assign(half=pd.Categorical(half, ["one", "other"]))
    return replace(trial, visits=visits, people=people)


def entered(seed: int) -> Trial:
    """People who came in with `CUT` or more, and in whom nothing changes but chance."""
    numbers = np.random.default_rng([seed, 3])
    plain = question("majority", majority=Majority(entry=CUT))
    trial = sized(long_trial(each=2 * EACH, seed=seed, majority=plain))
    people, visits = trial.people.copy(), trial.visits.copy()
    level, start = np.empty(0), np.empty(0)
    while len(level) < len(people):
        more = numbers.normal(55, 9, 4 * len(people))
        first = more + numbers.normal(0, 6, len(more))
        level = np.append(level, more[first >= CUT])[: len(people)]
        start = np.append(start, first[first >= CUT])[: len(people)]
    who = dict(zip(people["participant"], zip(level, start, strict=True), strict=True))
    people["baseline_pain_vas"] = start
    both = np.array([who[name] for name in visits["participant"]])
    value = both[:, 0] + numbers.normal(0, 6, len(visits))
    seen = visits["value"].notna()
    visits = visits.assign(baseline=both[:, 1], value=pd.Series(value, visits.index).where(seen))
    visits["change"] = visits["value"] - visits["baseline"]
    return replace(trial, people=people, visits=visits)


def flaring(seed: int, *, frail: bool) -> Trial:
    """Flare-ups and leaving at constant rates; with frailty people differ in their rate."""
    numbers = np.random.default_rng([seed, 4 + frail])
    trial = long_trial(each=2 * EACH, seed=seed, relapse=question("relapse"))
    flares, gone = [], []
    for who, arm in zip(trial.people["participant"], trial.people["arm"].astype(str), strict=True):
        rate = RATES[arm] * (numbers.gamma(FRAILTY, 1 / FRAILTY) if frail else 1.0)
        leaves = numbers.exponential(YEAR / LEAVES)
        gone += [(who, leaves, "withdrew")] * (leaves < 7 * 104)
        day = numbers.exponential(YEAR / rate)
        while day < min(7 * 104, leaves):
            flares.append((who, day, "flare-up"))
            day += numbers.exponential(YEAR / rate)
    columns = ["participant", "day", "event"]
    events = pd.DataFrame([*flares, *gone], columns=columns)
    left = pd.DataFrame(gone, columns=columns).assign(reason="moved away")
    # Everybody who stays comes to the last visit, so that follow-up ends by leaving alone.
    last = trial.visits["week"] == 104
    came = trial.visits.assign(
        value=trial.visits["value"].mask(last, 50.0), day=trial.visits["day"].mask(last, 728.0)
    )
    return replace(trial, events=events, intercurrent=left, visits=came)


def _moved(trial: Trial, wanted: dict[str, list[float]]) -> Trial:
    """The trial with other mean changes at `WEEKS`, by arm."""
    visits = trial.visits.copy()
    for arm, means in wanted.items():
        now = true_course(("usual", "weights").index(arm))
        by_week = dict(zip(WEEKS, np.subtract(means, now), strict=True))
        mine = visits["arm"] == arm
        shift = visits.loc[mine, "week"].map(by_week)
        for column in ("value", "change"):
            visits.loc[mine, column] += shift
    return replace(trial, visits=visits)
