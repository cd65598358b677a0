"""The invented people of `people.md` go the whole way from files to derived values."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analysis.data.intercurrent import after_event
from analysis.data.store import load_trial
from analysis.plan.schema_trial import Population, Visit
from tests.people.records import Person, read_people, tables

PEOPLE = read_people()
POPULATIONS = {
    "all_randomised": Population(label="everyone", rule="all randomised"),
    "any_follow_up": Population(label="seen after baseline", rule="any follow-up"),
    "started": Population(label="began to train", rule="started programme"),
    "per_protocol": Population(label="two thirds", rule="attended share", share=0.667),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("people")


@pytest.fixture
def trial(tiny_plan, folder, sign_study):
    raw = folder / "data" / "raw" / "people"
    if not raw.exists():
        raw.mkdir(parents=True)
        for name, text in tables(PEOPLE).items():
            (raw / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
        (raw / "source.md").write_text("Invented people.\n", encoding="utf-8")
        sign_study(raw)
    return load_trial(_plan(tiny_plan), folder)


def _plan(tiny_plan):
    bands = tiny_plan.arms["bands"]
    programme = replace(bands.programme, weeks=16, sessions_per_week=3)
    return replace(
        tiny_plan,
        study=replace(tiny_plan.study, name="people"),
        # The page tells scores and events only, so nothing is asked of ages.
        questions={"flow": tiny_plan.questions["flow"]},
        arms=tiny_plan.arms | {"bands": replace(bands, programme=programme)},
        schedule=(
            Visit(week=0, window=(-14, 0)),
            Visit(week=8, window=(-10, 10)),
            Visit(week=16, window=(-10, 14)),
            Visit(week=26, window=(-21, 21)),
        ),
        populations=POPULATIONS,
    )


def test_the_page_tells_at_least_ten_people():
    assert len({person.name for person in PEOPLE}) == len(PEOPLE) >= 10


def _same(derived: float, written: str) -> bool:
    if written == "":
        return math.isnan(derived)
    return derived == pytest.approx(float(written), abs=5e-5)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_visits_are_as_a_clinician_says(trial, person: Person):
    rows = trial.visits[trial.visits["participant"] == person.name].set_index("visit")
    assert list(rows.index) == ["week 8", "week 16", "week 26"]
    for visit, row in rows.iterrows():
        told = person.rows[visit]
        assert row["status"] == told["status"]
        assert ("" if row["status"] == "observed" else row["reason"]) == told["reason"]
        for column, heading in [("day", "day"), ("value", "value"), ("change", "change")]:
            assert _same(row[column], told[heading]), (visit, column)
        assert _same(row["percent_change"], told["percent"]), visit
        assert _same(row["baseline"], person.rows["baseline"]["value"])


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_people_are_in_their_populations(trial, person: Person):
    row = trial.people.set_index("participant").loc[person.name]
    assert row["arm"] == person.arm
    assert _same(row["baseline_pain_vas"], person.rows["baseline"]["value"])
    assert {key for key in POPULATIONS if row[f"in_{key}"]} == person.populations


@pytest.mark.parametrize("person", [p for p in PEOPLE if p.event], ids=lambda person: person.name)
def test_scores_after_an_event_are_kept_and_found(trial, person: Person):
    day, event, reason = person.event
    rows = trial.intercurrent[trial.intercurrent["participant"] == person.name]
    assert list(rows["event"]) == [event]
    assert list(rows["day"]) == [day]
    assert list(rows["reason"]) == [reason or "no reason given"]
    assert (event, rows["values_after"].item()) == person.after
    mine = trial.visits["participant"] == person.name
    seen = trial.visits["status"] == "observed"
    assert after_event(trial, event)[mine & seen].sum() == person.after[1]


BANDS = {person.name for person in PEOPLE if person.arm == "bands"}
LEFT_BANDS = {"Fatma", "Gus", "Mara", "Pia"}


def test_the_flow_of_these_people(trial):
    flow = trial.flow
    totals = flow[flow["reason"].isna() & flow["week"].isna() & flow["population"].isna()]
    bands = totals[totals["arm"] == "bands"].set_index("step")["n"].to_dict()
    assert bands == {
        "randomised": len(BANDS),
        "started programme": len(BANDS - {"Pia"}),
        "did not start programme": len({"Pia"}),
        "stopped programme": len({"Kofi"}),
        "withdrew": len(LEFT_BANDS),
        "died": 0,
        "lost to follow-up": len(LEFT_BANDS),
        "completed": len(BANDS - LEFT_BANDS),
    }
