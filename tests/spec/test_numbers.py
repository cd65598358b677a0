"""The one rounding policy: the manual of how a number is printed."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ClaimError
from analysis.show import numbers
from analysis.terms import MeasureLabel
from tests.spec.show_rows import BALANCE, PAIN

REALS = st.floats(-1e6, 1e6, allow_nan=False)


def back(shown: str) -> float:
    """The number that a printed text means."""
    return float(shown.replace(numbers.MINUS, "-"))


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (14.05, 1, "14.1"),
        (-14.05, 1, "−14.1"),
        (0.25, 1, "0.3"),
        (2.675, 2, "2.68"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.04, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (0.05, 1, "0.1"),
        (99.95, 1, "100.0"),
        (1e-12, 1, "0.0"),
        # What floating point leaves of a half, on either side of it.
        (1.2499999999999998, 1, "1.3"),
        (1.250000000000001, 1, "1.3"),
        (-1.2499999999999998, 1, "−1.3"),
        (100 * (31 / 80 - 30 / 80), 1, "1.3"),
        (-11.249999999999998, 1, "−11.3"),
        # No half, though close to one.
        (1.2499999, 1, "1.2"),
        (1e20 + 0.5, 0, "100000000000000000000"),
        (math.nan, 1, "–"),
        (None, 1, "–"),
        (pd.NA, 0, "–"),
        (-math.inf, 1, "−∞"),
    ],
)
def test_a_number_is_rounded_half_away_from_zero(value, decimals, shown):
    assert numbers.fixed(value, decimals) == shown


@given(REALS, st.integers(0, 4))
def test_printing_moves_a_number_by_half_a_last_digit_at_most(value, decimals):
    shown = numbers.fixed(value, decimals)
    assert abs(back(shown) - value) <= 0.5 * 10.0**-decimals + 1e-9
    assert len(shown.partition(".")[2]) == decimals


@given(REALS, st.integers(0, 4))
def test_minus_zero_is_never_shown_and_the_minus_is_the_true_one(value, decimals):
    shown = numbers.fixed(value, decimals)
    assert "-" not in shown
    assert not (back(shown) == 0 and shown.startswith(numbers.MINUS))


@given(REALS, REALS, st.integers(0, 3))
def test_order_survives_rounding(one, other, decimals):
    low, high = sorted((one, other))
    assert back(numbers.fixed(low, decimals)) <= back(numbers.fixed(high, decimals))


@given(REALS, st.integers(0, 3))
def test_a_size_is_the_number_without_its_sign(value, decimals):
    assert numbers.size(value, decimals) == numbers.fixed(value, decimals).lstrip(numbers.MINUS)


@pytest.mark.parametrize(
    ("p", "shown", "said"),
    [
        (0.0, "<0.001", "p < 0.001"),
        (0.0004, "<0.001", "p < 0.001"),
        (0.00099, "<0.001", "p < 0.001"),
        (0.001, "0.001", "p = 0.001"),
        (0.0316, "0.032", "p = 0.032"),
        (0.05, "0.050", "p = 0.050"),
        (0.9996, ">0.999", "p > 0.999"),
        (1.0, ">0.999", "p > 0.999"),
        (None, "–", "p = –"),
    ],
)
def test_p_values(p, shown, said):
    assert numbers.p_value(p) == shown
    assert numbers.p_statement(p) == said


@given(st.floats(0, 1))
def test_a_p_value_is_never_printed_as_nought_or_one(p):
    assert numbers.p_value(p) not in ("0.000", "1.000")


@pytest.mark.parametrize("p", [-0.01, 1.01])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ClaimError, match="between 0 and 1"):
        numbers.p_value(p)


@pytest.mark.parametrize(
    ("value", "of", "shown"),
    [
        (55, 80, "55 %"),
        (51.25, 80, "51 %"),
        (51.25, 240, "51.3 %"),
        (0, 80, "0 %"),
        (0.3, 80, "<1 %"),
        (0.03, 400, "<0.1 %"),
        (99.7, 80, ">99 %"),
        (99.97, 400, ">99.9 %"),
        (100, 80, "100 %"),
        (99.99999999999999, 80, "100 %"),
        (1e-14, 80, "0 %"),
        (None, 80, "–"),
    ],
)
def test_percentages(value, of, shown):
    assert numbers.percent(value, of) == shown


def test_an_interval_is_joined_by_to():
    assert numbers.interval(-19.9, -9.26, 1) == "(−19.9 to −9.3)"
    assert numbers.interval(-2, 3.04, 1) == "(−2.0 to 3.0)"
    assert numbers.interval(None, None, 1) == "–"
    assert numbers.span(None, 3, 1) == "– to 3.0"


def test_decimals_follow_the_range_of_the_measure():
    def of(low: float, high: float) -> int:
        return numbers.decimals_of(
            MeasureLabel(
                label="x", instrument="x", unit="", minimum=low, maximum=high, lower_is_better=True
            )
        )

    assert numbers.decimals_of(PAIN) == numbers.decimals_of(BALANCE) == 1
    assert of(0, 10) == of(0, 24) == 1
    assert of(-0.6, 1) == 2
    assert of(0, 10000) == 0
    assert numbers.decimals_of(None) == 1


def test_the_level_of_an_interval():
    assert numbers.interval_level(95.0) == "95"
    assert numbers.interval_level(97.5) == "97.5"
    assert numbers.interval_level(95.00000000000001) == "95"
