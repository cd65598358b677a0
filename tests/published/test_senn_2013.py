"""Ten treatments of type 2 diabetes: a network of 26 trials (Senn et al. 2013 SMMR 22:169).

Q and its parts as R's netmeta prints them in its manual (`decomp.design`), tau2 by the method of
moments and P-scores as in Rucker & Schwarzer (2015) BMC Med Res Methodol 15:58, table 2. netmeta's
effects are rounded to two to four digits, ours come from the arms: hence the tolerances. The trials
are kept beside the checkout and are not part of it.
"""

from __future__ import annotations

import pytest

from validation.metafor import peers, peers_mv

pytestmark = pytest.mark.skipif(
    not peers.PEERS.exists(), reason="the trials are not beside the checkout"
)
P_SCORES = {
    "rosiglitazone": 0.893,
    "metformin": 0.782,
    "pioglitazone": 0.775,
    "miglitol": 0.614,
    "acarbose": 0.520,
    "benfluorex": 0.436,
    "vildagliptin": 0.423,
    "sitagliptin": 0.333,
    "sulfonylurea": 0.210,
    "placebo": 0.014,
}


@pytest.fixture(scope="module")
def network():
    return peers_mv.senn("dl")


def test_heterogeneity(network):
    assert network.estimate.tau2 == pytest.approx(0.1087, abs=1e-4)


@pytest.mark.parametrize(
    ("part", "q", "df", "p"),
    [
        ("total", 96.99, 18, 0.0000),
        ("within designs", 74.46, 11, 0.0000),
        ("between designs", 22.53, 7, 0.0021),
    ],
)
def test_the_parts_of_q(network, part, q, df, p):
    row = network.consistency().set_index("part").loc[part]
    assert row["q"] == pytest.approx(q, abs=0.015)
    assert row["df"] == df
    assert row["p"] == pytest.approx(p, abs=5.1e-5)


def test_p_scores(network):
    made = network.ranking.set_index("treatment")["p_score"]
    assert list(made.index) == list(P_SCORES)
    assert made.to_dict() == pytest.approx(P_SCORES, abs=6e-4)
