"""Batches on full and read-only disks, with broken journals and wrong clocks, and killed ones."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from analysis.errors import AnalysisError
from analysis.run import finished, stages
from analysis.run.batch import journal
from tests.spec.batch_books import lasting, quiet, results, run_night, write_batch
from tests.spec.run_books import make_project


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("made"))
    write_batch(root)
    return root


@pytest.fixture(scope="module")
def whole(made, tmp_path_factory):
    """What an undisturbed batch makes."""
    root = shutil.copytree(made, tmp_path_factory.mktemp("whole") / "project")
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch)
        assert run_night(root) == 0
    return lasting(root)


@pytest.fixture
def project(made, whole, tmp_path, monkeypatch):
    quiet(monkeypatch)
    return shutil.copytree(made, tmp_path / "project")


@pytest.fixture
def disk(project):
    """Mounts a small disk in place of the reports folder; only where this user may."""
    reports = project / "reports"
    reports.mkdir()
    mounted = []

    def mount(options):
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(reports)]
        if os.geteuid() or subprocess.run(words, capture_output=True).returncode:
            pytest.skip("this user may not mount a disk")
        mounted.append(reports)
        return reports

    yield mount
    for each in mounted:
        subprocess.run(["umount", "-l", str(each)], check=True)


def test_kills_at_random_moments_lose_nothing():
    # Four in every run of the tests; `make kills` kills fifty, and workers and kernels too.
    words = [sys.executable, "-m", "tests.faults.kills", "--kills", "4", "--seed", "3", "--inline"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["kills"]["batch"] >= 4
    assert record["files"] > 20


def test_a_full_disk_is_told_and_the_same_command_goes_on(project, whole, disk, capsys):
    reports = disk("size=300k")
    try:
        said = str(run_night(project)) + capsys.readouterr().err
    except AnalysisError as error:
        said = str(error)
    assert "No space left on device" in said
    assert "make room" in said
    subprocess.run(["mount", "-o", "remount,size=50m", str(reports)], check=True)
    assert run_night(project) == 0
    assert lasting(project) == whole


def test_a_read_only_disk_is_told_before_anything_starts(project, disk):
    reports = disk("size=1m")
    subprocess.run(["mount", "-o", "remount,ro", str(reports)], check=True)
    with pytest.raises(AnalysisError, match="Read-only file system") as caught:
        run_night(project)
    assert "make room or allow writing" in str(caught.value)


def test_a_disk_that_fills_while_a_note_is_written_fails_that_chapter(project, whole, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(finished.os, "fsync", full)
        # The journal's own disk is full as well, and that ends the batch.
        with pytest.raises(AnalysisError, match="No space left on device"):
            run_night(project)
    assert run_night(project) == 0
    assert lasting(project) == whole


@pytest.mark.parametrize(
    "damage", [b"nonsense\n", b'0123456789ab {"event": "done"', b"\x00\xff\n\n"]
)
def test_a_damaged_journal_changes_nothing(project, whole, damage, capsys):
    path = journal.journal_path(project, "night")
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    assert run_night(project) == 0
    assert "1 lines of the journal cannot be read" in capsys.readouterr().err
    assert lasting(project) == whole
    events, unreadable = journal.read_events(path)
    assert unreadable == 1
    assert [each["event"] for each in events][-1] == "ended"


def test_a_line_changed_by_hand_is_not_believed(tmp_path):
    with journal.open_journal(tmp_path, "x") as opened:
        opened.add("done", chapter="01_x", seconds=2.0)
        opened.add("done", chapter="01_x", seconds=4.0)
    path = journal.journal_path(tmp_path, "x")
    with journal.open_journal(tmp_path, "x") as opened:
        assert opened.durations() == {"01_x": 3.0}
    path.write_bytes(path.read_bytes().replace(b"4.0", b"9.0"))
    with journal.open_journal(tmp_path, "x") as opened:
        assert (opened.durations(), opened.unreadable) == ({"01_x": 2.0}, 1)


def test_a_clock_that_goes_back_is_harmless(project, whole, monkeypatch, capsys):
    class Past(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime(1999, 1, 1, tzinfo=UTC) - timedelta(days=1)

    assert run_night(project) == 0
    write_batch(project, "label: Again\nstudies: [tiny]\n")
    monkeypatch.setattr(journal, "datetime", Past)
    monkeypatch.setattr(stages, "datetime", Past)
    for path in (project / "reports" / "tiny").rglob("*"):
        os.utime(path, (4e9, 4e9))
    capsys.readouterr()
    assert run_night(project) == 0
    assert "Nothing to do" in capsys.readouterr().out
    before = results(project)
    chapter = project / "reports" / "tiny" / "main" / "chapters" / "02_effect.parquet"
    chapter.unlink()
    assert run_night(project) == 0
    assert results(project) == before
