"""Teacher expectations and pupils' test scores: nineteen experiments.

Raudenbush (2009) in Cooper, Hedges & Valentine (eds) The Handbook of Research Synthesis and
Meta-Analysis, chapter 16: the effect without moderators (0.084, standard error 0.052, tau2 0.019),
and with weeks of prior contact, capped at three (0.407 and -0.157, standard errors 0.087 and 0.036,
tau2 zero). The experiments are kept beside the checkout and are not part of it.
"""

from __future__ import annotations

import pytest

from analysis.stats.synthesis.meta import meta
from validation.metafor import peers

pytestmark = pytest.mark.skipif(
    not peers.PEERS.exists(), reason="the experiments are not beside the checkout"
)
THREE = 6e-4


@pytest.fixture
def experiments():
    table = peers.data("dat.raudenbush1985")
    return table.assign(contact=table["weeks"].clip(upper=3))


def test_the_effect_alone(experiments):
    made = meta("yi ~ 1", experiments, variance="vi", study="study", test="z")
    row = made.coefficients.iloc[0]
    assert [row["estimate"], row["se"]] == pytest.approx([0.084, 0.052], abs=THREE)
    assert float(made.pooled.hetero.tau2) == pytest.approx(0.019, abs=THREE)
    assert float(made.pooled.hetero.q) == pytest.approx(35.83, abs=6e-3)


def test_prior_contact_explains_it(experiments):
    made = meta("yi ~ contact", experiments, variance="vi", study="study", test="z")
    table = made.coefficients
    assert table["estimate"].tolist() == pytest.approx([0.407, -0.157], abs=THREE)
    assert table["se"].tolist() == pytest.approx([0.087, 0.036], abs=THREE)
    assert float(made.pooled.hetero.tau2) == pytest.approx(0.0, abs=THREE)
    assert made.moderator_test()["r2"].iloc[0] == pytest.approx(1.0)
