"""Where a conclusion tips, and what people who were away and came back really scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.estimators import estimate
from analysis.estimate.tipping import points
from analysis.plan.schema_imputation import Assumption, DeltaAmount, Grid
from analysis.result.record import to_frame
from tests.spec.absent_people import asked_trial, people

SETTLED = 1e-6
GRID = Grid(arm=(0, 40), comparator=(-10, 10), step=10)


def rows_of(trial: Trial, question: str = "tipping") -> pd.DataFrame:
    return to_frame(estimate(trial, question, chapter="04_missing_data"))


@pytest.fixture(scope="module")
def table() -> str:
    """A clear advantage of the bands, so that it can be tipped."""
    return people(gain=5)


@pytest.fixture(scope="module")
def rows(table) -> pd.DataFrame:
    return rows_of(asked_trial(table, grid=GRID))


def test_the_grid_is_walked_to_both_ends():
    assert list(points((0, 40), 10)) == [0, 10, 20, 30, 40]
    assert list(points((0, 25), 10)) == [0, 10, 20, 25]
    assert list(points((-0.3, 0.3), 0.1)) == pytest.approx([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3])
    assert list(points((5, 5), 1)) == [5]


def test_a_point_of_the_grid_is_the_assumption_with_that_delta(table, rows):
    grid = rows[rows["statistic"] == "tipping_difference"].set_index("level")
    assert len(grid) == 5 * 3
    deltas = (DeltaAmount(points=30, arms=("bands",)), DeltaAmount(points=-10, arms=("care",)))
    moved = {"moved": Assumption(label="moved", delta=deltas)}
    direct = rows_of(asked_trial(table, assumptions=moved), "missing")
    direct = direct[(direct["statistic"] == "difference") & (direct["level"] == "moved")].iloc[0]
    point = grid.loc["30 with comparator -10"]
    for number in ("value", "se", "lower", "upper", "p"):
        assert point[number] == pytest.approx(direct[number], rel=SETTLED)


def test_at_the_edge_the_interval_ends_at_zero(table, rows):
    edges = rows[rows["statistic"] == "tipping_point"].set_index("level")
    edge = edges.loc["below zero to open with comparator 0", "value"]
    moved = {"at": Assumption(label="x", delta=(DeltaAmount(points=edge, arms=("bands",)),))}
    found = rows_of(asked_trial(table, assumptions=moved), "missing")
    (upper,) = found.query("statistic == 'difference' and level == 'at'")["upper"]
    assert upper == pytest.approx(0, abs=1e-6)


def test_the_points_that_change_are_counted(rows):
    grid = rows[rows["statistic"] == "tipping_difference"]
    (start,) = rows[rows["statistic"] == "tipping_start"].itertuples()
    assert start.upper < 0
    (total,) = rows[rows["statistic"] == "tipped"].itertuples()
    assert total.value == (grid["upper"] >= 0).sum() > 0
    assert total.n == len(grid)


def test_ids_are_unique(rows):
    assert rows["id"].is_unique


def test_who_missed_a_visit_is_held_against_the_prediction():
    """Too few to be told of came back in the small trial, enough in the larger one."""
    found = rows_of(asked_trial(people(n=70), grid=GRID))
    shift = found[found["statistic"] == "returned_shift"].set_index("arm")
    assert set(shift.index) == {"care", "bands"}
    assert set(shift["level"]) == {"missed a visit and came back"}
    assert (shift["n"] >= 5).all()
    assert (shift["lower"] < shift["value"]).all()
    assert (shift["value"] < shift["upper"]).all()
    # They were made like the others, so they lie about where their past lets expect them.
    assert (shift["value"].abs() < 3 * shift["se"]).all()
    assert not (rows_of(asked_trial(grid=GRID))["statistic"] == "returned_shift").any()


def test_scores_after_an_event_that_count_show_the_delta_they_had(table):
    """Ten people who stopped score 12 points above their course: that is what is shown."""
    lines = table.splitlines()
    stopped = [line.split()[0] for line in lines[1:] if "." not in line.split()[-1:]]
    stopped = [w for w in stopped if int(w[1:]) % 2 and int(w[1:]) % 7 != 4][:10]
    moved = [lines[0]]
    for line in lines[1:]:
        cells = line.split()
        if cells[0] in stopped:
            cells[-1] = f"{float(cells[-1]) + 12:.1f}"
        moved.append(" ".join(cells))
    events = "person | event | day\n" + "\n".join(f"{w} | stopped programme | 60" for w in stopped)
    strategies = {"stopped programme": "treatment policy"}
    rows = [
        rows_of(asked_trial(each, events=events, strategies=strategies, grid=GRID))
        for each in (table, "\n".join(moved))
    ]
    plain, above = (
        r[(r["statistic"] == "returned_shift") & (r["level"] == "after: stopped programme")]
        for r in rows
    )
    assert plain["n"].tolist() == above["n"].tolist() == [10]
    # Their own scores bear on the model too, so not all of the twelve points are left.
    assert 4 < above["value"].iloc[0] - plain["value"].iloc[0] < 12


@pytest.mark.parametrize("gone", ["grid", "imputation", "comparator"])
def test_what_cannot_be_asked_is_refused(table, gone):
    trial = asked_trial(table, grid=GRID)
    plan = trial.plan
    asked, estimand = plan.questions["tipping"], plan.estimands["primary"]
    if gone == "comparator":
        alone = replace(estimand.treatments, comparator=None)
        plan = replace(plan, estimands={"primary": replace(estimand, treatments=alone)})
    else:
        asked = replace(asked, **{gone: None})
    plan = replace(plan, questions=plan.questions | {"tipping": asked})
    with pytest.raises(PlanError, match="cannot be asked as planned"):
        rows_of(replace(trial, plan=plan))


def test_one_side_alone_is_a_grid_too(table):
    rows = rows_of(asked_trial(table, grid=Grid(arm=(0, 40), comparator=(0, 0), step=20)))
    grid = rows[rows["statistic"] == "tipping_difference"]
    assert len(grid) == 3
    assert np.all(np.diff(grid["value"]) > 0)
