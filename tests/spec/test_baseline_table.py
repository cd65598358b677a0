"""Who the participants were: numbers, categories and what is missing, without tests."""

from __future__ import annotations

import pytest

from analysis.errors import PlanError
from analysis.estimate import estimate
from analysis.result import to_frame
from tests.spec.small_trial import small_trial

TABLE = """
person arm   w0 w16 age sex
a      usual 60 55  30  female
b      usual 50 47  40  male
c      usual 70 61  50  female
d      bands 61 42  20  female
e      bands 52 40  .   male
f      bands 57 33  30  .
g      bands .  33  70  female
"""


def rows_of(*variables):
    trial = small_trial(TABLE, variables=variables)
    return to_frame(estimate(trial, "baseline", chapter="02_baseline")).set_index("id")


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("mean.age.usual", 40),
        ("sd.age.usual", 10),
        ("median.age.bands", 30),
        ("lower_quartile.age.usual", 35),
        ("upper_quartile.age.usual", 45),
        ("minimum.age.bands", 20),
        ("maximum.age.bands", 70),
        ("missing.age.bands", 1),
        ("missing.age.usual", 0),
        ("mean.pain_vas.usual", 60),
        ("missing.pain_vas.bands", 1),
        ("count.sex.bands.female", 2),
        ("percent.sex.usual.male", 100 / 3),
        ("percent.sex.bands.female", 200 / 3),
        ("missing.sex.bands", 1),
    ],
)
def test_row(row, value):
    assert rows_of("age", "sex", "pain_vas").loc[f"baseline.{row}", "value"] == pytest.approx(value)


def test_people_of_the_arm_and_people_with_a_value_are_counted_apart():
    row = rows_of("age").loc["baseline.mean.age.bands"]
    assert (row["n"], row["n_observed"]) == (4, 3)


def test_baseline_differences_are_not_tested():
    rows = rows_of("age", "sex", "pain_vas")
    assert rows["p"].isna().all()
    assert not rows["statistic"].isin(["difference", "ls_mean"]).any()


def test_a_level_that_an_arm_lacks_is_a_count_of_nought():
    table = TABLE.replace("b      usual 50 47  40  male", "b      usual 50 47  40  female")
    trial = small_trial(table, variables=("sex",))
    rows = to_frame(estimate(trial, "baseline", chapter="x")).set_index("id")
    assert rows.loc["baseline.count.sex.usual.male", "value"] == 0


def test_an_unknown_variable_names_the_choices():
    with pytest.raises(PlanError, match="'hight'") as caught:
        rows_of("age", "hight")
    assert "age, sex" in caught.value.do
    assert "questions.baseline.variables" in caught.value.where
