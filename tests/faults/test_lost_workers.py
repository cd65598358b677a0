"""Workers that are lost with a chapter in hand, and readers of the output that are lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from analysis.run.batch import journal
from tests.faults.dask_cluster import DaskCluster
from tests.spec.batch_books import write_batch
from tests.spec.run_books import EMPTY, analysis, make_project, write_chapter

pytestmark = pytest.mark.xdist_group("batch-processes")
# Without a fork server a chapter's kernel is the child of the worker.
KILLER = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"
ONCE = """\
import os, signal, time
from pathlib import Path
if not Path("killed").exists():
    Path("killed").touch()
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
"""
GOOD = [f"{number:02d}_good" for number in (1, 2, 4, 5, 6, 7, 8, 9)]


@pytest.fixture
def project(tmp_path):
    root = make_project(tmp_path)
    for chapter in (root / "notebooks").iterdir():
        chapter.unlink()
    write_batch(root, "label: Deadly\nstudies: [tiny]\n")
    return root


def told(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_chapter_that_kills_its_worker_fails_alone(project):
    for name in GOOD:
        write_chapter(project, name, EMPTY.format(name=name))
    write_chapter(project, "03_killer", KILLER)
    done = analysis(project, "batch", "night", "--json", "--kernel", "plain", "--workers", "2")
    assert done.returncode == 15, done.stderr
    events = told(done)
    failed = [(e["stage"], e["kind"]) for e in events if e["event"] == "failed"]
    assert failed == [("03_killer", "lost worker")]
    assert {e["stage"] for e in events if e["event"] == "done"} >= set(GOOD)
    # Twice with one that was in hand beside it, and once alone.
    again = [e["stage"] for e in events if e["event"] == "again"]
    assert again.count("03_killer") == 3
    assert len(again) <= 5


def test_a_worker_that_a_cluster_lost_is_told_as_one_of_this_machine_is(project):
    pytest.importorskip("distributed")
    write_chapter(project, "01_once", ONCE, EMPTY.format(name="01_once"))
    workers = DaskCluster()
    try:
        words = ["--json", "--kernel", "plain", "--scheduler", workers.address]
        done = analysis(project, "batch", "night", *words)
    finally:
        workers.stop()
    assert done.returncode == 0, done.stderr
    events = told(done)
    [again] = [each for each in events if each["event"] == "again"]
    assert (again["stage"], again["kind"]) == ("01_once", "lost worker")
    assert events[-1]["again"] == {"lost worker": 1}
    noted, _ = journal.read_events(journal.journal_path(project, "night"))
    assert [e["chapter"] for e in noted if e["event"] == "again"] == ["01_once"]


def test_a_batch_whose_output_nobody_reads_any_more_is_stopped_in_order(project):
    for name in GOOD[:4]:
        write_chapter(project, name, EMPTY.format(name=name))
    reader, writer = os.pipe()
    words = ["batch", "night", "--json", "--kernel", "plain", "--workers", "1"]
    batch = subprocess.Popen(
        [sys.executable, "-m", "analysis", *words],
        cwd=project,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    # As `head -1` does.
    assert os.read(reader, 1) == b"{"
    os.close(reader)
    _, said = batch.communicate(timeout=180)
    assert (batch.returncode, said) == (130, "")
    noted, _ = journal.read_events(journal.journal_path(project, "night"))
    assert noted[-1]["event"] == "stopped"
    assert (project / "reports" / "index.html").is_file()
    assert (project / "reports" / "ro-crate-metadata.json").is_file()
    # The same command goes on, and tells the same to a reader that is there.
    assert analysis(project, "batch", "night", "--kernel", "plain").returncode == 0
