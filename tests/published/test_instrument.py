"""Two-stage least squares against a published trial with non-compliance, and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.sandbox.regression.gmm import IV2SLS

from analysis.errors import ModelError
from analysis.stats.instrument import two_stage

# Vitamin A in Sumatra: Sommer and Zeger 1991, Statistics in Medicine 10:45, as told by Imbens and
# Rubin 1997, Annals of Statistics 25:305-327, table 1: assigned, received, alive, children.
SUMATRA = [
    (0, 0, 0, 74),
    (0, 0, 1, 11_514),
    (1, 0, 0, 34),
    (1, 0, 1, 2_385),
    (1, 1, 0, 12),
    (1, 1, 1, 9_663),
]
# The paper prints four decimals.
PRINTED = 5.1e-5


def sumatra() -> np.ndarray:
    """A row a child: assigned, received, alive."""
    return np.repeat([row[:3] for row in SUMATRA], [row[3] for row in SUMATRA], axis=0).astype(
        float
    )


def made(n: int = 300, seed: int = 7) -> tuple[np.ndarray, ...]:
    """Outcome, dose, offer and covariates of invented people; dose and outcome share a cause."""
    rng = np.random.default_rng(seed)
    offered = np.repeat([0.0, 1.0], n // 2)
    keen, covariates = rng.normal(size=n), rng.normal(size=(n, 2))
    dose = offered * np.clip(np.rint(30 + 10 * keen), 0, 48)
    outcome = -0.3 * dose + 6 * keen + covariates @ [2.0, -1.0] + rng.normal(0, 8, n)
    return outcome, dose, offered, covariates


def test_vitamin_a_in_sumatra():
    """Imbens and Rubin 1997, section 2: by offer 0.0026 (0.0009), by dose 0.0032 (0.0012)."""
    assigned, received, alive = sumatra().T
    found = two_stage(alive, received, assigned, np.empty((len(alive), 0)))
    assert found.n == 23_682
    assert found.offer == pytest.approx(0.0026, abs=PRINTED)
    assert found.offer_se == pytest.approx(0.0009, abs=PRINTED)
    assert found.value == pytest.approx(0.0032, abs=PRINTED)
    assert found.se == pytest.approx(0.0012, abs=PRINTED)
    assert found.first_stage == pytest.approx(9_675 / 12_094, rel=1e-9)


def test_the_coefficient_and_the_plain_error_are_those_of_statsmodels():
    outcome, dose, offered, covariates = made()
    ones = np.ones(len(outcome))
    x = np.column_stack([dose, ones, covariates])
    z = np.column_stack([offered, ones, covariates])
    peer = IV2SLS(outcome, x, z).fit()
    found = two_stage(outcome, dose, offered, covariates)
    assert found.value == pytest.approx(peer.params[0], rel=1e-9)
    # The robust error is the sandwich of the residuals that the peer has too.
    bread = np.linalg.inv(z.T @ x)
    scored = z * peer.resid[:, None]
    cover = bread @ scored.T @ scored @ bread.T * len(outcome) / found.df
    assert found.se == pytest.approx(np.sqrt(cover[0, 0]), rel=1e-9)


def test_it_is_the_effect_of_the_offer_over_the_dose_it_brought():
    outcome, dose, offered, covariates = made()
    found = two_stage(outcome, dose, offered, covariates)
    assert found.value == pytest.approx(found.offer / found.first_stage, rel=1e-9)
    assert found.lower < found.value < found.upper


def test_what_people_choose_does_not_move_it_as_it_moves_the_plain_comparison():
    outcome, dose, offered, covariates = made(n=20_000)
    found = two_stage(outcome, dose, offered, covariates)
    assert found.value == pytest.approx(-0.3, abs=4 * found.se)
    with_dose = np.column_stack([dose, offered, np.ones(len(dose)), covariates])
    naive = np.linalg.lstsq(with_dose, outcome, rcond=None)[0][0]
    assert abs(naive + 0.3) > 0.2


def test_a_weak_offer_has_a_small_f():
    outcome, dose, offered, covariates = made()
    rng = np.random.default_rng(3)
    random_dose = rng.normal(20, 5, len(dose))
    assert (
        two_stage(outcome, random_dose, offered, covariates).f
        < 10
        < (two_stage(outcome, dose, offered, covariates).f)
    )


@pytest.mark.parametrize("fault", ["no dose", "one arm", "too few", "twice"])
def test_what_cannot_be_told_is_refused(fault):
    outcome, dose, offered, covariates = made()
    if fault == "no dose":
        dose = np.zeros_like(dose)
    elif fault == "one arm":
        offered = np.ones_like(offered)
    elif fault == "too few":
        outcome, dose, offered, covariates = (
            each[147:150] for each in (outcome, dose, offered, covariates)
        )
    else:
        covariates = np.column_stack([covariates, covariates[:, 0]])
    with pytest.raises(ModelError):
        two_stage(outcome, dose, offered, covariates)
