"""An arm that nobody followed, or of which the log is silent, is never shown as nought."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.schema_questions import Question
from analysis.result.record import to_frame
from analysis.show.descriptions import DESCRIPTIONS
from analysis.show.figures import FIGURES
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.unknown import unavailable
from tests.spec.delivery_records import delivery_trial
from tests.spec.test_safety import EVENTS, HARMS, LOG, PEOPLE, RULE, VISITS, delivery_plan

HARM_TABLES = ("harms", "harms_in_programme", "harm_rates", "serious")
SILENT = "None of the 5 people with bands was followed after randomisation"
NO_LOG = "No row of the training log is of people with bands"


def lines_of(text: str, arm: str) -> str:
    """The lines of a table that are not of an arm's people (A: care, B: bands)."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(arm))


# Of the bands there is the start alone.
UNSEEN = VISITS.splitlines()
UNSEEN = "\n".join(line for line in UNSEEN if line.split(" | ")[1] == "0" or line[0] != "B")


@pytest.fixture(scope="module")
def plan():
    made = delivery_plan(stopping=RULE, harms=HARMS)
    asked = Question(label="How much?", estimate="adherence")
    return replace(made, questions={**made.questions, "adherence": asked})


@pytest.fixture(scope="module")
def unseen(plan):
    """Nobody with bands was followed, and nothing of them was recorded."""
    return answer(plan, visits=UNSEEN, events=lines_of(EVENTS, "B"), sessions="")


def answer(plan, kind: str = "safety", *, recorded: bool = True, **tables: str) -> pd.DataFrame:
    trial = delivery_trial(PEOPLE, plan=plan, **({"visits": VISITS} | tables))
    trial = replace(trial, events_recorded=recorded)
    return to_frame(estimate(trial, kind, chapter="c"))


def told(rows: pd.DataFrame, statistic: str, arm: str) -> pd.DataFrame:
    return rows[(rows["statistic"] == statistic) & (rows["arm"] == arm)]


def test_an_arm_that_nobody_followed_has_no_risk_and_no_difference(unseen):
    for statistic in ("harm_people", "harm_events", "harm_risk", "harm_rate", "risk_difference"):
        assert told(unseen, statistic, "bands").empty, statistic
    none = told(unseen, "not_followed", "bands")
    assert list(none["value"]) == list(none["n"]) == [5]
    # A1 and the rest of usual care were followed: 1 of 4 had an adverse event.
    care = told(unseen, "harm_people", "care")
    assert set(care.loc[care["level"] == "any adverse event", "value"]) == {1}


def test_the_words_say_that_harms_are_not_known(plan, unseen):
    labels = labels_of(plan)
    said = plain(SENTENCES["harms"](unseen, labels))
    assert f"{SILENT}: harms are not known" in said
    assert "none of 5 people" not in said
    for kind in HARM_TABLES:
        assert unavailable(kind, unseen) == ""
        assert SILENT in plain(TABLES[kind](unseen, labels).as_raw_html()), kind
    assert "Nobody in bands was followed" in DESCRIPTIONS["harms"](unseen, labels)
    assert FIGURES["harms"](unseen, labels)


def test_what_was_recorded_in_an_arm_that_nobody_followed_is_told_without_a_share(plan):
    events = lines_of(EVENTS, "B") + "\nB1 | 10 | adverse event | strain | yes | no | 1"
    rows = answer(plan, visits=UNSEEN, events=events)
    people = told(rows, "harm_people", "bands")
    assert set(people["level"]) >= {"any adverse event", "related: yes"}
    assert set(people["value"]) == {1}
    assert told(rows, "harm_risk", "bands").empty
    for kind in HARM_TABLES:
        assert TABLES[kind](rows, labels_of(plan)).as_raw_html()
    assert SILENT in plain(SENTENCES["harms"](rows, labels_of(plan)))
    assert DESCRIPTIONS["harms"](rows, labels_of(plan))


def test_without_the_reference_there_is_no_difference(plan):
    visits = "\n".join(
        line for line in VISITS.splitlines() if line.split(" | ")[1] == "0" or line[0] != "A"
    )
    rows = answer(plan, visits=visits, events=lines_of(EVENTS, "A"), sessions=LOG)
    assert not (rows["statistic"] == "risk_difference").any()
    assert len(told(rows, "harm_risk", "bands"))
    assert "4 people with usual care" in plain(SENTENCES["harms"](rows, labels_of(plan)))


def test_some_who_were_not_followed_are_told_beside_the_share(plan):
    """A4 has no visit after the start, and no event that says when A4 left."""
    rows = answer(plan, visits=VISITS, sessions=LOG)
    some = told(rows, "not_followed", "care")
    assert (some["value"].item(), some["n"].item()) == (1, 4)
    assert told(rows, "not_followed", "bands").empty
    words = "Of 4 people with usual care, 1 was not followed after randomisation"
    assert words in plain(SENTENCES["harms"](rows, labels_of(plan)))
    assert words in plain(TABLES["harms"](rows, labels_of(plan)).as_raw_html())


def test_nobody_followed_and_nothing_recorded_is_not_nought(plan):
    rows = answer(plan, visits="\n".join(f"{who} | 0 | pain | 50" for who in ("A1", "B1")))
    assert not rows["statistic"].str.startswith("harm_").any()
    for kind in HARM_TABLES:
        assert "harms are not known" in unavailable(kind, rows)


def test_a_log_that_is_silent_on_an_arm_is_no_attendance_of_nought(plan):
    programme = plan.arms["bands"].programme
    arms = {**plan.arms, "care": replace(plan.arms["care"], programme=programme)}
    both, labels = replace(plan, arms=arms), labels_of(replace(plan, arms=arms))
    log = lines_of(LOG, "B") + "\nA1 | 7 | yes | 30 | 50"
    rows = answer(both, "adherence", sessions=log)
    assert list(told(rows, "not_available", "bands")["level"]) == ["no log of the arm"]
    for statistic in ("attended_sessions", "attended_share", "never_attended", "swim_end"):
        assert told(rows, statistic, "bands").empty, statistic
    assert len(told(rows, "attended_share", "care")) == 1
    assert NO_LOG in plain(SENTENCES["attendance"](rows, labels))
    assert NO_LOG in plain(TABLES["attendance"](rows, labels).as_raw_html())


def test_a_log_of_no_programme_at_all_is_said(plan):
    rows = answer(plan, "adherence", sessions=lines_of(LOG, "B") + "\nA1 | 7 | yes | 30 | 50")
    assert "no training log of a programme" in unavailable("attendance", rows)


def test_the_stopping_rule_is_held_against_no_log_that_is_silent(plan):
    rows = answer(plan, events=EVENTS, sessions=lines_of(LOG, "B") + "\nA1 | 7 | yes | 30 | 50")
    assert told(rows, "stopping_scored", "bands").empty
    assert "no training log" in unavailable("stopping", rows)
    lacking = told(rows, "not_compared", "bands")
    assert list(lacking["method"]) == ["the training log holds nothing of its people"]
