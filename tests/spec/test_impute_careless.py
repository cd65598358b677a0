"""A hurried hand at the public face: every slip is answered in words, never by a bare exception."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis
from analysis.errors import UsageError
from tests.spec.impute_people import imputed, invented


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return invented(40)


@pytest.fixture(scope="module")
def made(table):
    return imputed(table)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"strategy": ["mar", "j2r"]}, "There is no strategy"),
        ({"strategy": 5}, "There is no strategy 5"),
        ({"delta": {"bands": "5"}}, "A delta is a number, not something of type str"),
        ({"delta": {"bands": {16: "x"}}}, "A delta is a number"),
        ({"level": "95"}, "between 0 and 1"),
        ({"method": "bayes", "mc_error": "0.1"}, "mc_error is a positive number"),
        ({"analysis": None}, "There is no analysis None"),
    ],
)
def test_an_option_of_another_kind_is_told(table, given, words):
    with pytest.raises(UsageError, match=words):
        imputed(table, **given)


@pytest.mark.parametrize(
    ("data", "words"),
    [("trial.csv", "is no table"), ({"week": [4]}, "is no table"), (None, "is no table")],
)
def test_what_is_no_table_is_told(data, words):
    with pytest.raises(UsageError, match=words):
        analysis.impute(
            "y ~ arm * week", data, subject="who", visit="week", arm="arm", reference="control"
        )


def test_a_table_without_rows_and_a_formula_that_is_none_are_told(table):
    how = {"subject": "who", "visit": "week", "arm": "arm", "reference": "control"}
    with pytest.raises(UsageError, match="no rows"):
        analysis.impute("change ~ arm * week", table.iloc[:0], **how)
    with pytest.raises(UsageError, match="The formula is text"):
        analysis.impute(None, table, **how)


@pytest.mark.parametrize("deltas", [["a"], "5", None, [], [float("nan")]])
def test_deltas_that_are_no_numbers_are_told(made, deltas):
    with pytest.raises(UsageError, match="must be finite numbers") as raised:
        analysis.tipping(made, deltas)
    assert raised.value.do


def test_a_tipping_point_of_something_else_is_told(table):
    with pytest.raises(UsageError, match="starts from an imputation, not a DataFrame"):
        analysis.tipping(table, [1])


def test_a_draw_that_is_no_whole_number_is_told(made):
    with pytest.raises(UsageError, match=r"There is no draw 1\.5"):
        made.completed(1.5)


def test_results_print_and_show_also_where_nothing_tips(made):
    for found in (made, analysis.tipping(made, [0, 0.1]), analysis.tipping(made, range(0, 90, 10))):
        assert "Empty DataFrame" not in repr(found)
        assert found._repr_html_().startswith("<div>")
    assert "does not change between these points" in repr(analysis.tipping(made, [0, 0.1]))
