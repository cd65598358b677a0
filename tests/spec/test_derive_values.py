"""Baseline, planned visits, change and percent change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.derive import derive
from analysis.data.windows import nearest_visit
from analysis.errors import DataError, PlanError
from analysis.plan.schema_trial import Visit
from tests.spec.trial_records import plan_of, raw_of

NARROW = (0, (-14, 0)), (8, (-14, 14)), (12, (-14, 14))


def _value(visits: str, week: int, *windows) -> tuple[float, float]:
    rows = derive(plan_of(*windows), raw_of("A | care", visits)).visits.set_index("week")
    return rows.loc[week, "day"], rows.loc[week, "value"]


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        ([50, 57], 57),
        ([55, 58], 55),
        ([54, 58], 58),
        ([58, 54], 58),
        ([46], 46),
        ([66], 66),
        ([45.5], np.nan),
        ([66.5, 45], np.nan),
    ],
)
def test_the_nearest_value_in_the_window_counts_and_the_later_of_two(days, taken):
    visits = "\n".join(f"A | {day} | pain | {day}" for day in days)
    day, value = _value(visits, 8)
    np.testing.assert_equal([day, value], [taken, taken])


def test_in_overlapping_windows_a_value_stands_for_one_visit_only():
    rows = "A | 68 | pain | 30"
    assert _value(rows, 8, *NARROW)[1] == 30
    assert np.isnan(_value(rows, 12, *NARROW)[1])
    assert _value("A | 75 | pain | 30", 12, *NARROW)[1] == 30


def test_a_day_between_two_visits_belongs_to_the_earlier():
    planned = [Visit(week=8, window=(-14, 14)), Visit(week=12, window=(-14, 14))]
    week, distance = nearest_visit(planned, np.array([70.0, 71.0, 41.0, 99.0]))
    assert list(week) == [8, 12, 0, 0]
    assert list(distance) == [14, 13, np.inf, np.inf]


def test_a_score_of_the_day_of_randomisation_is_baseline_and_no_visit():
    windows = (0, (-7, 3)), (1, (-7, 7))
    trial = derive(plan_of(*windows), raw_of("A | care", "A | 0 | pain | 50\nA | 2 | pain | 40"))
    row = trial.visits.iloc[0]
    assert (row["baseline"], row["value"], row["day"]) == (50, 40, 2)


def test_a_day_without_a_score_leaves_the_other_score_of_the_window():
    day, value = _value("A | 56 | pain |\nA | 60 | pain | 44", 8)
    assert (day, value) == (60, 44)


def test_measures_do_not_mix():
    raw = raw_of(
        "A | bands",
        "A | 0 | pain | 50\nA | 0 | odi | 20\nA | 56 | pain | 40\nA | 58 | odi | 25",
    )
    trial = derive(plan_of(measures=("pain", "odi")), raw)
    at_8 = trial.visits[trial.visits["week"] == 8].set_index("measure")
    assert at_8["change"].to_dict() == {"pain": -10, "odi": 5}
    assert at_8["percent_change"].to_dict() == {"pain": -20, "odi": 25}
    assert trial.people[["baseline_pain", "baseline_odi"]].iloc[0].tolist() == [50, 20]


def test_the_grid_is_complete_and_in_order():
    raw = raw_of("B | bands\nA | care\nC | bands", "A | 0 | odi | 20")
    visits = derive(plan_of(measures=("pain", "odi")), raw).visits
    expected = [(p, m, w) for p in "BAC" for m in ("pain", "odi") for w in (8, 16)]
    assert list(zip(visits["participant"], visits["measure"], visits["week"], strict=True)) == (
        expected
    )
    assert list(visits["visit"].cat.categories) == ["week 8", "week 16"]
    assert visits["visit"].cat.ordered
    assert list(visits["arm"].cat.categories) == ["care", "bands"]
    assert set(visits["status"]) == {"missing"}
    assert visits.index.equals(pd.RangeIndex(12))


def test_a_negative_baseline_has_no_percent_change():
    raw = raw_of("A | care", "A | 0 | pain | -4\nA | 56 | pain | -2")
    row = derive(plan_of(), raw).visits.iloc[0]
    assert row["change"] == 2
    assert np.isnan(row["percent_change"])


def test_two_values_of_one_day_are_refused():
    raw = raw_of("A | care", "A | 56 | pain | 40\nA | 56 | pain | 41")
    with pytest.raises(DataError, match="share participant, measure and day") as error:
        derive(plan_of(), raw)
    assert "41" not in str(error.value)


def test_a_schedule_without_baseline_is_refused():
    with pytest.raises(PlanError, match="no baseline visit"):
        derive(plan_of((8, (-10, 10))), raw_of("A | care", "A | 0 | pain | 40"))


def test_a_covariate_may_not_take_a_derived_name():
    raw = raw_of("A | care", "A | 0 | pain | 40")
    raw.participants["baseline_pain"] = 1.0
    with pytest.raises(DataError, match="baseline_pain"):
        derive(plan_of(), raw)


def test_raw_tables_are_left_as_they_were():
    raw = raw_of(
        "A | care\nB | bands",
        "A | 0 | pain | 40\nB | 56 | pain | 20",
        "B | 3 | yes",
        "B | 9 | withdrew | ",
    )
    before = [t.copy() for t in (raw.participants, raw.visits, raw.sessions, raw.events)]
    derive(plan_of(), raw)
    for was, now in zip(
        before, (raw.participants, raw.visits, raw.sessions, raw.events), strict=True
    ):
        pd.testing.assert_frame_equal(was, now)
