"""The CONSORT flow: its steps, its reasons, and that it always adds up."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.derive import derive
from analysis.errors import DataError
from analysis.plan.schema_trial import Population
from tests.spec.trial_records import plan_of, raw_of

PEOPLE = "A | care\nB | bands\nC | bands\nD | bands"
VISITS = "A | 0 | pain | 50\nA | 56 | pain | 40\nA | 112 | pain | 40\nB | 56 | pain | 40"
SESSIONS = "B | 3 | yes\nC | 3 | no\nD | 3 | yes"
EVENTS = """\
B | 60 | withdrew | moved
B | 61 | withdrew | moved again
C | 10 | withdrew | hurt
D | 20 | stopped programme | bored
"""


def _flow(**study) -> pd.DataFrame:
    return derive(plan_of(**study), raw_of(PEOPLE, VISITS, SESSIONS, EVENTS)).flow


def _told(flow: pd.DataFrame, step: str, week: int | None = None) -> dict:
    rows = flow[
        (flow["step"] == step) & (flow["week"].isna() if not week else flow["week"] == week)
    ]
    names = [
        tuple(part for part in pair if not pd.isna(part))
        for pair in zip(rows["arm"], rows["reason"], strict=True)
    ]
    return dict(zip(names, rows["n"], strict=True))


def test_enrolment_is_told_by_the_plan_and_counted():
    flow = _flow(assessed=9, excluded={"too old": 3, "declined": 2})
    assert _told(flow, "assessed") == {(): 9}
    assert _told(flow, "excluded") == {(): 5, ("too old",): 3, ("declined",): 2}
    assert _told(flow, "randomised") == {(): 4, ("care",): 1, ("bands",): 3}
    assert list(flow["order"]) == list(range(1, len(flow) + 1))


def test_exclusions_without_reasons_are_counted_without_reasons():
    assert _told(_flow(assessed=9), "excluded") == {(): 5, ("reason not stated",): 5}
    assert _told(_flow(assessed=4), "excluded") == {(): 0}
    assert _told(_flow(), "excluded") == {}


@pytest.mark.parametrize("study", [{"assessed": 9, "excluded": {"old": 4}}, {"assessed": 3}])
def test_enrolment_that_does_not_add_up_is_refused(study):
    with pytest.raises(DataError, match="does not add up"):
        _flow(**study)


def test_training_is_counted_only_where_there_is_a_programme():
    flow = _flow()
    assert _told(flow, "started programme") == {("bands",): 2}
    assert _told(flow, "did not start programme") == {("bands",): 1}
    assert _told(flow, "stopped programme") == {("bands",): 1, ("bands", "bored"): 1}


def test_without_a_log_nothing_is_said_of_starting_and_without_events_nothing_of_leaving():
    flow = derive(plan_of(), raw_of(PEOPLE, VISITS)).flow
    assert list(dict.fromkeys(flow["step"])) == [
        "randomised",
        "observed",
        "missing",
        "lost to follow-up",
        "completed",
        "in the population",
    ]


def test_someone_who_stops_in_an_arm_without_a_programme_is_told():
    flow = derive(plan_of(), raw_of(PEOPLE, VISITS, events="A | 9 | stopped programme |")).flow
    assert _told(flow, "stopped programme") == {
        ("care",): 1,
        ("bands",): 0,
        ("care", "no reason given"): 1,
    }


def test_a_person_who_withdrew_twice_is_counted_once_with_the_first_reason():
    assert _told(_flow(), "withdrew") == {
        ("care",): 0,
        ("bands",): 2,
        ("bands", "hurt"): 1,
        ("bands", "moved"): 1,
    }


def test_values_seen_and_missing_at_each_week_with_reasons():
    flow = _flow()
    assert _told(flow, "observed", 8) == {("care",): 1, ("bands",): 1}
    assert _told(flow, "missing", 8) == {
        ("care",): 0,
        ("bands",): 2,
        ("bands", "hurt"): 1,
        ("bands", "not recorded"): 1,
    }
    assert _told(flow, "missing", 16)[("bands", "moved")] == 1


def test_lost_people_are_those_not_seen_at_the_last_visit():
    flow = _flow()
    assert _told(flow, "completed") == {("care",): 1, ("bands",): 0}
    lost = _told(flow, "lost to follow-up")
    assert {who: n for who, n in lost.items() if len(who) == 1} == {("care",): 0, ("bands",): 3}
    assert lost[("bands", "not recorded")] == 1


def test_deaths_are_counted_only_where_there_were_any():
    assert _told(_flow(), "died") == {}
    died = derive(plan_of(), raw_of(PEOPLE, VISITS, events="A | 9 | death | heart")).flow
    assert _told(died, "died") == {("care",): 1, ("bands",): 0, ("care", "heart"): 1}


LETTERS = [chr(code) for code in range(ord("A"), ord("J"))]
KINDS = ["withdrew", "stopped programme", "death", "other treatment", "adverse event"]


@st.composite
def _records(draw):
    arms = draw(st.lists(st.sampled_from(["care", "bands"]), min_size=1, max_size=9))
    people = LETTERS[: len(arms)]
    who = st.sampled_from(people)
    day = st.integers(-20, 130)
    scored = draw(
        st.lists(st.tuples(who, day, st.sampled_from(["pain", "odi"])), max_size=60, unique=True)
    )
    came = draw(st.lists(st.tuples(who, day, st.sampled_from(["yes", "no"])), max_size=20))
    reasons = st.sampled_from(["moved", "hurt", ""])
    had = draw(st.lists(st.tuples(who, day, st.sampled_from(KINDS), reasons), max_size=12))
    lines = [zip(people, arms, strict=True), [(*row, "50") for row in scored], came, had]
    return ["\n".join(" | ".join(map(str, row)) for row in rows) for rows in lines]


@settings(max_examples=40, deadline=None)
@given(_records())
def test_the_flow_adds_up_whatever_the_records(records):
    populations = {
        "everyone": Population(label="everyone", rule="all randomised"),
        "seen": Population(label="seen", rule="any follow-up"),
    }
    plan = plan_of(measures=("pain", "odi"), populations=populations, assessed=20)
    trial = derive(plan, raw_of(*records))
    flow = trial.flow
    total = flow[flow["reason"].isna() & flow["arm"].notna()]
    randomised = trial.people["arm"].value_counts().sort_index()
    assert len(trial.visits) == len(trial.people) * 2 * 2

    def by_arm(step: str) -> pd.Series:
        return total[total["step"] == step].set_index("arm")["n"].reindex(randomised.index)

    def agree(left: pd.Series, right: pd.Series) -> None:
        pd.testing.assert_series_equal(left, right, check_names=False, check_dtype=False)

    agree(by_arm("randomised"), randomised)
    agree(by_arm("lost to follow-up") + by_arm("completed"), randomised)
    seen = total[total["step"].isin(["observed", "missing"])]
    for _, at in seen.groupby(["measure", "week"]):
        agree(at.groupby("arm", observed=False)["n"].sum(), randomised)
    if len(trial.sessions):
        started = by_arm("started programme") + by_arm("did not start programme")
        assert started["bands"] == randomised["bands"]
    keys = ["step", "arm", "week", "measure"]
    reasons = flow[flow["reason"].notna() & flow["arm"].notna()]
    explained = reasons.groupby(keys, dropna=False, observed=True)["n"].sum()
    explained_steps = total[total["step"].isin(reasons["step"]) & (total["n"] > 0)]
    whole = explained_steps.set_index(keys)["n"]
    agree(explained.sort_index(), whole.sort_index())
    assert flow.loc[flow["step"] == "excluded", "n"].tolist() == [20 - len(trial.people)] * 2
    inside = total[total["step"] == "in the population"].groupby("population")["n"].sum()
    for key in populations:
        assert inside[key] == trial.people[f"in_{key}"].sum()
