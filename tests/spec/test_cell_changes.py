"""Which raw cells changed: told by file, line and column, and never by what a cell held."""

from __future__ import annotations

import json
import stat

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.cell_changes import LINE, Place, as_ranges, changed_places
from analysis.data.cells import KEPT, changed_files, note_cells
from analysis.data.files.integrity import hashes_of, read_folder

RAW = "data/raw/tiny"


@pytest.fixture
def states(tiny_study, sign_study):
    """Changes a file of `tiny` by words and tells what the project says of it."""
    raw = tiny_study / RAW

    def change(file, *words, encoding="utf-8"):
        note_cells("tiny", tiny_study)
        before = hashes_of(read_folder(raw))
        text = (raw / file).read_text()
        for old, new in words:
            assert old in text
            text = text.replace(old, new)
        (raw / file).write_text(text, encoding=encoding)
        sign_study(raw)
        note_cells("tiny", tiny_study)
        return changed_files("tiny", tiny_study, before, hashes_of(read_folder(raw)))

    return change


def test_one_cell_is_named_by_line_and_column(states):
    (found,) = states("visits.csv", ("P01,56,pain_vas,58.5", "P01,56,pain_vas,59.5"))
    assert (found.file, found.change) == ("visits.csv", "changed")
    assert found.places == (Place(change="changed", lines="3", column="value", rows=1),)


def test_a_row_put_in_above_others_moves_none_of_them(states):
    (found,) = states("visits.csv", ("P02,-3,", "P01,150,pain_vas,50\nP02,-3,"))
    assert found.places == (Place(change="added", lines="5", column=None, rows=1),)


def test_a_row_taken_out_is_named_by_its_former_line(states):
    (found,) = states("visits.csv", ("P01,56,pain_vas,58.5\n", ""))
    assert found.places == (Place(change="removed", lines="3", column=None, rows=1),)


def test_two_cells_of_a_row_are_both_named(states):
    (found,) = states("participants.csv", ("2023-01-09,34,female", "2023-01-09,35,male"))
    assert [(place.lines, place.column) for place in found.places] == [("2", "age"), ("2", "sex")]


def test_a_column_that_came_is_named(states):
    (found,) = states(
        "events.csv", ("serious,grade", "serious,grade,note"), ("no,1\n", "no,1,\n"),
        ("no,\n", "no,,\n"),
    )  # fmt: skip
    assert found.places == (Place(change="added", lines="1", column="note", rows=0),)


def test_another_encoding_changes_the_file_and_no_cell(states):
    (found,) = states("visits.csv", ("P01", "P01"), encoding="utf-8-sig")
    assert found.places == ()


def test_a_text_that_is_no_table_is_named_as_a_whole(states):
    (found,) = states("source.md", ("Invented", "Made up"))
    assert (found.file, found.places) == ("source.md", None)


def test_what_is_no_longer_kept_is_not_known(tiny_study):
    note_cells("tiny", tiny_study)
    now = hashes_of(read_folder(tiny_study / RAW))
    (found,) = changed_files("tiny", tiny_study, now | {"visits.csv": "0" * 64}, now)
    assert found.places is None


def test_files_that_came_and_went(tiny_study):
    found = changed_files("tiny", tiny_study, {"a.csv": "1"}, {"b.csv": "2"})
    assert [(each.file, each.change) for each in found] == [
        ("a.csv", "removed"),
        ("b.csv", "added"),
    ]


def test_the_digests_need_a_secret_of_the_study(tiny_study, tmp_path_factory):
    """The same data give other digests elsewhere: nobody can find a value by trying all."""
    note_cells("tiny", tiny_study)
    folder = tiny_study / "data/processed/.cells/tiny"
    first = {path.name: pd.read_parquet(path) for path in folder.glob("*.parquet")}
    key = folder / "key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for path in folder.iterdir():
        path.unlink()
    note_cells("tiny", tiny_study)
    second = {path.name: pd.read_parquet(path) for path in folder.glob("*.parquet")}
    assert list(first)
    assert set(first) == set(second)
    for name, digests in first.items():
        known = digests.drop(columns=LINE).to_numpy()
        again = second[name].drop(columns=LINE).to_numpy()
        assert ((known == 0) == (again == 0)).all()
        assert not ((known == again) & (known != 0)).any()
        assert (digests[LINE] == second[name][LINE]).all()


def test_equal_cells_of_two_columns_are_not_told_to_be_equal(tiny_study):
    note_cells("tiny", tiny_study)
    for path in (tiny_study / "data/processed/.cells/tiny").glob("*.parquet"):
        digests = pd.read_parquet(path).drop(columns=LINE)
        seen = [set(digests[name]) - {0} for name in digests]
        assert sum(map(len, seen)) == len(set().union(*seen))


def test_old_states_are_forgotten(tiny_study, sign_study):
    raw, folder = tiny_study / RAW, tiny_study / "data/processed/.cells/tiny"
    for turn in range(KEPT + 5):
        (raw / "events.csv").write_text(f"participant,day,event\nP01,{turn},flare-up\n")
        note_cells("tiny", tiny_study)
    assert len(list(folder.glob("*.parquet"))) == KEPT


def test_a_second_note_writes_nothing(tiny_study):
    note_cells("tiny", tiny_study)
    folder = tiny_study / "data/processed/.cells/tiny"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    note_cells("tiny", tiny_study)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("lines", "words"), [([], ""), ([7], "7"), ([9, 3, 4, 5, 3], "3-5, 9"), ([1, 3], "1, 3")]
)
def test_lines_as_ranges(lines, words):
    assert as_ranges(lines) == words


CELLS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), max_size=12)


def frame(rows):
    table = pd.DataFrame(rows, columns=["a", "b", "c"]).astype("uint64")
    return pd.concat([pd.Series(range(2, len(rows) + 2), name=LINE), table], axis=1)


def lines_of(places):
    """All line numbers that places of whole rows name."""
    numbers = []
    for place in places:
        for part in place.lines.split(", "):
            first, _, last = part.partition("-")
            numbers += range(int(first), int(last or first) + 1)
    return numbers


@settings(max_examples=80, deadline=None)
@given(CELLS, CELLS)
def test_every_row_is_accounted_for(before, after):
    places = changed_places(frame(before), frame(after))
    added = [place for place in places if place.change == "added"]
    removed = [place for place in places if place.change == "removed"]
    changed = set(lines_of([place for place in places if place.change == "changed"]))
    assert len(after) - len(before) == sum(p.rows for p in added) - sum(p.rows for p in removed)
    assert not changed & set(lines_of(added))
    same = [row for row in after]
    for row in before:
        if row in same:
            same.remove(row)
    assert len(changed) + len(lines_of(added)) == len(same)


def test_ten_thousand_changed_rows_stay_one_line(tiny_study):
    before, after = (
        frame([(i, 1, 2) for i in range(10_000)]),
        frame([(i, 1, 3) for i in range(10_000)]),
    )
    (place,) = changed_places(before, after)
    assert place == Place(change="changed", lines="2-10001", column="c", rows=10_000)
    assert json.dumps(vars(place))
