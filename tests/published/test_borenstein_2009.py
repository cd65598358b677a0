"""Worked examples of a textbook, from the figures of each group to the pooled effect.

Borenstein, Hedges, Higgins & Rothstein (2009) Introduction to Meta-Analysis, Wiley: chapters 4 and
5 (effects from means and from counts), 6 (correlations) and 14 (continuous data, tables 14.1 to
14.3). Numbers as printed there.
"""

from __future__ import annotations

import pytest

from analysis.stats.synthesis.counts import two_by_two
from analysis.stats.synthesis.means import mean_difference, standardised_difference
from analysis.stats.synthesis.pooled import pooled
from analysis.stats.synthesis.single import correlation

# Half a unit of the last printed digit.
FOUR = 5.1e-5
# Study, treated mean, SD, n, control mean, SD, n.
SIX_STUDIES = {
    "Carroll": (94, 22, 60, 92, 20, 60),
    "Grant": (98, 21, 65, 92, 22, 65),
    "Peck": (98, 28, 40, 88, 26, 40),
    "Donat": (94, 19, 200, 82, 17, 200),
    "Stewart": (98, 21, 50, 88, 22, 45),
    "Young": (96, 21, 85, 92, 22, 85),
}


def test_two_means():
    one = mean_difference(103, 5.5, 50, 100, 4.5, 50)
    assert one.effect[0] == pytest.approx(3.0)
    assert one.variance[0] == pytest.approx(1.0100, abs=FOUR)
    assert one.se[0] == pytest.approx(1.0050, abs=FOUR)


def test_hedges_g():
    one = standardised_difference(103, 5.5, 50, 100, 4.5, 50, variance="ls2")
    assert one.effect[0] == pytest.approx(0.5924, abs=FOUR)
    assert one.variance[0] == pytest.approx(0.0411, abs=FOUR)
    assert one.se[0] == pytest.approx(0.2028, abs=FOUR)


@pytest.mark.parametrize(
    ("measure", "effect", "se"),
    [("rr", -0.6931, 0.5292), ("or", -0.7472, 0.5671), ("rd", -0.0500, 0.0371)],
)
def test_two_proportions(measure, effect, se):
    one = two_by_two(measure, 5, 100, 10, 100)
    assert one.effect[0] == pytest.approx(effect, abs=FOUR)
    assert one.se[0] == pytest.approx(se, abs=FOUR)


def test_a_correlation():
    z = correlation("zcor", 0.5, 100)
    assert z.effect[0] == pytest.approx(0.5493, abs=FOUR)
    assert z.variance[0] == pytest.approx(0.0103, abs=FOUR)
    assert correlation("cor", 0.5, 100).variance[0] == pytest.approx(0.0057, abs=FOUR)


@pytest.fixture
def six():
    columns = zip(*SIX_STUDIES.values(), strict=True)
    return standardised_difference(*columns, variance="ls2")


def test_six_studies(six):
    assert six.effect == pytest.approx([0.095, 0.277, 0.367, 0.664, 0.462, 0.185], abs=6e-4)
    assert six.variance == pytest.approx([0.033, 0.031, 0.050, 0.011, 0.043, 0.023], abs=6e-4)


def test_six_studies_with_a_common_effect(six):
    made = pooled(six.effect, six.variance, method="fixed", test="z")
    assert made.beta[0] == pytest.approx(0.4143, abs=FOUR)
    assert made.se[0] == pytest.approx(0.0640, abs=FOUR)
    assert made.hetero.q == pytest.approx(12.0033, abs=FOUR)
    assert made.hetero.i2 == pytest.approx(0.5834, abs=FOUR)


def test_six_studies_with_random_effects(six):
    made = pooled(six.effect, six.variance, method="dl", test="z")
    assert made.hetero.tau2 == pytest.approx(0.0373, abs=FOUR)
    assert made.beta[0] == pytest.approx(0.3582, abs=FOUR)
    assert made.se[0] == pytest.approx(0.1052, abs=FOUR)
    assert made.statistic[0] == pytest.approx(3.4038, abs=FOUR)
    assert [made.lower[0], made.upper[0]] == pytest.approx([0.1520, 0.5645], abs=FOUR)
