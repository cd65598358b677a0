"""Hand-made result rows of subgroups for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import row


def subgroup_rows() -> list[Result]:
    """Two subgroups of two groups each, one more that is too small, and everyone."""
    same = {"question": "subgroups", "week": 16}
    rows = [row("interval_level", 95, **same)]
    for name in ("Sex", "Age"):
        place = {"level": name, "df": 200.0, "p": 0.32, "n": 210, "n_observed": 2}
        rows.append(
            row(
                "interaction",
                1.4,
                method="expected: none; the plan gives no reason",
                **place,
                **same,
            )
        )
    thin = {"level": "Site", "method": "expected: none; the plan gives no reason"}
    rows.append(row("subgroup_thin", 2, **thin, **same))
    for level in ("everyone", "Sex: female", "Sex: male", "Age: below 50", "Age: 50 or above"):
        for arm, value in (("bands", -6.0), ("free_weights", -14.0)):
            place = {"arm": arm, "comparator": "usual_care", "level": level, "n": 100}
            bounds = {"lower": value - 6, "upper": value + 6}
            rows.append(row("subgroup_difference", value, **place, **bounds, **same))
    return rows
