"""Who the participants were: numbers, categories and what is missing, without tests."""

from __future__ import annotations

import pytest

from analysis.errors import PlanError
from analysis.estimate import estimate
from analysis.plan.labels import labels_of
from analysis.result import to_frame
from analysis.show.tables import TABLES
from tests.spec.small_trial import small_trial

TABLE = """
person arm   w0 w16 age sex
a      usual 60 55  30  female
b      usual 50 47  40  male
c      usual 70 61  50  female
h      usual 55 50  35  female
i      usual 65 50  45  male
d      bands 61 42  20  female
e      bands 52 40  .   male
f      bands 57 33  30  .
g      bands .  33  70  female
j      bands 56 33  30  female
k      bands 56 33  30  female
l      few   56 33  41  female
m      few   56 33  43  female
n      one   56 33  43  female
"""


def rows_of(*variables):
    trial = small_trial(TABLE, variables=variables)
    return to_frame(estimate(trial, "baseline", chapter="02_baseline")).set_index("id")


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("mean.age.usual", 40),
        ("sd.age.usual", 62.5**0.5),
        ("median.age.bands", 30),
        ("lower_quartile.age.usual", 35),
        ("upper_quartile.age.usual", 45),
        ("minimum.age.bands", 20),
        ("maximum.age.bands", 70),
        ("missing.age.bands", 1),
        ("missing.age.usual", 0),
        ("mean.pain_vas.usual", 60),
        ("missing.pain_vas.bands", 1),
        ("count.sex.bands.female", 4),
        ("percent.sex.usual.male", 40),
        ("percent.sex.bands.female", 80),
        ("missing.sex.bands", 1),
    ],
)
def test_row(row, value):
    assert rows_of("age", "sex", "pain_vas").loc[f"baseline.{row}", "value"] == pytest.approx(value)


def test_people_of_the_arm_and_people_with_a_value_are_counted_apart():
    row = rows_of("age").loc["baseline.mean.age.bands"]
    assert (row["n"], row["n_observed"]) == (6, 5)


def test_baseline_differences_are_not_tested():
    rows = rows_of("age", "sex", "pain_vas")
    assert rows["p"].isna().all()
    assert not rows["statistic"].isin(["difference", "ls_mean"]).any()


def test_a_level_that_an_arm_lacks_is_a_count_of_nought():
    table = TABLE.replace("b      usual 50 47  40  male", "b      usual 50 47  40  female")
    table = table.replace("i      usual 65 50  45  male", "i      usual 65 50  45  female")
    trial = small_trial(table, variables=("sex",))
    rows = to_frame(estimate(trial, "baseline", chapter="x")).set_index("id")
    assert rows.loc["baseline.count.sex.usual.male", "value"] == 0


def test_an_unknown_variable_names_the_choices():
    with pytest.raises(PlanError, match="'hight'") as caught:
        rows_of("age", "hight")
    assert "age, sex" in caught.value.do
    assert "questions.baseline.variables" in caught.value.where


@pytest.mark.parametrize(("arm", "told"), [("few", {"mean", "missing"}), ("one", {"missing"})])
def test_of_fewer_than_five_people_nothing_is_told_that_could_be_one_of_them(arm, told):
    rows = rows_of("age")
    assert set(rows.loc[rows["arm"] == arm, "statistic"]) == told


def test_the_table_says_why_a_figure_is_not_available():
    trial = small_trial(TABLE, variables=("age", "sex"))
    rows = to_frame(estimate(trial, "baseline", chapter="x"))
    table = TABLES["baseline"](rows, labels_of(trial.plan)).as_raw_html()
    assert "Not available: where fewer than five people of a group have a value" in table
    alone = TABLES["baseline"](rows[rows["arm"] == "one"], labels_of(trial.plan)).as_raw_html()
    assert "Age" in alone
    enough = TABLES["baseline"](rows[rows["arm"] == "usual"], labels_of(trial.plan)).as_raw_html()
    assert "Not available" not in enough
