"""What each row of the simulated trials should say; by arithmetic, or by very many people."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.calibration.two_years_trials import (
    AT_END,
    BETWEEN,
    CUT,
    HALF_LIFE,
    KNOTS,
    LEAVES,
    MORE,
    RATES,
    WITHIN,
    YEAR,
    bent_course,
)
from tests.spec.long_trial import WEEKS, true_course

MANY = 2_000_000
LEVEL, NOISE, SLOPE = 9.0, 6.0, 0.05  # of `long_trial`: standard deviations, the last a week
SHORT = {"natural spline": "natural", "restricted cubic spline": "restricted"}


@cache
def truths() -> dict[str, float]:
    """The truth by the id of its row, each id with the name of its trial before it."""
    parts = (_course, _bent, _missed, _durability, _fading, _relapse, _majority, _subgroups)
    return {key: float(value) for part in parts for key, value in part().items()}


def _course() -> dict[str, float]:
    usual, weights = (dict(zip(WEEKS, true_course(arm), strict=True)) for arm in (0, 1))
    at_40 = -20 + 6 * (40 - 16) / 88
    row = "straight.course_{}.pain_vas.week{}.weights{}"
    last = weights[104] - usual[104]
    return {
        row.format("change", 40, ""): at_40,
        row.format("difference", 16, ""): weights[16] - usual[16],
        row.format("difference", 40, ""): at_40 + 6,
        row.format("difference", 104, ""): last,
        row.format("difference", 104, ".random_intercepts"): last,
        row.format("difference", 104, ".random_intercepts_and_slopes"): last,
        "straight.change_sd_ratio.pain_vas.week104.weights": 1.0,
    }


def _bent() -> dict[str, float]:
    known = {}
    for shape in KNOTS:
        for week in (16, 26, 104):
            usual, weights = (bent_course(shape, arm, [week])[0] for arm in ("usual", "weights"))
            at = f"pain_vas.week{week}.weights"
            known[f"{SHORT[shape]}.course_change.{at}"] = weights
            known[f"{SHORT[shape]}.course_difference.{at}"] = weights - usual
    return known


def _missed() -> dict[str, float]:
    """The truth of a natural spline, whatever the curve that is fitted to it."""
    known = {}
    for week in (8, 16, 26, 104):
        usual, weights = (
            bent_course("natural spline", arm, [week])[0] for arm in ("usual", "weights")
        )
        for level in ("", ".natural_spline", ".visits_as_categories"):
            at = f"pain_vas.week{week}.weights{level}"
            known[f"missed.course_change.{at}"] = weights
            known[f"missed.course_difference.{at}"] = weights - usual
    return known


def _durability() -> dict[str, float]:
    known = {}
    for prefix, end, last in (("gain", 20.0, 14.0), ("extra_gain", 14.0, 8.0)):
        for week, gain in ((16, end), (104, last)):
            known[f"durability.{prefix}.pain_vas.week{week}.weights"] = gain
        for how in ("kept", "kept_bootstrap"):
            known[f"durability.{prefix}_{how}.pain_vas.week104.weights"] = 100 * last / end
    # Both fall by 6 on a straight line from week 16 to week 104.
    until = "durability.{}weeks_until_below.pain_vas.weights{}"
    known[until.format("", ".within_person:_important")] = 16 + 88 * (20 - WITHIN) / 6
    known[until.format("extra_", "")] = 16 + 88 * (14 - BETWEEN) / 6
    usual, weights = (_sustained(place) for place in (0, 1))
    known["durability.sustained_percent.pain_vas.week104.usual"] = usual
    known["durability.sustained_percent.pain_vas.week104.weights"] = weights
    known["durability.sustained_difference.pain_vas.week104.weights"] = weights - usual
    return known


def _sustained(place: int) -> float:
    """Percent of very many people whose gain is enough at weeks 16, 52 and 104."""
    numbers = np.random.default_rng(place)
    slope, start = numbers.normal(0, SLOPE, MANY), numbers.normal(0, NOISE, MANY)
    enough = np.ones(MANY, bool)
    for week, change in zip(WEEKS, true_course(place), strict=True):
        if week in (16, 52, 104):
            gain = -(change + slope * week + numbers.normal(0, NOISE, MANY) - start)
            enough &= gain >= WITHIN
    return 100 * enough.mean()


def _fading() -> dict[str, float]:
    return {
        "fading.half_life.pain_vas.weights": HALF_LIFE,
        "fading.gain.pain_vas.week52.weights": AT_END * 0.5 ** (36 / HALF_LIFE),
    }


def _relapse() -> dict[str, float]:
    years = 7 * 104 / YEAR
    known = {}
    weeks = {}
    for arm, rate in RATES.items():
        both = rate + LEAVES
        ended = 100 * (1 - np.exp(-both * years)) / both
        weeks[arm] = (1 - np.exp(-rate * years)) / rate * YEAR / 7
        known[f"flat.rate_per_year.pain_vas.week104.{arm}"] = rate
        known[f"flat.free_percent.pain_vas.week52.{arm}"] = 100 * np.exp(-rate * 7 * 52 / YEAR)
        known[f"flat.free_weeks.pain_vas.week104.{arm}"] = weeks[arm]
        known[f"flat.relapsed_percent.pain_vas.week104.{arm}"] = rate * ended
        known[f"flat.left_percent.pain_vas.week104.{arm}"] = LEAVES * ended
    at = "pain_vas.week104.weights"
    ratio = RATES["weights"] / RATES["usual"]
    known[f"flat.free_weeks_difference.{at}"] = weeks["weights"] - weeks["usual"]
    known[f"flat.hazard_ratio.{at}"] = ratio
    for trial, level in (("frail", ""), ("frail", ".robust_Poisson"), ("flat", ".robust_Poisson")):
        known[f"{trial}.rate_ratio.{at}{level}"] = ratio
    return known


def _majority() -> dict[str, float]:
    """Very many people who came in from `CUT` on and in whom only chance is at work."""
    numbers = np.random.default_rng(2)
    level = numbers.normal(55, LEVEL, MANY)
    start, later = level + numbers.normal(0, NOISE, MANY), level + numbers.normal(0, NOISE, MANY)
    fall = (start - later)[start >= CUT]
    noise = 1.96 * np.sqrt(2) * NOISE
    at = "pain_vas.week104"
    known = {
        f"entered.expected_change.{at}": -fall.mean(),
        f"entered.needed_points.{at}.beyond_noise": noise,
    }
    for kind, size in (("any", 0.0), ("beyond_noise", noise), ("worthwhile", WITHIN)):
        known[f"entered.expected_percent.{at}.{kind}"] = 100 * (fall > size).mean()
    for kind, size in (("any", 0.0), ("worthwhile", WITHIN)):
        known[f"entered.improved_percent.{at}.weights.{kind}"] = 100 * (fall > size).mean()
        known[f"entered.improved_difference.{at}.weights.{kind}"] = 0.0
    return known


def _subgroups() -> dict[str, float]:
    at = "parted.subgroup_difference.pain_vas.week104.weights.start"
    low, high = f"below_{CUT:g}", f"{CUT:g}_or_above"
    return {f"{at}:_{low}": -8.0, f"{at}:_{high}": -8.0 - MORE}
