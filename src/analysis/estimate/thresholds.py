"""Sizes that matter, in the points of the measure, each with its source."""

from __future__ import annotations

from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.plan.schema_trial import Threshold
from analysis.result.record import Result
from analysis.terms import ARM, BASELINE, PARTICIPANT


def threshold_rows(chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """The thresholds of the measure in its points; method is the citation.

    The level reads `kind: name`, because the three kinds are never mixed.

    A share of baseline is a share of the comparator's mean baseline score in the analysis, because
    the comparator stands for the course without the programme; of everyone's where there is none.
    That mean is the row `threshold_base`.
    """
    thresholds = asked.plan.measures[asked.measure].thresholds
    start = chosen.rows.drop_duplicates(PARTICIPANT)
    compared = asked.estimand.treatments.comparator
    if compared is not None:
        start = start[start[ARM] == compared]
    mean = start[BASELINE].mean()
    whose = f"the people of {compared}" if compared else "everyone"
    base = asked.row(
        "threshold_base",
        mean,
        comparator=compared,
        n=start[PARTICIPANT].nunique(),
        method=f"mean at the start of {whose} in the analysis",
    )
    shares = any(threshold.scale == "percent of baseline" for threshold in thresholds)
    return [base] * shares + [
        asked.row(
            "threshold",
            _in_points(threshold, mean),
            level=f"{threshold.kind}: {threshold.name}",
            method=threshold.citation,
            comparator=compared if threshold.scale == "percent of baseline" else None,
        )
        for threshold in thresholds
    ]


def _in_points(threshold: Threshold, baseline_mean: float) -> float:
    if threshold.scale == "percent of baseline":
        return threshold.value / 100 * baseline_mean
    return threshold.value


def first_within_person(asked: Asked) -> Threshold | None:
    """The measure's first threshold within a person that is given in points; None without one."""
    sizes = asked.plan.measures[asked.measure].thresholds
    return next((t for t in sizes if t.kind == "within person" and t.scale == "points"), None)
