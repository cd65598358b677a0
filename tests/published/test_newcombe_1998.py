"""Newcombe (1998) Statistics in Medicine 17:873, table II: the difference of two shares."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.stats.binary import counted, hybrid_difference, wilson
from analysis.stats.binary_score import miettinen_nurminen

# Printed with four decimals.
PRINTED = 5.1e-5
# Contrasts (a) to (h): 56 of 70 against 48 of 80, and so on; bounds of method 10.
METHOD_10 = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0000),
    (10, 10, 0, 10): (0.6075, 1.0000),
}
# Contrasts (a), (b) and (g) by the score method with Miettinen and Nurminen's correction, and the
# trial of 84 of 101 against 89 of 105: Garner (2016) Proceedings of WUSS, paper 127, page 9.
SCORE = {
    (56, 70, 48, 80): (0.0528, 0.3382),
    (9, 10, 3, 10): (0.1700, 0.8406),
    (10, 10, 0, 20): (0.7156, 1.0000),
    (84, 101, 89, 105): (-0.1191, 0.0860),
}


@pytest.mark.parametrize("counts", METHOD_10)
def test_the_hybrid_of_two_wilson_intervals(counts):
    x1, n1, x2, n2 = counts
    made = hybrid_difference(counted(x1, n1), counted(x2, n2))
    assert_allclose(made.estimate, x1 / n1 - x2 / n2, rtol=1e-14)
    assert_allclose((made.lower, made.upper), METHOD_10[counts], atol=PRINTED)
    other = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert_allclose((made.lower, made.upper), other, atol=1e-12)


@pytest.mark.parametrize("counts", SCORE)
def test_the_score_interval(counts):
    made = miettinen_nurminen(*counts)
    assert_allclose((made.lower, made.upper), SCORE[counts], atol=PRINTED)


def test_the_whole_table_at_once_is_the_table_row_by_row():
    counts = np.array(list(METHOD_10)).T
    whole = miettinen_nurminen(*counts)
    for place, row in enumerate(METHOD_10):
        one = miettinen_nurminen(*row)
        assert_allclose((whole.lower[place], whole.upper[place]), (one.lower, one.upper))


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (48, 80)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_one_share_is_wilsons(count, n, level):
    made = wilson(counted(count, n, level))
    other = proportion_confint(count, n, alpha=1 - level, method="wilson")
    assert_allclose((made.lower, made.upper), other, atol=1e-12)
