"""Cumulative incidence where deaths compete: Satagopan et al. 2004, Br J Cancer 91:1229, table 2.

Table 2(a) lists the first nine of 305 women with breast cancer (months, and whether they died of
it, of another cause, or were last seen alive); table 2(b) works out the incidence of death of
breast cancer by hand, rounding each step to 0.1 percent and adding what was rounded. The others of
the 305 were followed beyond 27 months.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.survival import cumulative_incidence, kaplan_meier

CENSORED, CANCER, OTHER = 0, 1, 2
MONTHS = (7, 10, 14, 16, 18, 23, 24, 26, 27)
STATUS = (CENSORED, CANCER, CENSORED, CANCER, OTHER, CANCER, CENSORED, OTHER, CANCER)
WOMEN = 305
# Month, women at risk, overall survival after it; and the steps of the incidence in percent.
SURVIVAL = [(10, 304, 99.7), (16, 302, 99.3), (18, 301, 99.0), (23, 300, 98.7), (26, 298, 98.3)]
SURVIVAL += [(27, 297, 98.0)]
STEPS = [(10, 0.3), (16, 0.3), (23, 0.3), (27, 0.3)]
PRINTED = 0.051  # half a unit of the last printed digit, in percent


@pytest.fixture(scope="module")
def women() -> tuple[np.ndarray, np.ndarray]:
    later = WOMEN - len(MONTHS)
    return np.array([*MONTHS, *[60] * later]), np.array([*STATUS, *[CENSORED] * later])


def test_overall_survival_as_printed(women):
    months, status = women
    found = kaplan_meier(months, status > 0, [row[0] for row in SURVIVAL])
    for line, (month, at_risk, free) in zip(found.itertuples(), SURVIVAL, strict=True):
        assert (line.time, line.at_risk) == (month, at_risk)
        assert 100 * line.free == pytest.approx(free, abs=PRINTED)


def test_the_steps_of_the_incidence_as_printed(women):
    found = cumulative_incidence(*women, [month for month, _ in STEPS])
    cancer = found[found["kind"] == CANCER]
    steps = 100 * np.diff(cancer["share"], prepend=0)
    assert steps == pytest.approx([step for _, step in STEPS], abs=PRINTED)
    # Unrounded, by the formula of the paper: h(t) times the survival just before.
    survival = np.cumprod([1, 303 / 304, 301 / 302, 300 / 301, 299 / 300, 297 / 298])
    hazard = [(1 / 304, 0), (1 / 302, 1), (1 / 300, 3), (1 / 297, 5)]
    by_hand = np.cumsum([h * survival[place] for h, place in hazard])
    assert cancer["share"].to_numpy() == pytest.approx(by_hand, rel=1e-12)


def test_each_kind_and_what_is_left_make_up_everybody(women):
    months, status = women
    found = cumulative_incidence(months, status, [27])
    left = kaplan_meier(months, status > 0, [27])["free"].item()
    assert found["share"].sum() + left == pytest.approx(1)
    # One minus Kaplan-Meier, with other deaths as if they might still die of cancer, is more.
    alone = 1 - kaplan_meier(months, status == CANCER, [27])["free"].item()
    assert alone > found.loc[found["kind"] == CANCER, "share"].item()


def test_errors_of_three_kinds_as_another_program_gives_them():
    """18 people, three kinds: estimates of R's cuminc, errors of Stata's stcompet.

    Both as statsmodels quotes them beside its own class (duration/tests/test_survfunc.py).
    """
    time = [1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4]
    kind = [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    found = cumulative_incidence(time, kind, [1, 2, 4, 6, 7]).set_index(["kind", "time"])
    shares = {(1, 1): 0.11111111, (1, 2): 0.17037037, (2, 4): 0.20740741}
    shares |= {(3, 6): 0.17777778, (3, 7): 0.26666667}
    for place, share in shares.items():
        assert found.loc[place, "share"] == pytest.approx(share, abs=5e-9)
    assert found.loc[(1, 1), "se"] == pytest.approx(0.07407407, abs=5e-9)
    assert found.loc[(1, 2), "se"] == pytest.approx(0.08976251, abs=5e-9)
