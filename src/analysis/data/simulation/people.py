"""Simulated people: who they are, when they were randomised, and to which arm."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.plan.schema import Plan
from analysis.terms import ARM, PARTICIPANT

# Two places for each arm in a block: small enough for balance, too many orders to guess.
PLACES_PER_ARM = 2
FIRST_DAY = np.datetime64("2019-01-14")
RECRUITMENT_DAYS = 540
AGE = (46.0, 12.0)
AGE_RANGE = (18, 75)
FEMALE = 0.56
# Log-normal: half of the people have had pain for less than four years, and a tail for decades.
DURATION_MEDIAN, DURATION_SPREAD = 4.0, 0.9
DURATION_RANGE = (0.3, 40.0)
# Shares of the standing difference between people that age, duration and site explain.
AGE_LOADING, DURATION_LOADING, SITE_LOADING = 0.15, 0.2, 0.15


@dataclass(frozen=True)
class People:
    """Participants and the part of their scores that who they are explains.

    Attributes:
        table: as received: ``participant``, ``arm``, ``site``, ``sex``, ``age``,
            ``pain_duration_years``, ``randomised``.
        arm: index of each person's arm in the plan's order, shape (n,).
        explained: standing difference that age, duration and site explain, mean about 0,
            shape (n,); `explained_share` of the variance of a standing difference.
    """

    table: pd.DataFrame
    arm: np.ndarray
    explained: np.ndarray


EXPLAINED_SHARE = AGE_LOADING**2 + DURATION_LOADING**2 + SITE_LOADING**2


def stream(seed: int, name: str, attempt: int = 0) -> np.random.Generator:
    """A generator that depends on the seed, on its name and on the attempt only.

    A new table draws from a new name, so it cannot move a number of another table.

    Args:
        seed: the plan's seed.
        name: what is drawn, for example ``visit days``.
        attempt: which applicant for a place it is drawn for, 0 the first.
    """
    name = f"{name}, applicant {attempt + 1}" if attempt else name
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4")
    return np.random.Generator(np.random.PCG64([seed, *words.tolist()]))


def make_people(plan: Plan, attempt: int = 0) -> People:
    """Simulated participants in order of randomisation, in permuted blocks within sites.

    Args:
        plan: its simulation and seed.
        attempt: which applicant for each place they are; places, arms and dates stay the same.
    """
    site, arm = _allocation(plan)
    dates = _dates(plan, site)
    order = np.lexsort((np.arange(len(site)), dates))
    site, arm, dates = site[order], arm[order], dates[order]
    age_score, age = _ages(plan, len(site), attempt)
    duration_score, duration = _durations(plan, len(site), attempt)
    sex = stream(plan.seed, "sex", attempt).random(len(site)) < FEMALE
    keys = list(plan.arms)
    table = pd.DataFrame(
        {
            PARTICIPANT: [f"P{number:03d}" for number in range(1, len(site) + 1)],
            ARM: [keys[index] for index in arm],
            "site": [f"site {index + 1}" for index in site],
            "sex": np.where(sex, "female", "male"),
            "age": age,
            "pain_duration_years": duration,
            "randomised": pd.to_datetime(dates).strftime("%Y-%m-%d"),
        }
    )
    explained = (
        AGE_LOADING * age_score
        + DURATION_LOADING * duration_score
        + SITE_LOADING * _site_scores(plan)[site]
    )
    return People(table, arm, explained)


def _allocation(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Site and arm of every place: blocks that hold each arm equally often, sites in turn."""
    rng = stream(plan.seed, "allocation")
    arms, left = np.arange(len(plan.arms)), plan.simulation.per_arm
    site, arm = [], []
    while left > 0:
        block = rng.permutation(np.repeat(arms, min(PLACES_PER_ARM, left)))
        site.append(np.full(len(block), len(site) % plan.simulation.sites))
        arm.append(block)
        left -= PLACES_PER_ARM
    return np.concatenate(site), np.concatenate(arm)


def _dates(plan: Plan, site: np.ndarray) -> np.ndarray:
    """Weekdays of randomisation, in the order of the site's list of allocations."""
    days = stream(plan.seed, "randomisation dates").integers(0, RECRUITMENT_DAYS, len(site))
    days = days - np.where(days % 7 >= 5, days % 7 - 4, 0)
    for index in np.unique(site):
        days[site == index] = np.sort(days[site == index])
    return FIRST_DAY + days.astype("timedelta64[D]")


def _ages(plan: Plan, people: int, attempt: int) -> tuple[np.ndarray, np.ndarray]:
    score = stream(plan.seed, "age", attempt).standard_normal(people)
    return score, np.clip(np.rint(AGE[0] + AGE[1] * score), *AGE_RANGE).astype(int)


def _durations(plan: Plan, people: int, attempt: int) -> tuple[np.ndarray, np.ndarray]:
    score = stream(plan.seed, "pain duration", attempt).standard_normal(people)
    years = DURATION_MEDIAN * np.exp(DURATION_SPREAD * score)
    return score, np.round(np.clip(years, *DURATION_RANGE), 1)


def _site_scores(plan: Plan) -> np.ndarray:
    """Evenly spaced scores of the sites with mean 0 and variance 1; one site scores 0."""
    steps = np.arange(plan.simulation.sites, dtype=float)
    centred = steps - steps.mean()
    return centred / centred.std() if len(steps) > 1 else centred
