"""Schools in districts that change their calendar: three levels.

Konstantopoulos (2011) Res Synth Methods 2:61, tables 4 and 5 (REML). The schools are kept beside
the checkout and are not part of it; without them these tests are skipped.
"""

from __future__ import annotations

import pytest

from analysis.stats.synthesis.meta_levels import meta_levels
from validation.metafor import peers, peers_mv

pytestmark = pytest.mark.skipif(
    not peers.PEERS.exists(), reason="the schools are not beside the checkout"
)
THREE = 6e-4


def fit(nested, formula="yi ~ 1"):
    options = {"variance": "vi", "robust": None, "test": "z"}
    return meta_levels(formula, peers_mv.table("k"), nested=nested, **options)


def test_two_levels():
    made = fit(["study"])
    row = made.coefficients.iloc[0]
    assert [row["estimate"], row["se"]] == pytest.approx([0.128, 0.044], abs=THREE)
    assert made.variances()["variance"].tolist() == pytest.approx([0.088], abs=THREE)


def test_three_levels():
    made = fit(["district", "school"])
    row = made.coefficients.iloc[0]
    assert [row["estimate"], row["se"]] == pytest.approx([0.185, 0.085], abs=THREE)
    assert made.variances()["variance"].tolist() == pytest.approx([0.065, 0.033], abs=THREE)


def test_year_explains_nothing():
    row = fit(["district", "school"], "yi ~ centred").coefficients.iloc[1]
    assert [row["estimate"], row["se"]] == pytest.approx([0.005, 0.009], abs=THREE)


def test_profile_intervals_of_the_variances():
    """As printed on the page of this analysis in metafor's documentation."""
    table = fit(["district", "school"]).variances(intervals=True)
    assert table["lower"].tolist() == pytest.approx([0.0222, 0.0163], abs=5.1e-5)
    assert table["upper"].tolist() == pytest.approx([0.2072, 0.0628], abs=5.1e-5)
