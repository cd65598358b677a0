"""The cumulative responder curve: the share that improved by at least each amount."""

from __future__ import annotations

import numpy as np

from analysis.estimate.responder_rows import RespondersAsked
from analysis.estimate.responding import needed_points, reaches
from analysis.plan.schema_trial import Threshold
from analysis.result.record import Result

# Steps of the axis, from no change to the whole range or all of the baseline.
STEPS = 20
_NAMES = {"percent of baseline": "curve_percent", "points": "curve_points"}


def curve_rows(about: RespondersAsked, thresholds: list[Threshold]) -> list[Result]:
    """The share of each arm that improved by at least so much, at the week asked about.

    Under the main assumption, shares as they are: the mean over imputed data sets. There is a curve
    for each scale of the thresholds, and every threshold is one of its places.
    """
    return [
        row
        for scale in dict.fromkeys(each.scale for each in thresholds)
        for row in _curve(about, scale, [each for each in thresholds if each.scale == scale])
    ]


def _curve(about: RespondersAsked, scale: str, thresholds: list[Threshold]) -> list[Result]:
    low, high = about.asked.plan.measures[about.asked.measure].range
    end = 100.0 if scale == "percent of baseline" else high - low
    places = np.unique([*np.linspace(0, end, STEPS + 1), *(each.value for each in thresholds)])
    main = about.handlings[0]
    gain = main.gain[:, :, about.weeks.index(about.asked.week)]
    rows: list[Result] = []
    for place in places:
        needed = needed_points(float(place), scale, about.people)
        share = reaches(gain, needed).mean(axis=0)
        rows += [_row(about, scale, float(place), a, share, needed) for a in range(len(about.arms))]
        beyond = place >= max(each.value for each in thresholds)
        # Beyond the last improvement that anybody made all curves are flat.
        if beyond and not share.any():
            break
    return rows


def _row(
    about: RespondersAsked,
    scale: str,
    place: float,
    arm: int,
    share: np.ndarray,
    needed: np.ndarray,
) -> Result:
    who = (about.group.arm == arm) & ~np.isnan(needed)
    main = about.handlings[0]
    return about.asked.row(
        _NAMES[scale],
        100 * share[who].mean(),
        week=about.asked.week,
        arm=about.arms[arm],
        level=f"{place:g}",
        n=int(who.sum()),
        method=f"share as it is; missing: {main.words}; {main.draws}",
    )
