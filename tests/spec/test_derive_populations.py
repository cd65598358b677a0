"""Who belongs to each population."""

from __future__ import annotations

import pytest

from analysis.data.derive import derive
from analysis.errors import DataError, PlanError
from analysis.plan.schema_trial import Population
from tests.spec.trial_records import plan_of, raw_of

PEOPLE = "A | care\nB | bands\nC | bands\nD | bands"
# B attended 6 of 8 sessions; C one, and more once the programme was over; D none.
SESSIONS = "\n".join(
    [f"B | {day} | {'yes' if day < 40 else 'no'}" for day in range(3, 57, 7)]
    + ["C | 56 | yes", "C | 57 | yes", "C | 64 | yes", "D | 3 | no", "D | -2 | yes"]
)


def _members(rule: str, share: float | None = None, *, sessions: str = SESSIONS, visits=""):
    population = Population(label="some", rule=rule, share=share)
    raw = raw_of(PEOPLE, visits, sessions)
    people = derive(plan_of(populations={"some": population}), raw).people
    assert people["in_some"].dtype == bool
    return "".join(people.loc[people["in_some"], "participant"])


def test_all_randomised_is_everyone():
    assert _members("all randomised") == "ABCD"


def test_follow_up_is_a_planned_score_after_baseline_of_any_measure():
    visits = "A | 0 | pain | 50\nB | 56 | pain | 40\nC | 90 | pain | 30\nD | 56 | pain |"
    assert _members("any follow-up", visits=visits) == "B"


def test_started_is_one_session_in_the_weeks_of_the_programme():
    assert _members("started programme") == "ABC"


@pytest.mark.parametrize(("share", "who"), [(0.75, "AB"), (0.76, "A"), (0.125, "ABC"), (0, "ABCD")])
def test_share_counts_attended_of_planned_sessions(share, who):
    assert _members("attended share", share) == who


@pytest.mark.parametrize("rule", ["started programme", "attended share"])
def test_a_population_by_training_needs_the_log(rule):
    with pytest.raises(DataError, match="needs the training log"):
        _members(rule, 0.5, sessions="")


def test_a_population_by_share_needs_a_share():
    with pytest.raises(PlanError, match="gives no share"):
        _members("attended share")
