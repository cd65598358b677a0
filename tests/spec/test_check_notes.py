"""What the checks tell without stopping: it is real life, but somebody should know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.data.problems import Problem
from analysis.data.read import find_problems, read_study
from analysis.plan.schema import Plan

Check = Callable[..., list[Problem]]


@pytest.fixture
def check(tiny_plan: Plan, tiny_study: Path, sign_study: Callable[[Path], None]) -> Check:
    """Problems of the tiny study after text was replaced in a file, or its visits given anew."""
    folder = tiny_study / "data" / "raw" / "tiny"

    def changed(
        file: str = "", old: str = "", new: str = "", visits: list[str] | None = None
    ) -> list[Problem]:
        if visits is not None:
            text = "\n".join(["participant,day,measure,value", *visits]) + "\n"
            (folder / "visits.csv").write_text(text, encoding="utf-8")
        if file:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        sign_study(folder)
        # Visits given anew end at week 8, so that the later visit is not missed as well.
        weeks = tiny_plan.schedule if visits is None else tiny_plan.schedule[:2]
        return find_problems(replace(tiny_plan, schedule=weeks), tiny_study)

    return changed


def _told(problems: list[Problem]) -> list[tuple[str, int | None, str, str]]:
    return [(p.severity, p.line, p.column, p.rule) for p in problems]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("-14", []),
        ("-15", ["before randomisation and outside the window of the baseline visit"]),
        ("0", []),
        ("1", ["outside every window of the plan"]),
        ("45", ["outside every window of the plan"]),
        ("46", []),
        ("66", []),
        ("67", ["outside every window of the plan"]),
        ("126", []),
        ("127", ["outside every window of the plan"]),
    ],
)
def test_days_at_the_edges_of_the_windows(day: str, told: list[str], check: Check) -> None:
    problems = check("visits.csv", "P01,56,", f"P01,{day},")
    assert _told(problems) == [("note", 3, "day", rule) for rule in told]


def test_a_person_without_a_baseline_value_stays(
    check: Check, tiny_plan: Plan, tiny_study: Path
) -> None:
    problems = check("visits.csv", "P03,0,pain_vas,72\n", "")
    assert _told(problems) == [("note", 4, "participant", "no baseline value of pain_vas")]
    assert "P03" in set(read_study(tiny_plan, tiny_study).participants["participant"])


def test_a_value_that_cannot_be_read_is_not_a_missing_baseline(check: Check) -> None:
    problems = check("visits.csv", "P03,0,pain_vas,72", "P03,0,pain_vas,high")
    assert _told(problems) == [("error", 8, "value", "not a number")]


def test_a_measure_of_the_plan_that_nobody_recorded(
    check: Check, tiny_plan: Plan, tiny_study: Path
) -> None:
    check()
    measures = {**tiny_plan.measures, "disability": tiny_plan.measures["pain_vas"]}
    problems = find_problems(replace(tiny_plan, measures=measures), tiny_study)
    assert _told(problems) == [
        ("error", None, "measure", "no row of the measure disability of the plan")
    ]


def _visits(values: list[float]) -> list[str]:
    """Visits of the ten people, a day each, with these values."""
    return [
        f"P{n % 10 + 1:02d},{-5 if n < 10 else 50 + n // 10},pain_vas,{value:g}"
        for n, value in enumerate(values)
    ]


def _measured(size: int) -> list[float]:
    return list(np.round(np.random.default_rng(7).uniform(11, 90, size), 2))


def test_values_that_vary_are_no_news(check: Check) -> None:
    assert check(visits=_visits(_measured(120))) == []


def test_a_value_filled_down_the_table(check: Check) -> None:
    values = _measured(120)
    values[40:70] = [55.0] * 30
    told = _told(check(visits=_visits(values)))
    assert told == [("note", 42, "value", "30 identical values of pain_vas one after another")]


def test_twenty_nine_alike_are_not_yet_told(check: Check) -> None:
    values = _measured(120)
    values[40:69] = [55.0] * 29
    assert check(visits=_visits(values)) == []


@pytest.mark.parametrize("end", [0.0, 100.0])
def test_many_people_at_an_end_of_the_scale_are_no_news(end: float, check: Check) -> None:
    values = _measured(120)
    values[20:100] = [end] * 80
    assert check(visits=_visits(values)) == []


def test_a_table_sorted_by_value_has_no_copied_run(check: Check) -> None:
    assert check(visits=_visits(sorted([*_measured(60), *[50.0] * 40]))) == []


def test_one_value_in_more_than_half_of_the_rows(check: Check) -> None:
    values = [50.0 if n % 20 else value for n, value in enumerate(_measured(100))]
    told = _told(check(visits=_visits(values)))
    assert told == [("note", 3, "value", "95 of 100 values of pain_vas are identical")]


def test_a_score_of_0_to_10_under_the_name_of_one_of_0_to_100(check: Check) -> None:
    values = [value / 10 for value in _measured(40)]
    told = _told(check(visits=_visits(values)))
    assert told == [
        ("note", 2, "value", "all values of pain_vas lie in the lowest tenth of its range")
    ]


def test_values_after_withdrawal_are_told(check: Check) -> None:
    told = _told(check("events.csv", "P09,70,withdrew", "P09,50,withdrew"))
    assert told == [("note", 27, "day", "after the day of withdrawal")]


def test_two_sessions_on_one_day_are_told(check: Check) -> None:
    told = _told(check("sessions.csv", "P06,21,yes", "P06,7,yes"))
    assert told == [("note", 3, "day", "a second session of the person on this day")]


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("P02,-5,flare-up,,no,no,1", "day", "an event before randomisation"),
        ("P02,30,flare-up,at work,no,no,1", "day", "a second flare-up of the person on this day"),
        (
            "P09,80,withdrew,moved away,,,",
            "event",
            "the same person leaves, stops or dies a second time",
        ),
    ],
)
def test_events_out_of_order_are_told(check: Check, line: str, column: str, rule: str) -> None:
    last = "P09,70,withdrew,moved away,no,no,\n"
    told = _told(check("events.csv", last, f"{last}{line}\n"))
    assert told == [("note", 7, column, rule)]


def test_training_where_none_is_planned_or_after_stopping_is_told(check: Check) -> None:
    told = _told(check("sessions.csv", "P06,7,yes", "P01,7,yes"))
    assert told == [("note", 2, "participant", "a session of a person whose arm has no programme")]
    told = _told(check("events.csv", "P09,60,stopped", "P09,40,stopped"))
    rule = "a session attended after the person stopped the programme"
    assert set(told[1:]) == {("note", told[1][1], "day", rule)}


def test_files_that_nobody_reads_are_told(tiny_study: Path, check: Check) -> None:
    folder = tiny_study / "data" / "raw" / "tiny"
    (folder / "visit.csv").write_text("participant,day\n", encoding="utf-8")
    (folder / ".hidden").write_text("", encoding="utf-8")
    problems = check()
    assert [(p.file, p.severity, p.rule) for p in problems] == [
        ("visit.csv", "note", "a file that is not read")
    ]
    assert check("source.md", "Invented", "`visit.csv` is a remark. Invented") == []


def test_a_folder_that_was_never_signed(tiny_plan: Plan, tiny_study: Path) -> None:
    folder = tiny_study / "data" / "raw" / "tiny"
    (folder / "SHA256SUMS").unlink()
    (folder / "source.md").unlink()
    problems = find_problems(tiny_plan, tiny_study)
    assert [(p.file, p.severity) for p in problems] == [
        ("source.md", "note"),
        ("SHA256SUMS", "note"),
    ]


def test_a_table_of_events_without_rows_can_be_true(
    check: Check, tiny_plan: Plan, tiny_study: Path
) -> None:
    """Events were asked for and none happened: that is not the same as no table."""
    folder = tiny_study / "data" / "raw" / "tiny"
    events = (folder / "events.csv").read_text(encoding="utf-8")
    rows = events.partition("\n")[2]
    assert _told(check("events.csv", rows, "")) == [("note", None, "", "the table has no rows")]
    empty = read_study(tiny_plan, tiny_study)
    assert empty.events_recorded
    assert empty.events.empty
    (folder / "events.csv").unlink()
    assert check() == []
    assert not read_study(tiny_plan, tiny_study).events_recorded


def test_a_fatal_event_without_a_death(check: Check) -> None:
    told = _told(check("events.csv", "P08,21,adverse event,sore shoulder,yes,no,1",
                       "P08,21,adverse event,stroke,no,yes,5"))  # fmt: skip
    rule = "an adverse event of grade 5 of a person without the event death"
    assert told == [("note", 4, "grade", rule)]
