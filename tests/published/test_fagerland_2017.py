"""Fagerland, Lydersen & Laake (2017) Statistical Analysis of Contingency Tables, chapter 4.

The bounds are those that the authors' R package contingencytables prints for the book's examples.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.errors import ModelError, UsageError
from analysis.stats.binary import counted, hybrid_difference, hybrid_ratio
from analysis.stats.binary_score import miettinen_nurminen

PRINTED = 5.1e-5
EPINEPHRINE = (7, 34, 1, 34)  # survival after a high or a standard dose, Perondi et al. 2004
XFS = (0, 16, 15, 72)  # CHRNA4 genotype, Ritland et al. 2007
GADA = (9, 13, 4, 14)  # Lampasona et al. 2013


@pytest.mark.parametrize(
    ("counts", "scale", "estimate", "lower", "upper"),
    [
        (XFS, "difference", -0.2083, -0.3164, -0.0056),
        (EPINEPHRINE, "ratio", 7.0000, 1.2086, 43.0330),
        (GADA, "odds ratio", 5.6250, 1.0934, 28.9419),
    ],
)
def test_miettinen_and_nurminen(counts, scale, estimate, lower, upper):
    made = miettinen_nurminen(*counts, scale=scale)
    found = (made.estimate, made.lower, made.upper)
    assert_allclose(found, (estimate, lower, upper), atol=PRINTED)


def test_hybrid_intervals():
    first, second = counted(7, 34), counted(1, 34)
    made = hybrid_difference(first, second)
    assert_allclose((made.lower, made.upper), (0.0189, 0.3404), atol=PRINTED)
    made = hybrid_ratio(first, second)
    assert_allclose(made.estimate, 7.0, rtol=1e-14)
    assert_allclose((made.lower, made.upper), (1.1537, 41.9763), atol=PRINTED)


@pytest.mark.parametrize("scale", ["ratio", "odds ratio"])
@pytest.mark.parametrize("counts", [EPINEPHRINE, GADA, (56, 70, 48, 80)])
def test_statsmodels_says_the_same_of_ratios(counts, scale):
    """Not of differences: there it leaves the printed bounds, or finds none (docs/methods)."""
    made = miettinen_nurminen(*counts, scale=scale)
    other = confint_proportions_2indep(
        *counts, method="score", compare=scale.replace(" ", "-"), correction=True
    )
    assert_allclose((made.lower, made.upper), other, rtol=1e-6)


@pytest.mark.parametrize("scale", ["ratio", "odds ratio"])
def test_turned_round_a_ratio_is_its_inverse(scale):
    made = miettinen_nurminen(7, 34, 1, 34, scale=scale)
    turned = miettinen_nurminen(1, 34, 7, 34, scale=scale)
    assert_allclose((turned.lower, turned.upper), (1 / made.upper, 1 / made.lower), rtol=1e-9)


@pytest.mark.parametrize("scale", ["ratio", "odds ratio"])
def test_nobody_in_either_group_says_nothing_of_a_ratio(scale):
    made = miettinen_nurminen(0, 10, 0, 10, scale=scale)
    assert np.isnan(made.estimate)
    assert (made.lower, made.upper) == (0, np.inf)
    other = hybrid_ratio(counted(0, 10), counted(0, 10))
    assert np.isnan(other.estimate)
    assert (other.lower, other.upper) == (0, np.inf)


def test_nobody_in_one_group_bounds_a_ratio_on_one_side():
    made = miettinen_nurminen(3, 10, 0, 10, scale="ratio")
    assert (made.estimate, made.upper) == (np.inf, np.inf)
    assert 0 < made.lower < 1


@pytest.mark.parametrize(
    ("counts", "kind", "says"),
    [
        ((3, 0, 1, 10), UsageError, "between 0 and the number"),
        ((0, 0, 1, 10), ModelError, "no people"),
        ((2.5, 10, 1, 10), UsageError, "no whole number"),
        ((11, 10, 1, 10), UsageError, "no whole number"),
        ((-1, 10, 1, 10), UsageError, "no whole number"),
    ],
)
def test_counts_that_are_none_are_refused(counts, kind, says):
    with pytest.raises(kind, match=says):
        miettinen_nurminen(*counts)


def test_an_unknown_scale_or_level_is_refused():
    with pytest.raises(UsageError, match="no scale"):
        miettinen_nurminen(1, 2, 1, 2, scale="hazard")
    with pytest.raises(UsageError, match="level"):
        counted(1, 2, level=95)
