"""Rows are found by what their cells hold, an empty cell among it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ClaimError
from analysis.show.select import maybe, need, records, where

ROWS = pd.DataFrame(
    {
        "question": pd.array(["pain", "pain", "pain", "work"], "string[pyarrow]"),
        "statistic": pd.array(["mean", "mean", "share", "mean"], "string[pyarrow]"),
        "week": pd.array([16, None, 16, 16], "Int64"),
        "arm": pd.array(["weights", None, None, "weights"], "string[pyarrow]"),
        "value": [1.5, 2.5, float("nan"), 4.5],
    },
    index=[7, 7, 3, 1],
)


def test_all_named_columns_must_agree_and_none_is_an_empty_cell():
    assert list(where(ROWS, question="pain", week=16)["statistic"]) == ["mean", "share"]
    assert list(where(ROWS, arm=None)["value"].iloc[:1]) == [2.5]
    assert list(where(ROWS, week=None, arm=None)["value"]) == [2.5]
    assert where(ROWS, question="nobody's").empty
    assert len(where(ROWS)) == 4


def test_an_empty_cell_equals_no_value():
    assert where(ROWS, arm="").empty
    assert list(where(ROWS, value=4.5)["question"]) == ["work"]


def test_the_first_row_is_taken_by_place_whatever_the_index():
    assert maybe(ROWS, question="pain").value == 1.5
    assert maybe(ROWS, question="pain", week=None).value == 2.5
    assert maybe(ROWS, question="pain", week=4) is None


def test_records_are_the_cells_by_the_names_of_their_columns():
    first, *_, last = records(ROWS)
    assert (first.question, first.week, first.value) == ("pain", 16, 1.5)
    assert pd.isna(records(ROWS)[1].week)
    assert last._asdict() == dict(zip(ROWS.columns, ROWS.iloc[3], strict=True))
    assert records(ROWS.iloc[:0]) == []


def test_a_row_that_is_needed_and_not_there_is_named():
    with pytest.raises(ClaimError, match=r"pain\.share.*weights"):
        need(ROWS, "pain", "share", week=16, arm="weights")
