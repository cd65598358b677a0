"""Pseudo-participants: sample moments are the published ones; impossible figures are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.data.summary import (
    correlation_from_change,
    from_summary,
    sd_from_interval,
    sd_of_change,
    seed_within,
)
from analysis.errors import DataError

MEANS, SDS = [54.0, 40.5, 38.25], [15.0, 16.5, 17.0]
CORRELATION = [[1, 0.6, 0.45], [0.6, 1, 0.7], [0.45, 0.7, 1]]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(4, 60),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(0.01, 100),
    common=st.floats(-0.49, 1),
)
def test_moments_are_exact_for_every_seed(seed, n, shift, scale, common):
    means, sds = np.array(MEANS) + shift, np.array(SDS) * scale
    people = from_summary(means, sds, common, n, seed=seed)
    assert people.shape == (n, 3)
    size = np.abs(means).max() + sds.max()
    np.testing.assert_allclose(people.mean(), means, rtol=0, atol=1e-12 * size)
    np.testing.assert_allclose(people.std(ddof=1), sds, rtol=0, atol=1e-12 * size)
    expected = np.full((3, 3), common) + (1 - common) * np.eye(3)
    # A mean of 1000 among scores that vary by 0.01 costs digits that the values do not have.
    atol = 1e-12 * size / sds.min()
    np.testing.assert_allclose(people.corr(), expected, rtol=0, atol=atol)


def test_moments_are_exact_with_a_matrix():
    people = from_summary(MEANS, SDS, CORRELATION, 24, seed=3)
    np.testing.assert_allclose(people.mean(), MEANS, atol=1e-12)
    np.testing.assert_allclose(people.std(ddof=1), SDS, atol=1e-12)
    np.testing.assert_allclose(people.corr(), CORRELATION, atol=1e-12)


def test_a_paired_t_test_gives_the_published_interval():
    spread = sd_of_change(-4.38, -2.48, 24)
    r = correlation_from_change(1.54, 1.66, spread)
    people = from_summary([6.46, 3.03], [1.54, 1.66], r, 24, seed=9)
    interval = stats.ttest_rel(people[1], people[0]).confidence_interval()
    np.testing.assert_allclose(interval, [-4.38, -2.48], atol=1e-12)


def test_one_seed_one_group_of_people():
    same = [from_summary(MEANS, SDS, CORRELATION, 24, seed=5) for _ in range(2)]
    assert same[0].equals(same[1])
    assert not same[0].equals(from_summary(MEANS, SDS, CORRELATION, 24, seed=6))


def test_rounding_keeps_the_moments_to_the_last_digit():
    people = from_summary(MEANS, SDS, CORRELATION, 24, seed=5, decimals=6)
    assert people.equals(people.round(6))
    np.testing.assert_allclose(people.mean(), MEANS, atol=1e-6)
    np.testing.assert_allclose(people.std(ddof=1), SDS, atol=1e-6)


def test_the_seed_is_searched_until_everybody_is_on_the_scale():
    figures = ([3.0, 6.0], [1.6, 1.6], 0.3, 24)
    seed = seed_within(*figures, bounds=(0, 10), first=1)
    people = from_summary(*figures, seed=seed)
    assert people.min().min() >= 0
    assert people.max().max() <= 10
    for earlier in range(1, seed):
        values = from_summary(*figures, seed=earlier).to_numpy()
        assert values.min() < 0 or values.max() > 10


def test_a_scale_that_cannot_hold_the_people_is_an_error():
    with pytest.raises(DataError, match="None of 20 seeds"):
        seed_within([1.0, 1.0], [3.0, 3.0], 0.5, 24, bounds=(0, 10), first=1, tries=20)


def test_the_correlation_gives_the_spread_of_the_change_back():
    r = correlation_from_change(15, 17, 13)
    assert np.sqrt(15**2 + 17**2 - 2 * r * 15 * 17) == pytest.approx(13, rel=1e-14)
    assert correlation_from_change(2, 2, 0) == 1
    assert correlation_from_change(2, 3, 5) == -1


def test_the_spread_of_a_change_by_hand():
    # Half-width 0.95 = t(0.975; 23) 2.068658 x SD / sqrt(24).
    assert sd_of_change(-4.38, -2.48, 24) == pytest.approx(0.95 * np.sqrt(24) / 2.0686576, rel=1e-7)
    assert sd_from_interval(0, 2, 10, level=0.9) == pytest.approx(np.sqrt(10) / 1.8331129, rel=1e-7)


@pytest.mark.parametrize(
    ("means", "sds", "correlation", "n", "told"),
    [
        ([1, 2], [1, 1], 1.2, 10, "outside -1 to 1"),
        ([1, 2], [1, 1], [[1, 0.2], [0.3, 1]], 10, "not symmetric"),
        ([1, 2], [1, 1], [[0.9, 0.2], [0.2, 1]], 10, "diagonal"),
        ([1, 2, 3], [1, 1, 1], -0.9, 10, "not positive semi-definite"),
        ([1, 2], [1, 0], 0.5, 10, "standard deviation is 0 or less"),
        ([1, 2], [1, -1], 0.5, 10, "standard deviation is 0 or less"),
        ([1, 2], [1, 1], 0.5, 2, "at least 3 are needed"),
        ([1, float("nan")], [1, 1], 0.5, 10, "missing or not finite"),
        ([1, 2], [1], 0.5, 10, "2 means need 2 standard deviations"),
    ],
)
def test_moments_that_no_people_have_are_refused(means, sds, correlation, n, told):
    with pytest.raises(DataError, match=told):
        from_summary(means, sds, correlation, n, seed=1)


def test_all_problems_are_told_at_once():
    with pytest.raises(DataError) as caught:
        from_summary([1, 2], [1, 0], [[1, 1.5], [1.5, 1]], 1, seed=1)
    for told in ("at least 3 are needed", "0 or less", "outside -1 to 1"):
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: correlation_from_change(1, 1, 3), "implies a correlation of -3.500"),
        (lambda: correlation_from_change(3, 1, 0.5), "implies a correlation of 1.625"),
        (lambda: correlation_from_change(0, 1, 0.5), "0 or less"),
        (lambda: sd_of_change(2, 1, 24), "not below the upper"),
        (lambda: sd_of_change(1, 2, 1), "1 people have no standard deviation"),
        (lambda: sd_of_change(1, 2, 24, level=95), "not between 0 and 1"),
    ],
)
def test_impossible_published_figures_are_refused(call, told):
    with pytest.raises(DataError, match=told):
        call()
