"""Altman (1998) BMJ 317:1309: the interval of a number needed to treat runs through infinity."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from analysis.stats.binary import Interval, number_needed_to_treat


def needed(estimate, lower, upper):
    made = number_needed_to_treat(Interval(*map(np.asarray, (estimate, lower, upper))))
    return float(made.estimate), float(made.lower), float(made.upper)


def test_a_difference_of_ten_percent_between_minus_five_and_twenty_five():
    """Benefit in one of 10; from one of 4 to benefit, through infinity, to one of 20 to harm."""
    assert_allclose(needed(0.10, -0.05, 0.25), (10, 4, -20))


def test_an_interval_of_benefit_alone_is_turned_round():
    """Barrowman (2002) CMAJ 166:1676: 16.6 % (0.9 to 32.2) is 6 people (3.1 to 111.1)."""
    assert_allclose(needed(0.166, 0.009, 0.322), (6.02, 3.11, 111.1), rtol=2e-3)


def test_an_interval_of_harm_alone_is_negative():
    assert_allclose(needed(-0.1, -0.2, -0.05), (-10, -20, -5))


def test_no_difference_is_one_more_in_infinitely_many():
    assert needed(0.0, -0.1, 0.1)[0] == np.inf
    assert needed(-0.0, -0.1, 0.1)[0] == np.inf
    assert needed(0.05, 0.0, 0.1)[2] == np.inf
