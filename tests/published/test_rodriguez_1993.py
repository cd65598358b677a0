"""Rates with more spread than Poisson: deaths of children by cohort, Rodriguez 1993 (`rod93`).

Data and output as in the Stata Base Reference Manual, entry nbreg, remarks and examples (deaths in
seven groups of age of three cohorts, with exposure): Poisson, then negative binomial.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import ModelError
from analysis.stats.rates import rate_ratios

DEATHS = (168, 48, 63, 89, 102, 81, 40, 197, 48, 62, 81, 97, 103, 39, 195, 55, 58, 85, 87, 70, 10)
EXPOSURE = (278.4, 538.8, 794.4, 1550.8, 3006.0, 8743.5, 14270.0)
EXPOSURE += (403.2, 786.0, 1165.3, 2294.8, 4500.5, 13201.5, 19525.0)
EXPOSURE += (495.3, 956.7, 1381.4, 2604.5, 4618.5, 9814.5, 5802.5)
# Coefficient and error of the second and the third cohort.
NEGATIVE_BINOMIAL = [(-0.2676187, 0.7237203), (-0.4573957, 0.7236651)]
POISSON = (-0.3020405, 0.0742143)
CLOSE = 2e-6  # both searches end within this of the maximum


@pytest.fixture(scope="module")
def cohorts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cohort = np.repeat([0, 1, 2], 7)
    X = np.column_stack([np.ones(21), cohort == 1, cohort == 2]).astype(float)
    return np.array(DEATHS), np.array(EXPOSURE), X


def test_the_negative_binomial_model_as_printed(cohorts):
    found = rate_ratios(*cohorts, method="negative binomial")
    errors = np.log(found.upper / found.lower) / (2 * 1.959964)
    for k, (coefficient, error) in enumerate(NEGATIVE_BINOMIAL):
        assert np.log(found.ratio[k]) == pytest.approx(coefficient, abs=CLOSE)
        assert errors[k] == pytest.approx(error, abs=CLOSE)


def test_the_coefficients_of_the_poisson_model_as_printed(cohorts):
    """The robust model has the same coefficients; its errors are worked out by hand below."""
    found = rate_ratios(*cohorts, method="robust Poisson")
    assert np.log(found.ratio) == pytest.approx(POISSON, abs=CLOSE)


def test_the_robust_error_by_hand(cohorts):
    """Of a group's log rate: root of the sum of (events - rate x time)^2 over all events."""
    deaths, time, X = cohorts
    found = rate_ratios(deaths, time, X, method="robust Poisson")
    first, second = slice(0, 7), slice(7, 14)
    variance = 0.0
    for group in (first, second):
        rate = deaths[group].sum() / time[group].sum()
        variance += ((deaths[group] - rate * time[group]) ** 2).sum() / deaths[group].sum() ** 2
    # Times n / (n - k).
    error = np.sqrt(variance * 21 / 18)
    half = np.log(found.upper[0] / found.lower[0]) / 2
    assert half / 1.959964 == pytest.approx(error, rel=1e-6)


def test_a_group_without_events_is_refused(cohorts):
    deaths, time, X = cohorts
    with pytest.raises(ModelError, match="cannot be compared"):
        rate_ratios(np.where(X[:, 2] == 1, 0, deaths), time, X, method="negative binomial")
