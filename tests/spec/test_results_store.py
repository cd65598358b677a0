"""Results on disk: typed, whole, the same bytes for the same rows."""

from __future__ import annotations

import os
import stat

import pandas as pd
import pytest

from analysis.errors import ClaimError, DataError
from analysis.result import files
from analysis.result.record import COLUMNS, Result, result_id, to_frame
from analysis.result.store import read_results, write_results

ROWS = [
    Result(
        id=result_id("primary", "difference", "pain_vas", 16, "bands"),
        question="primary",
        statistic="difference",
        value=-8.25,
        measure="pain_vas",
        week=16,
        arm="bands",
        se=2.5,
        n=160,
        planned=False,
        method='größer, "quoted"',
    ),
    Result(id="flow.count.usual_care", question="flow", statistic="count", value=80, n=80),
]


def test_what_is_read_is_what_was_written(tmp_path):
    path = write_results(ROWS, tmp_path / "new" / "results.parquet")
    pd.testing.assert_frame_equal(read_results(path), to_frame(ROWS))
    again = write_results(read_results(path), tmp_path / "again.parquet")
    assert again.read_bytes() == path.read_bytes()


def test_an_empty_table_keeps_its_types(tmp_path):
    frame = read_results(write_results([], tmp_path / "results.parquet"))
    pd.testing.assert_frame_equal(frame, to_frame([]))


def test_two_writes_are_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_results(ROWS, tmp_path / f"{name}.parquet", write_csv=True)
    for kind in ("parquet", "csv"):
        first, second = (tmp_path / f"{name}.{kind}" for name in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()


def test_csv_is_written_only_when_asked(tmp_path):
    write_results(ROWS, tmp_path / "a.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    write_results(ROWS, tmp_path / "a.parquet", write_csv=True)
    table = pd.read_csv(tmp_path / "a.csv")
    assert list(table.columns) == COLUMNS
    assert table["value"].tolist() == [-8.25, 80.0]
    assert table.loc[0, "method"] == ROWS[0].method


def test_columns_come_in_one_order_and_one_type(tmp_path):
    frame = to_frame(ROWS).astype({"week": "float64", "planned": "object"})[COLUMNS[::-1]]
    path = write_results(frame, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_results(path), to_frame(ROWS))


def test_an_id_that_stands_for_two_rows_is_named(tmp_path):
    with pytest.raises(ClaimError, match=r"1 result ids .*: flow\.count\.usual_care\.") as error:
        write_results([*ROWS, ROWS[1]], tmp_path / "a.parquet")
    assert error.value.exit_code == 13
    assert not list(tmp_path.iterdir())


def test_a_table_with_other_columns_is_refused(tmp_path):
    with pytest.raises(DataError, match="it lacks se; it also holds pvalue"):
        write_results(to_frame(ROWS).rename(columns={"se": "pvalue"}), tmp_path / "a.parquet")


@pytest.mark.parametrize("content", [None, b"", b"PAR1 half of a file"])
def test_a_missing_or_broken_file_is_told(tmp_path, content):
    path = tmp_path / "a.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read") as error:
        read_results(path)
    assert str(tmp_path) not in str(error.value)


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = write_results(ROWS, tmp_path / "a.parquet")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        write_results(ROWS[:1], path)
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir()] == ["a.parquet"]


@pytest.mark.skipif(os.name == "nt", reason="rights of files are told otherwise on Windows")
def test_the_file_may_be_read_by_whom_the_user_allows(tmp_path):
    mask = os.umask(0o022)
    try:
        path = write_results(ROWS, tmp_path / "a.parquet")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
