"""Intercurrent events, the reasons of missing values, and what lies after an event."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.data.derive import derive
from analysis.data.intercurrent import after_event
from analysis.errors import DataError, PlanError
from tests.spec.trial_records import plan_of, raw_of

PEOPLE = "A | care\nB | bands"


def _trial(events: str, visits: str = "A | 0 | pain | 50"):
    return derive(plan_of(), raw_of(PEOPLE, visits, events=events))


def _reasons(trial, participant: str) -> list[str]:
    return trial.visits.loc[trial.visits["participant"] == participant, "reason"].tolist()


@pytest.mark.parametrize(
    ("day", "week_8"), [(20, "moved"), (66, "moved"), (67, "not recorded"), (-3, "moved")]
)
def test_a_withdrawal_by_the_end_of_the_window_is_the_reason(day, week_8):
    trial = _trial(f"B | {day} | withdrew | moved")
    assert _reasons(trial, "B") == [week_8, "moved"]
    assert _reasons(trial, "A") == ["not recorded", "not recorded"]


def test_a_death_is_told_as_a_death_and_an_earlier_withdrawal_stays_the_reason():
    trial = _trial("A | 40 | death | heart\nB | 60 | death | heart\nB | 30 | withdrew | ill")
    assert _reasons(trial, "A") == ["death", "death"]
    assert _reasons(trial, "B") == ["ill", "ill"]


def test_stopping_the_programme_explains_no_missing_value():
    assert _reasons(_trial("B | 20 | stopped programme | bored"), "B") == ["not recorded"] * 2


def test_an_empty_reason_is_told_as_such():
    trial = _trial("B | 20 | withdrew |")
    assert trial.intercurrent["reason"].tolist() == ["no reason given"]
    assert _reasons(trial, "B") == ["no reason given"] * 2


def test_adverse_events_and_flare_ups_are_not_intercurrent():
    trial = _trial("A | 9 | adverse event | fall\nA | 10 | flare-up |\nA | 11 | injury | ankle")
    assert trial.intercurrent["event"].tolist() == ["injury"]
    assert len(trial.events) == 3


def test_after_means_later_than_the_day_of_the_first_event():
    visits = "B | 0 | pain | 50\nB | 60 | pain | 40"
    trial = _trial("B | 90 | other treatment | pill\nB | 60 | other treatment | needle", visits)
    after = after_event(trial, "other treatment")
    assert after.index.equals(trial.visits.index)
    assert after.dtype == bool
    # Week 8 was scored on the day itself; week 16 was not scored and was due on day 112.
    assert after[trial.visits["participant"] == "B"].tolist() == [False, True]
    assert not after[trial.visits["participant"] == "A"].any()
    assert not after_event(trial, "death").any()


def test_values_after_an_event_are_counted_for_each_event():
    visits = "B | 0 | pain | 50\nB | 60 | pain | 40\nB | 113 | pain | 30"
    trial = _trial("B | 59 | other treatment | pill\nB | 60 | other treatment | needle", visits)
    assert trial.intercurrent["values_after"].tolist() == [2, 1]
    observed = trial.visits.loc[trial.visits["participant"] == "B", "value"]
    assert observed.tolist() == [40, 30]


def test_an_event_without_a_day_is_refused():
    with pytest.raises(DataError, match="1 intercurrent events have no day") as error:
        _trial(f"B | {np.nan} | withdrew | moved")
    assert "moved" not in str(error.value)


def test_an_unknown_event_is_refused():
    with pytest.raises(PlanError, match="no intercurrent event"):
        after_event(_trial(""), "flare-up")
