"""Rules of a plan: the schedule of visits, the measures, the populations, the seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from analysis.plan.problem import KeyPath, Problem
from analysis.plan.rules_words import repeated
from analysis.plan.schema_trial import EVIDENCE, Measure, Population, Study, Threshold, Visit

_WHY_BASELINE = "Every change is counted from the baseline."
_WHY_WINDOW = "The window decides which value counts for which visit."
_WHY_THRESHOLD = "A result is judged against this size."
_WHY_SHARE = "The share decides who is in the analysis."


def seed_counts(seed: int) -> Iterator[Problem]:
    """The seed is one that the random generator takes."""
    if seed < 0:
        yield Problem(
            ("seed",),
            "The seed is below 0.",
            "The same seed gives the same report, and the generator takes none below 0.",
            "Write a whole number from 0 up.",
        )


def one_baseline(schedule: tuple[Visit, ...], study: Study) -> Iterator[Problem]:
    """Exactly one visit is the baseline: week 0."""
    n = sum(visit.week == 0 for visit in schedule)
    if n != 1 and study.design != EVIDENCE:
        yield Problem(
            ("schedule",),
            f"One visit must be the baseline, week 0; the schedule has {n}.",
            _WHY_BASELINE,
            "Write `{week: 0, window: [-14, 0]}` once, with your days.",
        )
    for index, visit in enumerate(schedule):
        if visit.week < 0:
            yield Problem(
                ("schedule", index, "week"),
                "The week is below 0.",
                _WHY_BASELINE,
                "Count weeks from randomisation; days before it belong to the window of week 0.",
            )
        if visit.week == 0 and visit.window[1] > 0:
            yield Problem(
                ("schedule", index, "window"),
                "The window of the baseline goes on after day 0.",
                "A score from after the start is part of the change, not its beginning.",
                "End it at 0, such as [-14, 0].",
            )


def visits_in_order(schedule: tuple[Visit, ...]) -> Iterator[Problem]:
    """Weeks rise; a window holds its own day and none of another visit."""
    for index, visit in enumerate(schedule):
        first, last = visit.window
        if not first <= 0 <= last:
            yield Problem(
                ("schedule", index, "window"),
                f"The window [{first}, {last}] does not hold the planned day of week {visit.week}.",
                _WHY_WINDOW,
                "Write days before and after the planned day, such as [-7, 7].",
            )
    for index, (before, after) in enumerate(pairwise(schedule), start=1):
        if after.week <= before.week:
            yield Problem(
                ("schedule", index, "week"),
                f"Week {after.week} comes after week {before.week} in the list.",
                "Courses over time are drawn and modelled in the order of the visits.",
                "Write the visits in order, each week once.",
            )
        elif before.week * 7 + before.window[1] >= after.week * 7 + after.window[0]:
            yield Problem(
                ("schedule", index, "window"),
                f"The windows of week {before.week} and week {after.week} overlap.",
                _WHY_WINDOW,
                "Shorten one of them, so that each day belongs to one visit.",
            )


def measures_named(measures: dict[str, Measure]) -> Iterator[Problem]:
    """Something is measured, on a range, with thresholds that lie in it."""
    if not measures:
        yield Problem(
            ("measures",),
            "The plan has no measure.",
            "There is nothing to estimate.",
            "Write at least one, with its instrument and range.",
        )
    for name, measure in measures.items():
        low, high = measure.range
        if low >= high:
            yield Problem(
                ("measures", name, "range"),
                "The range does not rise.",
                "Values off the range are refused as errors of entry.",
                "Write the lowest possible value first: [0, 100].",
            )
        key = ("measures", name, "thresholds")
        yield from repeated((t.name for t in measure.thresholds), key, "threshold")
        for index, threshold in enumerate(measure.thresholds):
            yield from _threshold(threshold, abs(high - low), (*key, index, "value"))


def _threshold(threshold: Threshold, width: float, key: KeyPath) -> Iterator[Problem]:
    percent = threshold.scale == "percent of baseline"
    most = 100.0 if percent else width
    if not 0 < threshold.value <= most:
        unit = "percent" if percent else "points, the width of the range"
        yield Problem(
            key,
            f"The threshold `{threshold.name}` does not lie above 0 and up to {most:g} {unit}.",
            _WHY_THRESHOLD,
            "Write the size of the change without a sign, on the scale of the measure; "
            "`scale: percent of baseline` makes it a percentage.",
        )


def populations_named(populations: dict[str, Population], study: Study) -> Iterator[Problem]:
    """Someone is analysed; a share stands where, and only where, it is used."""
    if not populations and study.design != EVIDENCE:
        yield Problem(
            ("populations",),
            "The plan has no population.",
            "Nobody would be analysed.",
            "Write at least one, such as rule: all randomised.",
        )
    for name, population in populations.items():
        shared = population.rule == "attended share"
        if shared and population.share is None:
            yield Problem(
                ("populations", name),
                "The rule `attended share` has no `share`.",
                _WHY_SHARE,
                "Write the least share of the planned sessions, such as `share: 0.667`.",
            )
        elif population.share is not None and not shared:
            yield Problem(
                ("populations", name, "share"),
                f"The rule `{population.rule}` uses no share.",
                _WHY_SHARE,
                "Remove `share`, or write `rule: attended share`.",
            )
        elif population.share is not None and not 0 < population.share <= 1:
            yield Problem(
                ("populations", name, "share"),
                "The share does not lie above 0 and up to 1.",
                _WHY_SHARE,
                "Write a part of 1: two thirds are 0.667.",
            )


RULES = (seed_counts, one_baseline, visits_in_order, measures_named, populations_named)
