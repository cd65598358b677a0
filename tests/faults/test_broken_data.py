"""Every way of breaking raw data is reported at its place, once, without a participant's value."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from breaks import PEOPLE, SESSIONS, VISITS, Broken, add_line, both, replace
from broken_data import BROKEN

from analysis.data.problems import DataProblems, errors_of
from analysis.data.read import find_problems, read_study
from analysis.errors import DataError
from analysis.plan.schema import Plan

Sign = Callable[[Path], None]


def _folder(root: Path) -> Path:
    return root / "data" / "raw" / "tiny"


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_place_is_reported_and_no_other(
    case: Broken, tiny_plan: Plan, tiny_study: Path, sign_study: Sign
) -> None:
    case.breaks(_folder(tiny_study))
    if case.signed:
        sign_study(_folder(tiny_study))
    with pytest.raises(DataProblems) as caught:
        read_study(tiny_plan, tiny_study)
    found = errors_of(caught.value.problems)
    places = [(problem.file, problem.line, problem.column) for problem in found]
    assert sorted(places, key=str) == sorted([place[:3] for place in case.places], key=str)
    for file, line, column, words in case.places:
        same = [p for p in found if (p.file, p.line, p.column) == (file, line, column)]
        assert any(words in problem.rule for problem in same), [p.rule for p in same]
    assert all(problem.do for problem in found)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_the_error_is_for_a_log(
    case: Broken,
    tiny_plan: Plan,
    tiny_study: Path,
    sign_study: Sign,
    caplog: pytest.LogCaptureFixture,
) -> None:
    case.breaks(_folder(tiny_study))
    if case.signed:
        sign_study(_folder(tiny_study))
    with caplog.at_level(logging.DEBUG), pytest.raises(DataError) as caught:
        read_study(tiny_plan, tiny_study)
    error = caught.value
    assert error.exit_code == 11
    assert error.__cause__ is None
    assert error.__context__ is None
    private = [
        text
        for problem in error.problems
        for text in (problem.value, problem.participant)
        # A single letter or digit is in any text.
        if text is not None and len(text) > 2
    ]
    for said in (str(error), repr(error), repr(error.problems), caplog.text):
        assert not [text for text in private if text in said]
    for place in case.places:
        assert place[0] in str(error)
        assert place[3] in str(error)


def test_there_are_enough_ways() -> None:
    assert len(BROKEN) >= 30
    assert len({case.name for case in BROKEN}) == len(BROKEN)


def test_five_breakages_are_told_at_once(
    tiny_plan: Plan, tiny_study: Path, sign_study: Sign
) -> None:
    both(
        replace(VISITS, "pain_vas,58.5", "pain_vas,585"),
        replace(VISITS, "P05,56,pain_vas,49", "P05,56,pain_vas,forty"),
        replace(PEOPLE, "P10,bands", "P10,Bands"),
        replace(PEOPLE, "2023-02-01", "2023-02-31"),
        add_line(SESSIONS, "P99,7,maybe,,,,,,,,,,"),
    )(_folder(tiny_study))
    sign_study(_folder(tiny_study))
    found = errors_of(find_problems(tiny_plan, tiny_study))
    assert {(p.file, p.line, p.column) for p in found} == {
        (VISITS, 3, "value"),
        (VISITS, 15, "value"),
        (PEOPLE, 11, "arm"),
        (PEOPLE, 6, "randomised"),
        (SESSIONS, 38, "participant"),
        (SESSIONS, 38, "attended"),
    }


def test_a_study_without_a_folder(tiny_plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="the folder of the raw data is missing") as caught:
        read_study(tiny_plan, tmp_path)
    assert caught.value.exit_code == 11


def test_the_error_travels_between_processes(
    tiny_plan: Plan, tiny_study: Path, sign_study: Sign
) -> None:
    replace(VISITS, "pain_vas,58.5", "pain_vas,585")(_folder(tiny_study))
    sign_study(_folder(tiny_study))
    with pytest.raises(DataProblems) as caught:
        read_study(tiny_plan, tiny_study)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.problems == caught.value.problems
