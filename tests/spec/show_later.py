"""Hand-made result rows of relapses and of the majority claim, for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import row

ARMS = ("usual_care", "bands", "free_weights")


def relapse_rows() -> list[Result]:
    """The time to a first relapse by arm, all relapses, and what was not compared."""
    place = {"question": "relapse", "method": "Kaplan-Meier"}
    rows = [row("interval_level", 95, week=104, question="relapse")]
    rows.append(row("relapse_rule", 7, week=104, level="flare-up", **place))
    for n, arm in enumerate(ARMS):
        for week in (0, 8, 16, 26, 52, 104):
            value = 100 - week * (0.5 - 0.05 * n)
            told = {"arm": arm, "week": week, "lower": max(value - 8, 0), "n": 80}
            told |= {"upper": min(value + 8, 100), "n_observed": 80 - week // 2}
            rows.append(row("free_percent", value, **(place | told)))
        about = {"arm": arm, "week": 104, "n": 80}
        for statistic, value in (("people_followed", 80), ("first_relapses", 30), ("relapses", 55)):
            rows.append(row(statistic, value, **(place | about)))
        for statistic in ("free_weeks", "relapsed_percent", "left_percent", "rate_per_year"):
            ends = {"lower": 20.0, "upper": 60.0}
            rows.append(row(statistic, 40.0, **(place | about | ends)))
        rows.append(row("person_years", 120.5, **(place | about)))
        if n:
            gap = about | {"comparator": "usual_care", "lower": 0.5, "upper": 1.1, "p": 0.12}
            for statistic in ("free_weeks_difference", "hazard_ratio", "rate_ratio"):
                rows.append(row(statistic, 0.8, **(place | gap)))
    for reason in ("before randomisation", "flare-up after the end of follow-up"):
        rows.append(row("set_aside", 2, arm="bands", level=reason, **place))
    return rows


def majority_rows() -> list[Result]:
    """Shares with an improvement by arm, what would be expected anyway, real trials beside."""
    place = {"question": "majority", "week": 104, "method": "of those seen"}
    rows = [row("interval_level", 95, week=104, question="majority")]
    for kind, share in (("any", 70.0), ("beyond noise", 50.0), ("worthwhile", 40.0)):
        level = place | {"level": kind}
        rows.append(row("needed_points", 0 if kind == "any" else 12, **level))
        rows.append(row("expected_percent", share - 10, **level))
        for n, arm in enumerate(ARMS):
            ends = {"lower": share - 12, "upper": share + 12, "n": 80, "n_observed": 60}
            rows.append(row("improved_percent", share + 3 * n, arm=arm, **(level | ends)))
            if n:
                gap = {"comparator": "usual_care", "lower": -8.0, "upper": 14.0}
                rows.append(row("improved_difference", 3.0 * n, arm=arm, **(level | gap)))
    rows.append(row("expected_change", -4.0, **place))
    rows.append(row("entry_score", 40.0, **(place | {"week": None})))
    for n, share in enumerate((63.4, 80.6)):
        told = {"level": f"trial {n}", "n": 150, "lower": share - 8, "upper": share + 8}
        told |= {"week": None, "method": "chronic headache, usual care, 3 mo; a paper, 2004"}
        rows.append(row("benchmark_percent", share, **(place | told)))
    for end, share in (("least", 63.4), ("most", 80.6)):
        rows.append(row(f"benchmark_{end}", share, **(place | {"week": None})))
    return rows


def published_rows() -> list[Result]:
    """Bounds of a share as a paper prints them, as counts, and with chance."""
    place = {"question": "printed", "measure": None, "week": 104, "level": "lifting week104"}
    rows = []
    for name, low, high in (("published", 50, 80), ("count", 18, 28), ("chance", 34, 92)):
        rows.append(row(f"{name}_low", low, n=35, method="a paper, 2016", **place))
        rows.append(row(f"{name}_high", high, n=35, method="a paper, 2016", **place))
    return [*rows, row("interval_level", 95, question="printed", measure=None)]
