"""Hand-made result rows about absent scores, for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import WEEKS, WITHIN, WORTHWHILE, row

MISSING = {"question": "missing"}
TIPPING = {"question": "tipping"}
COURSES = {
    "usual_care": {
        "observed*7": 60,
        "observed*4; missing: moved away*3": 12,
        "observed*2; missing but came back: not recorded*1; observed*4": 8,
    },
    "bands": {
        "observed*7": 70,
        "observed*5; missing: no time*2": 7,
        "missing: moved away*7": 3,
    },
    "free_weights": {"observed*7": 74, "observed*3; missing: no time*4": 6},
}


def absent_rows() -> list[Result]:
    """A question `missing` of three arms and a question `tipping`, made up to fit each other."""
    return [*_assumed(), *_courses(), *_tipping()]


def _assumed() -> list[Result]:
    rows = [
        row("interval_level", 95, week=16, **MISSING),
        row("threshold", 10.9, level=WORTHWHILE.name, method=WORTHWHILE.citation, **MISSING),
        row("threshold_base", 54.5, comparator="usual_care", **MISSING),
        row("threshold", 15, level=WITHIN.name, method=WITHIN.citation, **MISSING),
    ]
    effects = {
        "bands": {"mmrm": (-8.9, 3), "mar": (-8.8, 3), "j2r": (-2.1, 2.9)},
        "free_weights": {"mmrm": (-14.4, 3), "mar": (-14.3, 3.1), "j2r": (-13.2, 2)},
    }
    for arm, each in effects.items():
        for level, (value, half) in each.items():
            place = MISSING | {"arm": arm, "week": 16, "level": level}
            place |= {"comparator": "usual_care", "n": 160, "n_observed": 131}
            bounds = {"lower": value - half, "upper": value + half, "se": half / 2, "p": 0.01}
            how = "MMRM" if level == "mmrm" else "conditional means, jackknife"
            rows.append(row("difference", value, method=how, **bounds, **place))
            if level == "mmrm":
                apart = "other covariates to adjust for"
                rows.append(row("first_answer", value - 0.8, **(place | bounds | {"level": apart})))
            else:
                rows.append(row("monte_carlo_error", 0.02, **place))
    rows += [row("imputations", 240, level=level, **MISSING) for level in ("mar", "j2r")]
    return rows


def _courses() -> list[Result]:
    rows = []
    for arm, each in COURSES.items():
        counts: dict[tuple[str, int | None, str], int] = {}
        for course, people in each.items():
            rows.append(row("pattern", people, arm=arm, level=course, n=80, **MISSING))
            runs = [run.rpartition("*") for run in course.split("; ")]
            stands = [how for how, _, length in runs for _ in range(int(length))]
            for week, how in zip(WEEKS, stands, strict=True):
                filled = "gap by mar" if "came back" in how else "j2r"
                source = "as recorded" if how == "observed" else filled
                told = [("planned_values", how), ("planned_values", "planned")]
                for key in [*told, ("value_source", f"j2r: {source}")]:
                    for place in (week, None):
                        cell = (key[0], place, key[1])
                        counts[cell] = counts.get(cell, 0) + people
        for (statistic, week, level), n in counts.items():
            rows.append(row(statistic, n, arm=arm, week=week, level=level, n=80, **MISSING))
    return rows


def _tipping() -> list[Result]:
    rows = [row("interval_level", 95, week=16, **TIPPING)]
    for arm, start in (("bands", -6.0), ("free_weights", -14.0)):
        place = TIPPING | {"arm": arm, "week": 16, "comparator": "usual_care", "n": 160}
        place |= {"method": "conditional means, jackknife; missing at random"}
        rows.append(row("tipping_start", start, lower=start - 4, upper=start + 4, **place))
        changed = 0
        for other in (-10, 0, 10):
            for mine in (0, 10, 20, 30):
                value = start + 0.1 * mine - 0.2 * other
                bounds = {"lower": value - 4, "upper": value + 4}
                changed += value + 4 > 0
                level = f"{mine:g} with comparator {other:g}"
                rows.append(row("tipping_difference", value, level=level, **bounds, **place))
            edge = 10 * (-start - 4) + 2 * other
            if 0 < edge < 30:
                words = f"below zero to open with comparator {other:g}"
                rows.append(row("tipping_point", edge, level=words, **place))
        rows.append(row("tipped", changed, **(place | {"n": 12})))
        away = {"lower": -2.0, "upper": 6.0, "se": 2.8} | TIPPING
        for level in ("after: stopped programme", "missed a visit and came back"):
            rows.append(row("returned_shift", 1.5, arm=arm, week=16, level=level, n=11, **away))
    away = {"lower": -3.0, "upper": 1.0, "se": 1.8, "week": 16} | TIPPING
    level = "missed a visit and came back"
    return [*rows, row("returned_shift", -0.5, arm="usual_care", level=level, n=7, **away)]
