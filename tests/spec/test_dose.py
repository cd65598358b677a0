"""Planned, offered, attended and done are four doses; offered and received are two effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.schema_questions import Estimand, Options, Question, Treatments, Variable
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.unknown import unavailable
from tests.spec.delivery_records import delivery_plan, delivery_trial

PEOPLE = "\n".join(
    f"{arm}{n} | {word}" for arm, word in (("A", "care"), ("B", "bands")) for n in range(1, 7)
)
BASE = {f"{arm}{n}": 50 + n for arm in "AB" for n in range(1, 7)}
END = {"A1": 50, "A2": 49, "A3": 52, "A4": 51, "A5": 53, "A6": 55}
END |= {"B1": 30, "B2": 33, "B3": 40, "B4": 44, "B5": 49, "B6": 54}
VISITS = "\n".join(
    [f"{who} | 0 | pain | {value}" for who, value in BASE.items()]
    + [f"{who} | 56 | pain | {value}" for who, value in END.items()]
)
# The programme of the bands: 8 weeks, one session a week. B6 never came.
LOG = """
participant|day|attended|muscle_groups|sets|repetitions|load|load_unit|band|soreness|pain_before
B1 | 1  | yes | glutes | 3 | 10 | 20 | kg | . | 4 | 51
B1 | 8  | yes | glutes | 3 | 10 | 25 | kg | . | 2 | 45
B1 | 15 | yes | glutes | 3 | 10 | 30 | kg | . | 1 | 40
B1 | 22 | yes | glutes | 2 | 10 | 30 | kg | . | 1 | 38
B2 | 1  | yes | glutes | 3 | 8  | 50 | lb | . | 3 | 52
B2 | 8  | no  | .      | . | .  | .  | .  | . | . | .
B2 | 15 | yes | glutes | 3 | 8  | 60 | lb | . | 2 | 41
B3 | 8  | yes | abdominals | 2 | 12 | . | . | . | 2 | 50
B3 | 70 | yes | glutes | 9 | 9 | 99 | kg | . | 0 | 10
B4 | 1  | yes | .      | . | .  | .  | .  | . | . | .
B5 | 2  | yes | glutes | 1 | 5  | 0  | kg | . | . | .
A1 | 3  | yes | glutes | 3 | 10 | 20 | kg | . | . | .
"""


@pytest.fixture(scope="module")
def plan():
    made = delivery_plan()
    estimand = Estimand(
        label="Offer",
        population="everyone",
        treatments=Treatments(arms=("bands",), comparator="care"),
        variable=Variable(measure="pain", week=8),
        intercurrent_events=(),
        summary="difference in means",
    )
    questions = {
        "adherence": Question(label="How much?", estimate="adherence"),
        "dose": Question(label="What dose?", estimate="dose", estimand="main", options=Options()),
    }
    return replace(made, estimands={"main": estimand}, questions=questions)


def answer(plan, question: str, **tables: str) -> pd.DataFrame:
    trial = delivery_trial(PEOPLE, plan=plan, **({"visits": VISITS, "sessions": LOG} | tables))
    return to_frame(estimate(trial, question, chapter="07_dose_and_adherence"))


def value(rows: pd.DataFrame, statistic: str, **place) -> float:
    found = rows[rows["statistic"] == statistic]
    for column, wanted in place.items():
        found = found[found[column] == wanted]
    assert len(found) == 1, (statistic, place, len(found))
    return found["value"].item()


@pytest.fixture(scope="module")
def adherence(plan):
    return answer(plan, "adherence", events="participant|day|event\nB2|20|stopped programme")


@pytest.fixture(scope="module")
def dose(plan):
    return answer(plan, "dose")


def test_planned_offered_and_attended_are_three_doses(adherence):
    # B3's session of day 70 lies after the programme; A1 has none to attend.
    assert value(adherence, "planned_sessions") == 8
    assert value(adherence, "attended_sessions") == pytest.approx((4 + 2 + 1 + 1 + 1 + 0) / 6)
    assert value(adherence, "offered_sessions") == pytest.approx((4 + 3 + 1 + 1 + 1 + 0) / 6)
    assert value(adherence, "attended_share") == pytest.approx(100 * 9 / 48)
    assert value(adherence, "never_attended") == 1
    assert value(adherence, "sessions_without_programme", arm="care") == 1


def test_everyone_randomised_counts_in_every_week(adherence):
    assert value(adherence, "attended_by_week", week=1) == pytest.approx(100 * 4 / 6)
    assert value(adherence, "attended_by_week", week=2) == pytest.approx(100 * 2 / 6)
    assert value(adherence, "attended_by_week", week=8) == 0
    said = plain(SENTENCES["attendance"](adherence, labels_of(delivery_plan())))
    assert "1.5 of 8 planned sessions" in said


def test_attendance_of_a_week_has_an_interval_over_people(adherence):
    """Week 1 by hand: 4 of 6 came, so a mean of 2/3 with s / root 6 of noughts and ones."""
    place = (adherence["statistic"] == "attended_by_week") & (adherence["week"] == 1)
    own = adherence[place].iloc[0]
    half = stats.t.ppf(0.975, 5) * np.std([1, 1, 1, 1, 0, 0], ddof=1) / np.sqrt(6)
    ends = (100 * (4 / 6 - half), 100 * (4 / 6 + half))
    assert (own["lower"], own["upper"]) == pytest.approx(ends)
    # Wilson's interval of 4 of 6, as tables of it print.
    place = (adherence["statistic"] == "trained_by_week") & (adherence["week"] == 1)
    own = adherence[place].iloc[0]
    assert (own["lower"], own["upper"]) == pytest.approx((30.0, 90.3), abs=0.05)


def test_the_people_of_the_swimmer_plot_are_drawn_by_lot_and_without_names(adherence):
    ends = adherence[adherence["statistic"] == "swim_end"].set_index("level")
    assert list(ends.index) == [f"person {n:02d}" for n in range(1, 7)]
    assert ends["value"].is_monotonic_decreasing
    assert ends.loc["person 06", ["value", "method"]].tolist() == [3, "stopped programme"]
    assert not adherence["level"].dropna().str.contains("B1").any()


def test_the_work_is_summed_by_person_and_never_over_units(dose):
    assert value(dose, "work", level="sets") == pytest.approx((11 + 6 + 2 + 0 + 1 + 0) / 6)
    assert value(dose, "work", level="repetitions") == pytest.approx((110 + 48 + 24 + 5) / 6)
    assert value(dose, "work", level="sets: glutes") == pytest.approx((11 + 6 + 1) / 6)
    # Kilograms of B1 and B5, pounds of B2: a mean would tell of them.
    assert (
        not dose["level"].str.startswith("volume load", na=False)[dose["statistic"] == "work"].any()
    )
    thin = dose[dose["statistic"] == "work_thin"]
    assert list(thin["level"]) == ["volume load in kg", "volume load in lb"]
    assert (thin["value"] == 5).all()


KINDS = ("free weights", "resistance bands")
# Five with kilograms, of whom one once took a band; one with pounds.
LOADS = """
participant|day|attended|modality|muscle_groups|sets|repetitions|load|load_unit
B1 | 1  | yes | .     | glutes            | 3 | 10 | 20 | kg
B1 | 8  | yes | resistance bands | glutes | 2 | 10 | .  | .
B2 | 1  | yes | .     | glutes            | 3 | 10 | 10 | kg
B3 | 1  | yes | .     | abdominals        | 2 | 10 | 30 | kg
B4 | 1  | yes | .     | glutes|abdominals | 1 | 10 | 40 | kg
B5 | 1  | yes | .     | glutes            | 4 | 5  | 50 | kg
B5 | 8  | yes | .     | glutes            | 4 | 5  | 50 | kg
B6 | 1  | yes | .     | glutes            | 3 | 8  | 60 | lb
""".replace("glutes|abdominals", "glutes/abdominals")


def test_the_dose_is_told_by_modality_and_muscle_group_and_never_of_one_person(plan):
    programme = replace(plan.arms["bands"].programme, modality="free weights")
    arms = plan.arms | {"bands": replace(plan.arms["bands"], programme=programme)}
    trial = delivery_trial(PEOPLE, plan=replace(plan, arms=arms), visits=VISITS, sessions=LOADS)
    log = trial.sessions.assign(
        muscle_groups=trial.sessions["muscle_groups"].str.replace("/", "|", regex=False)
    )
    rows = to_frame(estimate(replace(trial, sessions=log), "dose", chapter="x"))
    assert value(rows, "work", level="sessions") == pytest.approx(8 / 6)
    assert value(rows, "work", level="sets: glutes") == pytest.approx(20 / 6)
    # Of the five with kilograms, by hand; B4's session counts for both groups.
    loads = {"B1": 600, "B2": 300, "B3": 600, "B4": 400, "B5": 2000}
    assert value(rows, "work", level="volume load in kg") == pytest.approx(sum(loads.values()) / 5)
    own = value(rows, "work", level="volume load in kg: with free weights")
    assert own == pytest.approx(sum(loads.values()) / 5)
    thin = set(rows.loc[rows["statistic"] == "work_thin", "level"])
    # One took a band once: what is left of all sessions would tell it, so no modality is told.
    assert {f"{of}: with {kind}" for of in ("sessions", "sets") for kind in KINDS} <= thin
    assert "volume load in lb" in thin
    # Only B1, B2, B4 and B5 have kilograms of the glutes: four people.
    assert "volume load in kg: glutes" in thin


def test_modalities_that_enough_people_took_up_are_told_apart(plan):
    lines = [f"B{n} | {day} | yes | {kind} | glutes | 2 | 10" for n in range(1, 6)
             for day, kind in ((1, "machines"), (8, "machines"), (15, "."))]  # fmt: skip
    heading = "participant|day|attended|modality|muscle_groups|sets|repetitions\n"
    rows = answer(plan, "dose", sessions=heading + "\n".join(lines))
    usual = plan.arms["bands"].programme.modality
    assert value(rows, "work", level="sessions: with machines") == pytest.approx(10 / 6)
    assert value(rows, "work", level=f"sessions: with {usual}") == pytest.approx(5 / 6)
    assert value(rows, "work", level="sets: with machines") == pytest.approx(20 / 6)
    assert not (rows["statistic"] == "work_thin").any()


def test_a_load_grows_in_percent_of_the_persons_own_first_load(dose):
    assert value(dose, "progress_load", week=1) == 100
    assert value(dose, "progress_load", week=3) == pytest.approx((150 + 120) / 2)
    assert value(dose, "progress_soreness", week=2) == pytest.approx((2 + 2) / 2)
    assert not (dose["statistic"] == "progress_band").any()


def test_the_fall_is_of_the_same_people_at_both_visits(dose):
    change = [END[who] - BASE[who] for who in BASE if who.startswith("B")]
    assert value(dose, "fall_per_week", arm="bands") == pytest.approx(sum(change) / 6 / 8)


def test_offered_and_received_are_told_apart(dose):
    offered, more = value(dose, "offered_difference"), value(dose, "received_sessions")
    assert value(dose, "received_per_session") == pytest.approx(offered / more)
    assert value(dose, "received_per_week") == pytest.approx(offered / more)  # one session a week
    assert value(dose, "offered_per_week", level="length not randomised") == pytest.approx(
        offered / 8
    )
    # A session in the comparator counts as received: the offer brought nine less one, of six each.
    assert more == pytest.approx((9 - 1) / 6, abs=0.3)
    said = plain(SENTENCES["received"](dose, labels_of(delivery_plan())))
    assert "was not randomised" in said
    assert "the data cannot show that it does" in said
    for causal in ("causes", "because of each week", "due to"):
        assert causal not in said


def test_who_is_left_out_is_counted_of_everyone_also_who_was_never_seen(plan):
    """A1 has no score at the end, and B1 none after the start at all: one of each arm."""
    lines = VISITS.splitlines()
    visits = "\n".join(line for line in lines if not line.startswith(("A1 | 56", "B1 | 56")))
    rows = answer(plan, "dose", visits=visits)
    assert value(rows, "received_left_out") == 2
    assert set(rows.loc[rows["statistic"] == "offered_difference", "n"]) == {10}


def test_a_weak_offer_is_said(dose):
    weak = dose.assign(level=dose["level"].mask(dose["statistic"] == "received_f", "weak"))
    said = plain(SENTENCES["received"](weak, labels_of(delivery_plan())))
    assert "not to be trusted" in said


def test_a_length_is_randomised_where_two_arms_differ_in_it_alone(plan):
    longer = replace(plan.arms["bands"].programme, weeks=16)
    from_plan = replace(plan.arms["bands"], programme=longer, label="Bands for longer")
    treatments = Treatments(arms=("bands", "long"), comparator="care")
    estimand = replace(plan.estimands["main"], treatments=treatments)
    arms = {**plan.arms, "long": from_plan}
    other = replace(plan, arms=arms, estimands={"main": estimand})
    trial = delivery_trial(PEOPLE, plan=plan, visits=VISITS, sessions=LOG)
    people = trial.people.assign(arm=trial.people["arm"].cat.add_categories("long"))
    rows = to_frame(estimate(replace(trial, plan=other, people=people), "dose", chapter="x"))
    assert set(rows.loc[rows["statistic"] == "offered_per_week", "level"]) == {"length randomised"}


def test_without_a_training_log_nothing_is_made_up(plan):
    for question in ("adherence", "dose"):
        rows = answer(plan, question, sessions="")
        assert "no training log" in unavailable("attendance", rows)
        assert "no training log" in unavailable("received", rows)
    assert (rows["statistic"] == "fall_per_week").any()


def test_nobody_attended(plan):
    rows = answer(plan, "dose", sessions="participant|day|attended\nB1|3|no")
    assert not rows["statistic"].str.startswith("received").any()
    assert value(rows, "work", level="sessions") == 0
    assert SENTENCES["received"](rows, labels_of(plan)) == ""
    assert "Nobody with a score" in unavailable("received", rows)
    assert "nothing of load" in unavailable("progress", rows)


def test_a_session_after_withdrawal_is_set_aside_and_told(plan):
    """B1 withdrew on day 10: the sessions of days 15 and 22 are counted nowhere."""
    events = "participant | day | event | reason\nB1 | 10 | withdrew | moved"
    trial = delivery_trial(PEOPLE, plan=plan, visits=VISITS, sessions=LOG, events=events)
    assert trial.late_sessions == {"bands": 2}
    rows = to_frame(estimate(trial, "adherence", chapter="x"))
    assert value(rows, "sessions_after_withdrawal", arm="bands") == 2
    before = answer(plan, "adherence")
    lost = value(before, "attended_sessions") - value(rows, "attended_sessions")
    assert lost == pytest.approx(2 / 6)
    said = plain(SENTENCES["attendance"](rows, labels_of(plan)))
    assert "after their person had withdrawn: 2 with" in said
    assert "withdrawn" not in plain(SENTENCES["attendance"](before, labels_of(plan)))
