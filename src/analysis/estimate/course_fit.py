"""Does the curve hold what was seen? Each shape of the course beside visits without a curve."""

from __future__ import annotations

from collections.abc import Sequence

from scipy import stats

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.course_data import CourseData
from analysis.estimate.course_model import Curve, fit_curve
from analysis.result.record import Result

VISITS = "visits as categories"
_WHAT = "F test of all that lies off the curve at the visits of all arms, with its covariance"
_MISS = "change along the curve minus that with visits as categories; both allow for missing scores"


def against_visits(
    curves: Sequence[Curve], data: CourseData, asked: Asked
) -> tuple[Curve | None, list[Result]]:
    """How far each curve lies from the visits, and whether chance could do that.

    Args:
        curves: the shapes of the course, the main one first.
        data: the scores.
        asked: the question as asked.

    Returns:
        The model in which every visit of every arm may lie off the main curve, or None. Rows
        `lack_of_fit` (the F statistic; n_observed its numerator's degrees of freedom, df the
        denominator's), and by arm and visit `curve_miss`, in the unit of the measure: above 0 the
        curve lies higher than the visit; the level is the shape, of the main one none. Nothing of
        a curve that runs through all visits; `left_out_model` where visits cannot stand alone.

    Source: Kenward & Roger (1997) Biometrics 53:983, the joint test; Potthoff & Roy (1964)
    Biometrika 51:313, a curve as a restriction on the means of visits.
    """
    main, rows = None, []
    for place, curve in enumerate(curves):
        if curve.basis([0]).shape[1] >= len(data.chosen.weeks):
            continue
        try:
            free = fit_curve(data, asked, curve.shape, visits_free=True)
        except ModelError as error:
            # An arm without a score at some visit has no mean there, whatever the shape.
            reason = f"not fitted: {error.what}"
            return None, [asked.row("left_out_model", 0, level=VISITS, method=reason)]
        main = main or free
        level = curve.shape if place else None
        rows.append(_test(curve, free, data, asked, level))
        for arm in data.chosen.arms:
            rows += _misses(curve, free, arm, data, asked, level)
    return main, rows


def _test(curve: Curve, free: Curve, data: CourseData, asked: Asked, level: str | None) -> Result:
    contrasts = free.off_curve()
    statistic, df = free.fit.joint(contrasts)
    return asked.row(
        "lack_of_fit",
        statistic,
        level=level,
        df=float(df),
        p=float(stats.f.sf(statistic, len(contrasts), df)),
        n=data.chosen.people(data.chosen.arms),
        n_observed=len(contrasts),
        method=f"{_WHAT}; {curve.words}",
    )


def _misses(
    curve: Curve, free: Curve, arm: str, data: CourseData, asked: Asked, level: str | None
) -> list[Result]:
    weeks = list(data.chosen.weeks)
    along, seen = (
        made.fit.contrast(made.weights(weeks, arm, difference=False))["estimate"]
        for made in (curve, free)
    )
    return [
        asked.row(
            "curve_miss",
            miss,
            week=week,
            arm=arm,
            level=level,
            n=data.chosen.people((arm,)),
            n_observed=data.chosen.seen((arm,), week),
            method=_MISS,
        )
        for week, miss in zip(weeks, along - seen, strict=True)
    ]
