"""The long table's columns are the fields of a result, in one order."""

from __future__ import annotations

from dataclasses import fields

from analysis.result.record import COLUMNS, Result, result_id, to_frame


def test_columns_are_the_fields_of_a_result():
    assert set(COLUMNS) == {field.name for field in fields(Result)}
    assert len(COLUMNS) == len(set(COLUMNS))


def test_an_id_reads_like_a_path():
    assert (
        result_id("primary", "difference", "pain_vas", 16, "bands")
        == "primary.difference.pain_vas.week16.bands"
    )
    assert result_id("flow", "count", None, None, "usual care") == "flow.count.usual_care"


def test_an_empty_table_has_types():
    frame = to_frame([])
    assert list(frame.columns) == COLUMNS
    assert str(frame["week"].dtype) == "Int64"
    assert str(frame["value"].dtype) == "float64"
