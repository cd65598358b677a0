"""Hand-made result rows of the course over two years, for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import WITHIN, row

WEEKS = (0, 8, 16, 26, 52, 104)
CHANGES = {
    "usual_care": (0, -5, -8, -8, -8, -7),
    "bands": (0, -11, -16, -15, -14, -12),
    "free_weights": (0, -13, -21, -21, -18, -15),
}
HALF = 3.5


def _about(value: float, half: float = HALF) -> dict[str, float | int]:
    return {"lower": value - half, "upper": value + half, "se": 1.8, "df": 210.0, "n": 80}


def course_rows() -> list[Result]:
    """Changes and differences by week, people drawn, and what is kept of each gain."""
    place = {"question": "course", "method": "straight to the programme's end, then another way"}
    rows = [row("course_start", 54.0, week=0, **(place | _about(54)))]
    for arm, values in CHANGES.items():
        for week, value in zip(WEEKS[1:], values[1:], strict=True):
            told = place | _about(value) | {"n_observed": 70, "arm": arm, "week": week}
            rows.append(row("course_change", value, **told))
            rows.append(row("observed_change", value - 1.5, arm=arm, week=week, question="course"))
            if arm != "usual_care":
                gap = value - CHANGES["usual_care"][WEEKS.index(week)]
                more = told | _about(gap) | {"comparator": "usual_care", "p": 0.01, "n": 160}
                rows.append(row("course_difference", gap, **more))
    rows += _fit_rows(place)
    for person, arm, shift in (("person 1", "bands", 4.0), ("person 2", "usual_care", -6.0)):
        for week, value in zip(WEEKS, CHANGES[arm], strict=True):
            told = place | {"arm": arm, "week": week, "level": person}
            rows.append(row("trajectory_seen", 54 + value + 2 * shift, **told))
            rows.append(row("trajectory_shrunken", 54 + value + shift, **told))
    for arm, sd in (("usual_care", 18.0), ("bands", 20.0)):
        rows.append(row("change_sd", sd, arm=arm, week=104, n=70, n_observed=70, **place))
    ratio = {"arm": "bands", "comparator": "usual_care", "week": 104, "lower": 0.9, "upper": 1.4}
    rows.append(row("change_sd_ratio", 1.11, n=140, n_observed=140, **(place | ratio)))
    return [*rows, row("interval_level", 95, week=104, question="course"), *_kept_rows()]


def _fit_rows(place: dict) -> list[Result]:
    """The main curve misses week 8, the natural spline holds every visit."""
    rows = []
    for level, p, misses in ((None, 0.002, (3.4, -0.4)), ("natural spline", 0.4, (0.6, -0.9))):
        told = place | {"level": level, "week": None, "df": 387.5, "p": p, "n_observed": 15}
        rows.append(row("lack_of_fit", 2.4, **told))
        for week, miss in zip((8, 104), misses, strict=True):
            rows.append(
                row("curve_miss", miss, **(place | {"level": level, "week": week, "arm": "bands"}))
            )
    free = {"arm": "bands", "comparator": "usual_care", "level": "visits as categories", "p": 0.1}
    for week in (8, 16):
        rows.append(row("course_difference", -6.0, **(place | _about(-6) | free | {"week": week})))
    return rows


def _kept_rows() -> list[Result]:
    rows = []
    for arm, other, prefix in (("bands", None, ""), ("bands", "usual_care", "extra_")):
        place = {"question": "durability", "arm": arm, "comparator": other, "method": "ratio"}
        for week, value in ((16, 16.0), (26, 15.0), (52, 14.0), (104, 12.0)):
            told = place | {"week": week, "n_observed": 60} | _about(value)
            rows.append(row(f"{prefix}gain", value, **told))
            if week > 16:
                share = {"lower": 50.0, "upper": 130.0, "week": week, "n": 80}
                rows.append(row(f"{prefix}gain_kept", 100 * value / 16, **(place | share)))
        size = None if prefix else f"within person: {WITHIN.name}"
        ends = {"lower": 60.0, "upper": float("inf"), "week": None, "level": size}
        rows.append(row(f"{prefix}weeks_until_below", 90.0, **(place | ends)))
    kept = {"question": "durability", "week": None}
    for level, size in (
        ("between groups: worthwhile", 10.8),
        (f"within person: {WITHIN.name}", 15),
    ):
        rows.append(row("threshold", size, level=level, **kept))
    rows.append(row("left_out", 2, arm="bands", level="no baseline", **kept))
    told = {"question": "durability", "week": 104, "lower": 4.0, "upper": 20.0, "n": 80}
    rows.append(row("sustained_percent", 12.0, arm="bands", **told))
    return [*rows, row("interval_level", 95, week=104, question="durability")]
