"""MMR vaccine and viral meningitis: Whitaker et al. 2006, Stat Med 25:1768, example 3.1 (Oxford).

Ten children with meningitis in their second year (days 366 to 730), at risk from day 15 to day 35
after vaccination, two groups of age (up to day 547, later). Data: `amdat` of R's package SCCS, with
this paper as its source. Output as the help of Stata's `sccsdta` prints it, which points to page 11
of the tutorial's preprint: relative incidence 12.037 (3.002 to 48.259), of the older group 0.225
(0.025 to 2.016); the intervals are Wald's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalPoisson

from analysis.errors import ModelError
from analysis.stats.self_controlled import self_controlled

MENINGITIS = (398, 413, 449, 455, 472, 474, 485, 524, 700, 399)
VACCINE = (458, 392, 429, 433, 432, 395, 470, 496, 428, 716)
PRINTED = 5.1e-4  # half a unit of the last printed digit


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    day = np.arange(366, 731)
    made = [
        pd.DataFrame(
            {
                "child": child,
                "risk": ((day - vaccine >= 15) & (day - vaccine <= 35)).astype(int),
                "older": (day > 547).astype(int),
                "ill": day == ill,
            }
        )
        for child, (ill, vaccine) in enumerate(zip(MENINGITIS, VACCINE, strict=True))
    ]
    days = pd.concat(made).groupby(["child", "risk", "older"])["ill"]
    return days.agg(["size", "sum"]).reset_index()


def _arrays(cells: pd.DataFrame, exposure: str = "risk", period: str = "older") -> list[np.ndarray]:
    return [cells[name].to_numpy() for name in ("child", exposure, period, "size", "sum")]


def test_the_relative_incidence_as_printed(cells):
    found = self_controlled(*_arrays(cells))
    assert found.ratio[0] == pytest.approx(12.037, abs=PRINTED)
    # All but the child who was vaccinated at the end have days of both kinds.
    assert found.people[0] == 9
    older = self_controlled(*_arrays(cells, "older", "risk"))
    assert older.ratio[0] == pytest.approx(0.225, abs=PRINTED)


def test_the_printed_interval_is_walds_of_the_same_model(cells):
    """Ours follows the likelihood, which with ten events is not even on the logarithm."""
    X = cells[["risk", "older"]].to_numpy(float)
    offset = np.log(cells["size"].to_numpy())
    fit = ConditionalPoisson(
        cells["sum"].to_numpy(), X, groups=cells["child"].to_numpy(), offset=offset
    ).fit(disp=0)
    ends = np.exp(fit.params[0] + np.array([-1.959964, 1.959964]) * fit.bse[0])
    assert ends == pytest.approx((3.002, 48.259), rel=1e-4)
    ours = self_controlled(*_arrays(cells))
    assert ours.ratio[0] == pytest.approx(np.exp(fit.params[0]), rel=1e-4)
    assert (ours.lower[0], ours.upper[0]) == pytest.approx(ends, rel=0.15)


def test_the_interval_ends_where_the_likelihood_has_fallen(cells):
    """One person, two kinds of days, no period: the likelihood is binomial and known."""
    person, period = np.zeros(2, int), np.zeros(2, int)
    found = self_controlled(person, np.array([0, 1]), period, np.array([90, 30]), np.array([6, 5]))
    assert found.ratio[0] == pytest.approx((5 / 30) / (6 / 90))

    def log_likelihood(ratio: float) -> float:
        part = 30 * ratio / (30 * ratio + 90)
        return 5 * np.log(part) + 6 * np.log(1 - part)

    for end in (found.lower[0], found.upper[0]):
        fallen = 2 * (log_likelihood(found.ratio[0]) - log_likelihood(end))
        assert fallen == pytest.approx(3.841459, rel=1e-5)


def test_none_on_one_side_leaves_the_interval_open_there(cells):
    none = self_controlled(*_arrays(cells.assign(sum=cells["sum"] * (cells["risk"] == 0))))
    assert (none.ratio[0], none.lower[0]) == (0, 0)
    assert 0 < none.upper[0] < np.inf
    all_ = self_controlled(*_arrays(cells.assign(sum=cells["sum"] * (cells["risk"] == 1))))
    assert (all_.ratio[0], all_.upper[0]) == (np.inf, np.inf)
    assert 0 < all_.lower[0] < np.inf


@pytest.mark.parametrize("wrong", [{"sum": 0}, {"risk": 1}, {"risk": 0}, {"risk": 0, "older": 0}])
def test_nobody_with_both_kinds_of_days_is_refused(cells, wrong):
    with pytest.raises(ModelError, match="within people"):
        self_controlled(*_arrays(cells.assign(**wrong)))
