"""The tipping map is the analysis at every point, and its edges are where the interval turns."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.errors import UsageError
from analysis.stats.delta import Delta
from analysis.stats.tipping import tipping
from tests.spec.impute_people import imputed, invented

GRID = np.linspace(-4, 40, 12)
COMPARATOR = [-5.0, 0.0, 5.0]


@pytest.fixture(scope="module", params=["condmean-jackknife", "condmean-bootstrap", "bootstrap"])
def made(request):
    chance = {} if "jackknife" in request.param else {"n": 60, "seed": 2}
    table = invented(120, leave=0.35)
    return imputed(table, method=request.param, strategy="j2r", **chance)


def at(made, b, a):
    shifted = made.using(delta=Delta({"control": b, "bands": a}))
    return shifted.estimates.query("visit == 16").iloc[0]


def test_every_point_is_the_analysis_there(made):
    found = tipping(made, GRID, comparator_deltas=COMPARATOR)
    assert len(found.grid) == len(GRID) * len(COMPARATOR)
    for i in (0, 11, 17, 30, 35):
        row = found.grid.iloc[i]
        plain = at(made, row["delta_comparator"], row["delta_arm"])
        for column in ("estimate", "se", "lower", "upper", "p"):
            assert_allclose(row[column], plain[column], rtol=1e-7, atol=1e-12)


def test_the_edge_is_where_the_interval_touches_zero(made):
    found = tipping(made, GRID, comparator_deltas=COMPARATOR)
    assert found.conclusion == "below zero"
    assert found.tipped
    for row in found.edge.itertuples():
        assert row.before != row.after
        plain = at(made, row.delta_comparator, row.delta_arm)
        nearest = min(abs(plain["lower"]), abs(plain["upper"]))
        assert nearest < 1e-6
    zero = found.edge.query("delta_comparator == 0").iloc[0]
    grid = found.grid.query("delta_comparator == 0")
    assert not grid[grid["delta_arm"].between(0, zero["delta_arm"])]["changed"].any()


def test_one_arm_only(made):
    found = tipping(made, [0, 10, 20, 30])
    assert list(found.grid["delta_comparator"].unique()) == [0]
    assert "below zero to open" in repr(found)
    assert "<table>" in found._repr_html_()


def test_no_edge_on_a_grid_where_nothing_changes(made):
    found = tipping(made, [0, 0.01])
    assert not found.tipped
    assert found.edge.empty


def test_what_was_added_already_stays(made):
    more = made.using(delta={"bands": 5.0})
    assert_allclose(
        tipping(more, [0, 5]).grid["estimate"], tipping(made, [5, 10]).grid["estimate"], rtol=1e-9
    )


def test_cumulative_deltas(made):
    found = tipping(made, [0, 3], cumulative=True).grid.iloc[1]
    plain = made.using(delta=Delta({"bands": 3.0}, cumulative=True))
    assert_allclose(found["estimate"], plain.estimates["estimate"].iloc[-1], rtol=1e-9)


def test_unclear_questions_are_refused(made):
    with pytest.raises(UsageError, match="visit"):
        tipping(made, [0, 1], visit=99)
    with pytest.raises(UsageError, match="arm"):
        tipping(made, [0, 1], arm="control")
    with pytest.raises(UsageError, match="finite"):
        tipping(made, [np.nan])
    other = imputed(invented(), analysis="mmrm")
    with pytest.raises(UsageError, match="covariance only"):
        tipping(other, [0, 1])
