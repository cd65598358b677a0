"""Two tables of results: which rows came, went or moved, and how far."""

from __future__ import annotations

import math

import pytest

from analysis.result.compare import ROUNDING, beyond, compare_results
from analysis.result.record import Result, to_frame

ROW = {"question": "primary", "statistic": "difference", "value": -8.0, "se": 2.0}


def table(**rows):
    """Rows by id, each with what differs from `ROW`."""
    return to_frame([Result(id=key, **(ROW | given)) for key, given in rows.items()])


def test_equal_tables_have_nothing_to_say():
    before = table(a={}, b={"value": None, "se": None, "n": None})
    found = compare_results(before, before.copy())
    assert found.moved == 0
    assert found.unchanged == 2


def test_rows_that_came_and_went_are_told_apart():
    found = compare_results(table(a={}, gone={}), table(new={}, a={}))
    assert (found.added, found.removed, found.unchanged) == (("new",), ("gone",), 1)


def test_how_far_a_row_moved_is_its_largest_step_in_former_standard_errors():
    before = table(a={"lower": -12.0, "upper": -4.0})
    after = table(a={"value": -8.5, "se": 9.0, "lower": -12.2, "upper": -3.0})
    (move,) = compare_results(before, after).changed
    assert move.shift == 0.5
    assert [name for name, *_ in move.columns] == ["value", "se", "lower", "upper"]
    assert move.columns[0] == ("value", -8.0, -8.5)


def test_the_furthest_comes_first_and_what_has_no_standard_error_last():
    before = table(far={}, near={}, sd={"se": None}, p={})
    after = table(
        near={"value": -8.1}, sd={"value": -8.4, "se": None}, p={"p": 0.2}, far={"value": -7.0}
    )
    moves = compare_results(before, after).changed
    assert [move.id for move in moves] == ["far", "near", "p", "sd"]
    assert [move.shift for move in moves] == [0.5, pytest.approx(0.05), 0.0, None]
    assert moves[3].relative == pytest.approx(0.4 / 8.4)


def test_a_ratio_that_is_endless_has_moved_without_a_measure():
    endless = {"value": math.inf, "se": None}
    assert compare_results(table(a=endless), table(a=endless)).moved == 0
    (move,) = compare_results(table(a=endless), table(a={"se": None})).changed
    assert (move.shift, move.relative) == (None, math.inf)


def test_the_last_bit_counts():
    (move,) = compare_results(table(a={}), table(a={"value": math.nextafter(-8.0, 0)})).changed
    assert 0 < move.shift < 1e-14


def test_words_count_and_the_name_of_a_chapter_does_not():
    before = table(a={"method": "MMRM", "chapter": "03_a"}, b={"chapter": "03_a"})
    after = table(a={"method": "ANCOVA", "chapter": "04_a"}, b={"chapter": "04_a"})
    (move,) = compare_results(before, after).changed
    assert move.columns == (("method", "MMRM", "ANCOVA"),)


@pytest.mark.parametrize(
    ("value", "limit", "fails"),
    [(-8.0, None, False), (-8.2, None, True), (-8.2, 0.2, False), (-8.2, 0.05, True)],
)
def test_a_limit_in_standard_errors(value, limit, fails):
    found = compare_results(table(a={}), table(a={"value": value}))
    assert bool(beyond(found, limit)) is fails


def test_what_came_went_or_lost_its_value_is_beyond_every_limit():
    before = table(a={}, gone={}, lost={})
    after = table(a={}, new={}, lost={"value": None})
    assert beyond(compare_results(before, after), 1000.0) == ("lost", "new", "gone")


@pytest.mark.parametrize(("part", "fails"), [(ROUNDING / 2, False), (ROUNDING * 2, True)])
def test_without_a_standard_error_only_rounding_passes(part, fails):
    before, after = table(a={"se": None}), table(a={"se": None, "value": -8.0 * (1 + part)})
    found = compare_results(before, after)
    assert bool(beyond(found, 1000.0)) is fails
    assert beyond(found, None) == ("a",)
