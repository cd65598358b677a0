"""Intervals of counts against the tables of the papers that gave the methods or compared them."""

from __future__ import annotations

import math

import pytest

from analysis.errors import UsageError
from analysis.stats.counts import rate, rate_ratio, share

# The tables print four decimals of a share, three of a count.
FOUR, THREE = 5.1e-5, 5.1e-4

# Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 5 (Clopper-Pearson).
CLOPPER_PEARSON = [
    (81, 263, 0.2527, 0.3676),
    (15, 148, 0.0578, 0.1617),
    (0, 20, 0.0000, 0.1684),
    (1, 29, 0.0009, 0.1776),
]
# Garwood 1936, Biometrika 28:437-442: 95 % limits of the mean of a Poisson count.
GARWOOD = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]


@pytest.mark.parametrize(("count", "of", "lower", "upper"), CLOPPER_PEARSON)
def test_a_share_as_newcombe_prints_clopper_and_pearson(count, of, lower, upper):
    found = share(count, of)
    assert found.value == count / of
    assert found.lower == pytest.approx(lower, abs=FOUR)
    assert found.upper == pytest.approx(upper, abs=FOUR)


@pytest.mark.parametrize(("count", "lower", "upper"), GARWOOD)
def test_a_rate_as_garwood_prints_it(count, lower, upper):
    found = rate(count, 1)
    assert found.lower == pytest.approx(lower, abs=THREE)
    assert found.upper == pytest.approx(upper, abs=THREE)


def test_rates_of_the_examples_in_the_manual_of_r():
    """`?poisson.test`: 137 events in 24.19893; and 11 in 800 beside 21 in 3011."""
    found = rate(137, 24.19893)
    assert found == pytest.approx((5.661407, 4.753125, 6.692709), rel=1e-6)
    found = rate_ratio(11, 800, 6 + 8 + 7, 1083 + 1050 + 878)
    assert found == pytest.approx((1.971488, 0.8584264, 4.2772659), rel=1e-6)


def test_the_rule_of_three():
    """Hanley and Lippman-Hand 1983, JAMA 249:1743: none of n leaves about 3 in n open at 95 %."""
    for n in (30, 100, 1000):
        # Their limit is one-sided at 95 %, so two-sided at 90 %.
        assert share(0, n, level=0.90).upper == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-9)
        assert share(0, n, level=0.90).upper == pytest.approx(3 / n, rel=0.06)


def test_nothing_seen_is_not_nothing_possible():
    assert share(0, 80).upper > 0
    assert rate(0, 24).upper > 0
    assert rate_ratio(0, 10, 3, 10).upper > 0


def test_a_ratio_with_an_empty_side_is_open_on_that_side():
    found = rate_ratio(3, 10, 0, 10)
    assert (found.value, found.upper) == (math.inf, math.inf)
    assert found.lower > 0
    nothing = rate_ratio(0, 10, 0, 10)
    assert math.isnan(nothing.value)
    assert nothing[1:] == (0, math.inf)


@pytest.mark.parametrize(
    "call",
    [
        lambda: share(0, 0),
        lambda: share(3, 2),
        lambda: rate(0, 0.0),
        lambda: rate(-1, 2.0),
        lambda: rate_ratio(1, 2, 1, 0),
    ],
)
def test_nobody_at_risk_is_refused(call):
    with pytest.raises(UsageError):
        call()
