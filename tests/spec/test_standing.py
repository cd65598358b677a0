"""How each planned value stands under each strategy for an intercurrent event."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.estimate.standing import standing_values
from tests.spec.small_trial import small_trial

PEOPLE = """
person arm  w0 w4 w8 w16
A      care 50 48 46 44
B      care 60 58 .  52
C      care 70 .  .  .
D      care 40 38 36 .
"""
# B stops before week 8 (of week 8 there is no score), C before any score, D after week 8.
STOPPED = """
person | event             | day
B      | stopped programme | 40
C      | stopped programme | 10
D      | stopped programme | 56
"""


def stood(strategy: str, events: str = STOPPED, **more: str) -> pd.DataFrame:
    trial = small_trial(PEOPLE, events=events, strategies={"stopped programme": strategy, **more})
    rows = standing_values(trial, trial.plan.estimands["primary"], "pain_vas")
    return rows.set_index(["participant", "week"])


def cells(rows: pd.DataFrame, person: str, column: str = "value") -> list:
    found = rows.loc[person, column]
    return [None if pd.isna(cell) else cell for cell in found]


def test_treatment_policy_leaves_every_value_as_it_is():
    rows = stood("treatment policy")
    assert cells(rows, "B") == [58, None, 52]
    assert cells(rows, "B", "status") == ["observed", "missing", "observed"]
    assert rows["event"].isna().all()


def test_hypothetical_keeps_values_after_the_event_out_and_says_why():
    rows = stood("hypothetical")
    assert cells(rows, "B") == [58, None, None]
    assert cells(rows, "B", "status") == ["observed", "missing", "excluded by strategy"]
    assert cells(rows, "B", "event_day") == [None, None, 40]
    # A value of the event's own day is not after it.
    assert cells(rows, "D") == [38, 36, None]
    assert cells(rows, "A") == [48, 46, 44]


@pytest.mark.parametrize(("counts_as", "score"), [("worst score", 100), ("baseline score", 60)])
def test_composite_gives_the_score_that_the_plan_names(counts_as, score):
    rows = stood(f"composite: {counts_as}")
    assert cells(rows, "B") == [58, score, score]
    assert cells(rows, "B", "change") == [-2, score - 60, score - 60]
    assert cells(rows, "B", "status") == ["observed", "set by strategy", "set by strategy"]


def test_composite_failure_has_no_score():
    rows = stood("composite: failure")
    assert cells(rows, "B") == [58, None, None]
    assert cells(rows, "B", "status") == ["observed", "counts as failure", "counts as failure"]


def test_while_on_treatment_takes_the_last_score_up_to_the_event():
    rows = stood("while on treatment")
    assert cells(rows, "B") == [58, 58, 58]
    assert cells(rows, "D") == [38, 36, 36]
    # Whoever stops before any score was last seen at the start.
    assert cells(rows, "C") == [70, 70, 70]
    assert cells(rows, "C", "change") == [0, 0, 0]


def test_the_first_event_that_is_not_treatment_policy_decides():
    both = STOPPED + "B | withdrew | 20\n"
    rows = stood("composite: worst score", both, withdrew="hypothetical")
    assert cells(rows, "B") == [None, None, None]
    assert cells(rows, "B", "event")[::2] == ["withdrew", "withdrew"]
    rows = stood(
        "composite: worst score", STOPPED + "B | withdrew | 100\n", withdrew="hypothetical"
    )
    assert cells(rows, "B") == [58, 100, 100]
