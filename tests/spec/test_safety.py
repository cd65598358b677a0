"""Harms are counted in people and in time; nothing seen is not nothing possible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.errors import UsageError
from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.schema_questions import Harms
from analysis.plan.schema_trial import Stopping
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.unknown import unavailable
from tests.spec.delivery_records import delivery_plan, delivery_trial

PEOPLE = """
A1 | care
A2 | care
A3 | care
A4 | care
B1 | bands
B2 | bands
B3 | bands
B4 | bands
B5 | bands
"""
# Everybody is seen at baseline; the last value tells until when a person is known.
VISITS = "\n".join(
    f"{who} | {day} | pain | 50"
    for who in ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", "B5")
    for day in (0, 112)
    if not (who == "A4" and day)
)
EVENTS = """
participant | day | event | reason | related | serious | grade
A1 | 30  | adverse event     | Headache | no  | no  | 1
A4 | 56  | withdrew          | moved    | .   | .   | .
B1 | 10  | adverse event     | strain   | yes | no  | 1
B1 | 20  | adverse event     | strain   | yes | no  | 2
B1 | 90  | adverse event     | headache | no  | yes | 3
B2 | -3  | adverse event     | strain   | yes | no  | 1
B2 | 40  | flare-up          | .        | .   | .   | .
B2 | 40  | flare-up          | lifting  | .   | .   | .
B3 | 12  | adverse event     | .        | .   | .   | .
B4 | 25  | stopped programme | Pain during training | . | . | .
"""
LOG = """
participant | day | attended | pain_before | pain_after
B1 | 7  | yes | 30 | 50
B1 | 14 | yes | 30 | 49
B1 | 21 | no  | .  | .
B2 | 7  | yes | 0  | 9
B2 | 14 | yes | 0  | 10
B2 | 39 | yes | 20 | 45
B3 | 7  | yes | 40 | .
B4 | 7  | yes | 10 | 60
"""
RULE = Stopping(measure="pain", rise=20, new_pain=10)
HARMS = Harms(reasons=("pain during training",), days_after_session=1)


@pytest.fixture(scope="module")
def plan():
    return delivery_plan(stopping=RULE, harms=HARMS)


@pytest.fixture(scope="module")
def rows(plan):
    return answer(plan, visits=VISITS, events=EVENTS, sessions=LOG)


def answer(plan, people: str = PEOPLE, **tables: str) -> pd.DataFrame:
    trial = delivery_trial(people, plan=plan, **tables)
    return to_frame(estimate(trial, "safety", chapter="08_safety"))


def value(rows: pd.DataFrame, statistic: str, **place) -> float:
    found = rows[rows["statistic"] == statistic]
    for column, wanted in place.items():
        found = found[found[column].isna() if wanted is None else found[column] == wanted]
    assert len(found) == 1, (statistic, place, len(found))
    return found["value"].item()


@pytest.mark.parametrize(
    ("level", "arm", "week", "people", "events"),
    [
        ("any adverse event", "care", 16, 1, 1),
        ("any adverse event", "bands", 16, 2, 4),
        ("any adverse event", "bands", 8, 2, 3),
        ("serious adverse event", "care", 16, 0, 0),
        ("serious adverse event", "bands", 16, 1, 1),
        ("serious adverse event", "bands", 8, 0, 0),
        ("related: yes", "bands", 16, 1, 2),
        ("related: no", "bands", 16, 1, 1),
        ("related: not stated", "bands", 16, 1, 1),
        ("grade: 1", "bands", 16, 1, 1),
        ("grade: not stated", "bands", 16, 1, 1),
        ("type: headache", "care", 16, 1, 1),
        ("type: headache", "bands", 16, 1, 1),
        ("type: strain", "bands", 16, 1, 2),
        ("type: not stated", "bands", 16, 1, 1),
        ("serious: headache: not related", "bands", 16, 1, 1),
        ("flare-up", "bands", 16, 1, 1),
        ("left or stopped because of harm", "bands", 16, 1, 1),
        ("left or stopped because of harm", "care", 16, 0, 0),
    ],
)
def test_people_count_once_and_events_every_time(rows, level, arm, week, people, events):
    place = {"level": level, "arm": arm, "week": week}
    assert value(rows, "harm_people", **place) == people
    assert value(rows, "harm_events", **place) == events


def test_what_happened_before_randomisation_is_told_and_not_counted(rows):
    assert value(rows, "events_before_start") == 1


def test_time_at_risk_ends_with_the_last_that_is_known(rows):
    # Three of care are known up to day 112, one withdrew on day 56; week 16 ends on day 112.
    assert value(rows, "person_years", arm="care", week=16) == pytest.approx(
        (3 * 112 + 56) / 365.25
    )
    assert value(rows, "person_years", arm="care", week=8) == pytest.approx(4 * 56 / 365.25)
    per_100 = 100 * 1 / ((3 * 112 + 56) / 365.25)
    place = {"level": "any adverse event", "arm": "care", "week": 16}
    assert value(rows, "harm_rate", **place) == pytest.approx(per_100)


def test_nobody_hurt_has_an_upper_limit(rows):
    risk = rows.set_index("id").loc["safety.harm_risk.week16.care.serious_adverse_event"]
    assert (risk["value"], risk["lower"]) == (0, 0)
    assert risk["upper"] == pytest.approx(100 * (1 - 0.025 ** (1 / 4)))
    said = plain(SENTENCES["harms"](rows, labels_of(delivery_plan(stopping=RULE, harms=HARMS))))
    assert "none of 4 people with usual care (up to 60.2 % not ruled out)" in said
    assert "Harms rarer than the upper ends" in said
    assert "safe" not in said


DEATHS = """
participant | day | event | reason | related | serious | grade
A1 | 30 | adverse event | stroke | no | . | 5
A1 | 33 | death         | stroke | .  | . | .
A2 | 60 | death         | .      | .  | . | .
B1 | 20 | adverse event | infarct | unknown | yes | 5
B2 | 10 | adverse event | strain | yes | no | 1
"""


@pytest.fixture(scope="module")
def deaths(plan):
    visits = "\n".join(line for line in VISITS.splitlines() if line[:2] not in ("A1", "A2"))
    return answer(plan, visits=visits, events=DEATHS)


@pytest.mark.parametrize(
    ("level", "arm", "people", "events"),
    [
        ("died", "care", 2, 2),
        ("died", "bands", 1, 1),
        ("serious adverse event", "care", 2, 2),
        ("serious adverse event", "bands", 1, 1),
        ("any adverse event", "care", 2, 2),
        ("any adverse event", "bands", 2, 2),
        ("grade: 5", "care", 2, 2),
        ("grade: 5", "bands", 1, 1),
        ("type: stroke", "care", 1, 1),
        ("type: death: cause not stated", "care", 1, 1),
        ("serious: death: cause not stated: relatedness not stated", "care", 1, 1),
        ("serious: stroke: not related", "care", 1, 1),
        ("serious: infarct: relatedness unknown", "bands", 1, 1),
    ],
)
def test_a_death_is_a_harm_and_counts_once(deaths, level, arm, people, events):
    """As the event that ended follow-up, as an adverse event of grade 5, or as both."""
    place = {"level": level, "arm": arm, "week": 16}
    assert value(deaths, "harm_people", **place) == people
    assert value(deaths, "harm_events", **place) == events


def test_a_death_is_counted_on_its_own_day(deaths):
    assert value(deaths, "harm_people", level="died", arm="care", week=8) == 1


def test_that_nobody_died_is_said(rows, deaths, plan):
    said = plain(SENTENCES["harms"](rows, labels_of(plan)))
    assert "Death, whatever brought it about: none of 4 people with usual care" in said
    said = plain(SENTENCES["harms"](deaths, labels_of(plan)))
    assert "Death, whatever brought it about: 2 of 4 people with usual care" in said
    listed = TABLES["serious"](deaths, labels_of(plan)).as_raw_html()
    assert "Death, cause not stated, relatedness not stated" in listed


def test_differences_are_against_the_reference_alone(rows):
    found = rows[rows["statistic"] == "risk_difference"]
    assert set(found["arm"]) == {"bands"}
    assert set(found["comparator"]) == {"care"}
    place = {"level": "any adverse event", "week": 16}
    assert value(rows, "risk_difference", **place) == pytest.approx(100 * (2 / 5 - 1 / 4))
    assert rows["p"].isna().all()


def test_small_counts_come_with_a_caution_and_without_names(rows, plan):
    table = TABLES["serious"](rows, labels_of(plan)).as_raw_html()
    assert "who could be recognised" in table
    assert "Headache, not related" in table
    assert "B1" not in table


def test_the_stopping_rule_by_hand(rows):
    # B1 rises by exactly 20, then by 19; B2 from none to 9 and to 10, then by 25; B4 by 50.
    place = {"arm": "bands", "week": None}
    assert value(rows, "stopping_scored", arm="bands") == 6
    assert value(rows, "stopping_unscored", arm="bands") == 1
    assert value(rows, "stopping_sessions", level="worsening pain", **place) == 3
    assert value(rows, "stopping_sessions", level="new pain", **place) == 1
    assert value(rows, "stopping_sessions", level="either", **place) == 4
    assert value(rows, "stopping_people", level="either", arm="bands") == 3
    assert value(rows, "stopping_share", level="either", arm="bands") == 100
    assert value(rows, "stopping_sessions", level="either", week=1) == 2
    assert value(rows, "stopping_sessions", level="either", week=6) == 1
    following = rows[rows["statistic"] == "stopping_next"].set_index("level")["value"].to_dict()
    assert following == {
        "next session attended": 2,
        "no further session": 1,
        "no further session: left or stopped": 1,
    }


def test_without_a_size_for_new_pain_the_rise_decides():
    plan = delivery_plan(stopping=replace(RULE, new_pain=None), harms=HARMS)
    log = LOG.replace("B2 | 14 | yes | 0  | 10", "B2 | 14 | yes | 0  | 20")
    rows = answer(plan, visits=VISITS, events=EVENTS, sessions=log)
    found = rows[rows["statistic"] == "stopping_sessions"]
    place = {"arm": "bands", "week": None}
    assert value(found, "stopping_sessions", level="worsening pain", **place) == 4
    assert value(found, "stopping_sessions", level="new pain", **place) == 0


def test_who_trains_much_and_flares_little_does_not_make_training_safe(plan):
    """Training does nothing here, but frequent trainers have few flare-ups: within people it shows.

    Over all days pooled the rate soon after a session is far below that of other days.
    """
    lot = np.random.default_rng(7)
    log, flares = ["participant | day | attended"], ["participant | day | event"]
    people = [f"B{n:02d}" for n in range(40)]
    for place, who in enumerate(people):
        often = place % 2
        log += [f"{who} | {day} | yes" for day in range(1, 56, 2 if often else 7)]
        hit = lot.random(57) < (0.02 if often else 0.12)
        flares += [f"{who} | {day} | flare-up" for day in np.flatnonzero(hit)]
    made = {"sessions": "\n".join(log), "events": "\n".join(flares)}
    visits = "\n".join(f"{who} | {day} | pain | 50" for who in people for day in (0, 112))
    listed = "\n".join(f"{who} | bands" for who in people)
    rows = answer(plan, f"A1 | care\n{listed}", visits=visits, **made)
    soon, other = "soon after a session", "other days"
    pooled = [
        value(rows, "flare_ups", level=level) / value(rows, "flare_days", level=level)
        for level in (soon, other)
    ]
    assert pooled[0] / pooled[1] < 0.6
    ratio = rows[(rows["statistic"] == "flare_ratio") & (rows["level"] == soon)].iloc[0]
    assert ratio["lower"] < 1 < ratio["upper"]
    assert 0.75 < ratio["value"] < 1.35


def test_flare_ups_by_days_since_a_session(rows):
    # B2 flares up once, on the day after the session of day 39.
    assert value(rows, "flare_ups", level="day 1", arm="bands") == 1
    assert value(rows, "flare_ups", level="day 0", arm="bands") == 0
    # Attended sessions: two of B1, three of B2, one of B3, one of B4.
    assert value(rows, "flare_days", level="day 0", arm="bands") == 7
    # B4 stopped on day 25, the others trained until day 56, each with day 0.
    days = rows[(rows["statistic"] == "flare_days") & rows["level"].str.startswith("day ")]
    none_yet = value(rows, "flare_days", level="no session yet", arm="bands")
    assert days["value"].sum() + none_yet == 4 * 57 + 26
    soon = value(rows, "flare_days", level="soon after a session", arm="bands")
    assert soon == 14


def test_no_table_of_events_is_no_evidence(plan):
    rows = answer(plan, visits=VISITS, sessions=LOG)
    assert not rows["statistic"].str.startswith("harm_").any()
    for kind in ("harms", "harm_rates", "serious", "flare_days"):
        assert "no evidence that nothing happened" in unavailable(kind, rows)
    assert unavailable("stopping", rows) == ""


def test_no_training_log(plan):
    rows = answer(plan, visits=VISITS, events=EVENTS)
    assert "no training log" in unavailable("flare_days", rows)
    assert "no training log" in unavailable("stopping", rows)
    assert unavailable("harms", rows) == ""


def test_a_rule_in_words_only_cannot_be_held_against_the_log():
    rows = answer(delivery_plan(harms=HARMS), visits=VISITS, events=EVENTS, sessions=LOG)
    assert "`stopping`" in unavailable("stopping", rows)


def test_events_but_no_harm_is_a_count_of_nought(plan):
    rows = answer(plan, visits=VISITS, events="participant|day|event\nA1|30|other treatment")
    for arm in ("care", "bands"):
        place = {"level": "any adverse event", "arm": arm, "week": 16}
        assert value(rows, "harm_people", **place) == 0
    assert (rows.loc[rows["statistic"] == "harm_risk", "upper"] > 0).all()
    table = BeautifulSoup(TABLES["serious"](rows, labels_of(plan)).as_raw_html(), "html.parser")
    assert "No serious adverse event was recorded" in table.tfoot.get_text()
    (line,) = table.tbody.find_all("tr")
    assert [cell.get_text(" ").split()[0] for cell in line.find_all("td")[:2]] == ["0", "0"]


def test_nobody_is_known_after_randomisation(plan):
    """Without time at risk there is no rate; people are counted all the same."""
    rows = answer(plan, events="participant|day|event\nA1|0|flare-up")
    assert not (rows["statistic"] == "harm_rate").any()
    assert value(rows, "harm_people", level="flare-up", arm="care", week=16) == 1
    assert TABLES["harm_rates"](rows, labels_of(plan)).as_raw_html()


def test_a_week_or_measure_has_no_place_here(plan):
    trial = delivery_trial(PEOPLE, plan=plan, visits=VISITS)
    with pytest.raises(UsageError, match="no week to choose"):
        estimate(trial, "safety", chapter="x", week=8)


def test_a_table_of_events_without_rows_is_a_count_of_nought(plan):
    """Events were recorded and none happened, which no table of events does not say."""
    trial = delivery_trial(PEOPLE, plan=plan, visits=VISITS, sessions=LOG)
    rows = to_frame(estimate(replace(trial, events_recorded=True), "safety", chapter="08_safety"))
    assert value(rows, "harm_people", level="died", arm="bands", week=16) == 0
    assert unavailable("harms", rows) == ""
    assert "cannot be compared with themselves" in unavailable("flare_days", rows)


def test_an_event_after_follow_up_counts_for_people_and_in_no_rate(plan):
    """A4 withdrew on day 56; a strain of day 70 hurt all the same."""
    late = "\nA4 | 70 | adverse event | strain | no | no | 1"
    rows = answer(plan, visits=VISITS, events=EVENTS + late, sessions=LOG)
    place = {"level": "any adverse event", "arm": "care", "week": 16}
    assert value(rows, "harm_people", **place) == 2
    assert value(rows, "harm_events_followed", **place) == 1
    assert value(rows, "events_after_follow_up", arm="care", week=16) == 1
    table = TABLES["harm_rates"](rows, labels_of(plan)).as_raw_html()
    assert "are counted among people, and in no rate" in table


@pytest.mark.parametrize(("day", "early"), [(40, True), (70, False)])
def test_tables_of_people_say_why_other_places_tell_of_fewer(plan, day, early):
    """A4 left on day 30; the programme of eight weeks ends on day 56."""
    late = f"\nA4 | 30 | withdrew | moved | . | . | .\nA4 | {day} | flare-up | . | . | . | ."
    rows = answer(plan, visits=VISITS, events=EVENTS + late, sessions=LOG)
    words = "after the end of their person's follow-up are counted here (1 in usual care)"
    for kind, there in (("harms", True), ("harms_in_programme", early), ("serious", False)):
        shown = plain(TABLES[kind](rows, labels_of(plan)).as_raw_html())
        assert (words in shown) == there, kind


def test_nothing_after_follow_up_is_no_note(rows, plan):
    assert "counted here" not in plain(TABLES["harms"](rows, labels_of(plan)).as_raw_html())


def test_words_tell_the_comparison_that_no_judgement_can_bias_before_the_judged_one(rows, plan):
    """By hand: 2 of 5 and 1 of 4 people had any adverse event, 15.0 in a hundred more."""
    said = plain(SENTENCES["harms"](rows, labels_of(plan)))
    every, related = said.index("Any adverse event"), said.index("judged related")
    assert every < related
    assert "15.0 more in a hundred than with usual care" in said[every:related]
    assert "(only groups with a programme can have one)" in said
    flares = said[said.index("At least one flare-up") : said.index("in a hundred person-years")]
    assert "1 of 5 people with bands" in flares
    assert "20.0 more in a hundred than with usual care" in flares


def test_nobody_of_an_arm_with_a_programme_is_known_after_the_start(plan):
    """One day each, without a session: counted, compared with nothing, and said."""
    visits = "\n".join(f"{who} | 0 | pain | 50" for who in ("A1", "B1", "B2"))
    rows = answer(plan, visits=visits, events="participant|day|event\nA1|0|flare-up", sessions=LOG)
    none = answer(plan, visits=visits, events="participant|day|event\nA1|0|flare-up",
                  sessions="participant|day|attended\nA1|0|yes")  # fmt: skip
    for each in (rows, none):
        lacking = each[each["statistic"] == "not_compared"]
        assert set(lacking["arm"]) == {"bands"}
        assert "cannot be compared with themselves" in unavailable("flare_days", each)


def test_no_flare_up_can_begin_while_one_goes_on(plan):
    """Records of days 40 and 42 with a gap of 3: days 41 to 45 of B2 are at no risk."""
    events = "participant|day|event\nB2|40|flare-up\nB2|42|flare-up"
    study = replace(plan.study, flare_up_gap=3)
    each = [
        answer(replace(plan, study=study), visits=VISITS, events=events, sessions=LOG),
        answer(plan, visits=VISITS, events=events.replace("B2|42", "B2|40"), sessions=LOG),
    ]
    days = [
        value(rows, "flare_days", level="soon after a session", arm="bands")
        + value(rows, "flare_days", level="other days", arm="bands")
        for rows in each
    ]
    assert days[1] - days[0] == 5
    assert value(each[0], "flare_ups", level="day 1", arm="bands") == 1
