"""A run folder is built out of sight and put in place whole; a killed run is repaired."""

from __future__ import annotations

import errno

import pytest

from analysis.errors import UsageError
from analysis.run import folder


@pytest.fixture
def good(tmp_path):
    return folder.run_folder(tmp_path, "demo", "main")


def finished(good, words):
    building = folder.start_building(good, keep_chapters=False)
    (building / "report.html").write_text(words)
    return building


def test_a_new_report_replaces_the_old_one_and_forgets_the_failed_attempt(good):
    folder.put_in_place(finished(good, "old"), good)
    folder.keep_failed(finished(good, "half"), good)
    assert (good / "report.html").read_text() == "old"
    assert (folder.failed_folder(good) / "report.html").read_text() == "half"
    folder.put_in_place(finished(good, "new"), good)
    assert [p.name for p in good.parent.iterdir()] == ["main"]
    assert (good / "report.html").read_text() == "new"


def test_a_run_killed_between_the_renames_is_repaired(good):
    folder.put_in_place(finished(good, "old"), good)
    finished(good, "new")
    good.rename(good.with_name(".main.old"))
    with folder.held(good):
        assert (good / "report.html").read_text() == "old"
        assert (folder.building_folder(good) / "report.html").read_text() == "new"


def test_a_run_killed_before_it_cleaned_up_is_repaired(good):
    folder.put_in_place(finished(good, "new"), good)
    good.with_name(".main.old").mkdir()
    with folder.held(good):
        assert (good / "report.html").read_text() == "new"
        assert not good.with_name(".main.old").exists()


def test_a_run_is_written_by_one_process_at_a_time(good):
    with folder.held(good), pytest.raises(UsageError, match="being written"), folder.held(good):
        pass
    with folder.held(good):
        pass


def test_a_run_does_not_take_the_place_of_what_was_saved_by_hand(good):
    saved = good / "chapters" / "03_week_16.parquet"
    saved.parent.mkdir(parents=True)
    saved.write_bytes(b"rows")
    with pytest.raises(UsageError, match="run by hand") as caught, folder.held(good):
        pass
    assert "another name" in caught.value.do
    assert saved.read_bytes() == b"rows"
    (good / "status.json").write_text("{}")
    with folder.held(good):
        pass


def test_kept_chapters_are_copied_and_the_good_ones_stay(good):
    building = finished(good, "old")
    (building / "chapters").mkdir()
    (building / "chapters" / "01_x.ipynb").write_text("1")
    folder.put_in_place(building, good)
    building = folder.start_building(good, keep_chapters=True)
    (building / "chapters" / "01_x.ipynb").write_text("2")
    assert (good / "chapters" / "01_x.ipynb").read_text() == "1"


def test_a_full_disk_is_told_in_words():
    error = folder.cannot_write(OSError(errno.ENOSPC, "No space left on device"))
    assert "No space left on device" in error.text()
    assert "make room" in error.text()
