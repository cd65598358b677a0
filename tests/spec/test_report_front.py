"""The front page: the question in five attributes, the people, what departs from the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analysis.errors import ClaimError
from analysis.plan.schema import Amendment, Lock
from analysis.report.assemble import collect_rows
from analysis.report.front import front_page
from analysis.result.record import Result, to_frame
from analysis.result.store import write_results

NOTHING_NOTED = {
    "data": {},
    "plan": {"content": "p"},
    "program": {"sha256": "c"},
    "environment": {"sha256": "e"},
    "chapters": {},
}


def counted(level, arm, value):
    name = level.replace(" ", "_")
    return Result(
        id=f"flow.count.{arm}.{name}", question="flow", statistic="count", level=level, arm=arm,
        value=value,
    )  # fmt: skip


def answered(**more):
    common = {
        "id": "primary.difference.pain_vas.week16.bands", "question": "primary",
        "statistic": "difference", "value": -8.25, "lower": -12.0, "upper": -4.5, "week": 16,
        "measure": "pain_vas", "arm": "bands", "comparator": "usual_care", "chapter": "02_effect",
    }  # fmt: skip
    level = {
        "id": "primary.interval_level", "statistic": "interval_level", "value": 95, "arm": None,
        "lower": None, "upper": None,
    }  # fmt: skip
    return [Result(**(common | more)), Result(**(common | level | more))]


def front(plan, results=(), noted=NOTHING_NOTED):
    return front_page(plan, to_frame(list(results)), noted)


def test_the_question_is_told_in_five_attributes(tiny_plan):
    told = dict(front(tiny_plan).estimand)
    handled = [name for name in told if name.startswith("If someone ")]
    assert len(handled) == len(tiny_plan.estimands["primary"].intercurrent_events)
    assert set(told) >= {"Population", "Treatments", "Variable", "Summary"}
    assert "compared with Usual care (advice to stay active)" in told["Treatments"]
    assert told["Variable"].endswith("change from baseline at week 16")
    assert told["If someone withdrew"].startswith("Hypothetical")


def test_without_rows_there_is_no_answer_and_nothing_is_made_up(tiny_plan):
    page = front(tiny_plan)
    assert page.answer is None
    assert page.people is None


def test_the_answer_is_made_from_its_rows(tiny_plan):
    answer = front(tiny_plan, answered()).answer
    assert 'href="#r-primary.difference.pain_vas.week16.bands">8.3</a>' in answer


def test_a_question_that_was_asked_and_has_no_effect_is_refused(tiny_plan):
    with pytest.raises(ClaimError, match="no result"):
        front(tiny_plan, answered()[1:])


def test_people_are_told_beside_an_answer_only_and_a_missing_count_is_refused(tiny_plan):
    rows = [counted("randomised", "usual_care", 5), counted("randomised", "bands", 5)]
    assert front(tiny_plan, rows).people is None
    with pytest.raises(ClaimError, match=r"count\.randomised"):
        front(tiny_plan, [*rows, *answered()])


def test_what_the_plan_does_not_state_is_one_line(tiny_plan):
    about = dict(front(tiny_plan).about)
    assert "allocation" in about["Not stated in the plan"]
    assert "Allocation" not in about
    assert about["Registration"] == "None"


def test_an_unlocked_plan_is_said_to_be_one(tiny_plan):
    assert "not been locked" in front(tiny_plan).planned[0]


def test_lock_and_amendments_are_told_with_their_dates(tiny_plan):
    change = Amendment(date=date(2026, 3, 4), key="seed", what="new seed", why="typo", hash="h")
    plan = replace(tiny_plan, lock=Lock(date=date(2026, 2, 1), hash="g"), amendments=(change,))
    assert front(plan).planned[:2] == [
        "The plan was locked on 01 February 2026.",
        "Amended on 04 March 2026, seed: new seed (typo).",
    ]


def test_departures_name_the_parameters_and_the_kept_chapters(tiny_plan):
    inputs = {"data": "d", "plan": "p", "program": "c", "environment": "e"}
    chapters = {"02_effect": {"parameters": {"week": 8}, "inputs": inputs}}
    said = front(tiny_plan, answered(planned=False), NOTHING_NOTED | {"chapters": chapters})
    first, second = said.departures
    assert first.words == "2 results are not as planned (week = 8), in answer to"
    assert first.parts == [tiny_plan.questions["primary"].label]
    assert second.text() == (
        "1 chapter is kept from an earlier run and not calculated again since a change of the data"
        ": 02_effect"
    )


def test_a_single_result_is_told_as_one(tiny_plan):
    (said,) = front(tiny_plan, [*answered()[:1], *answered(planned=False)[1:]]).departures
    assert said.words.startswith("1 result is not as planned")


def test_what_is_not_as_planned_and_what_is_kept_are_each_told_once(tiny_plan):
    """Many questions and chapters are parts of one remark, not a remark each."""
    inputs = {"data": "d", "plan": "q", "program": "c", "environment": "e"}
    names = ["01_a", "02_effect", "03_c"]
    chapters = {name: {"parameters": {"week": 8}, "inputs": inputs} for name in names}
    rows = [
        *answered(planned=False),
        *answered(planned=False, id="other.value", question="other", chapter="03_c"),
    ]
    noted = NOTHING_NOTED | {"chapters": chapters, "data": {}}
    unplanned, kept = front(tiny_plan, rows[:3], noted).departures
    assert unplanned.whole == "3 results are not as planned (week = 8), in answer to 2 questions"
    assert [part.rpartition(" ")[2] for part in unplanned.parts] == ["(2)", "(1)"]
    assert kept.parts == names
    assert kept.whole.endswith("since a change of the data and the plan")


def test_a_row_in_two_chapters_stands_once(tmp_path):
    write_results(answered(chapter="01_a"), tmp_path / "01_a.parquet")
    write_results(answered(chapter="02_b"), tmp_path / "02_b.parquet")
    rows = collect_rows(tmp_path)
    assert list(rows["chapter"]) == ["01_a", "01_a"]


def test_two_chapters_that_disagree_are_refused(tmp_path):
    write_results(answered(chapter="01_a"), tmp_path / "01_a.parquet")
    write_results(answered(chapter="02_b", n=9), tmp_path / "02_b.parquet")
    with pytest.raises(ClaimError, match="different values"):
        collect_rows(tmp_path)
