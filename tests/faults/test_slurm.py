"""Batches as SLURM jobs. The queue is a stand-in: two scripts that start and end jobs here.

How a real queue behaves is not shown; that jobs are written, handed over, waited for, used and
ended is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.spec.batch_books import results, write_batch
from tests.spec.run_books import analysis, make_project

pytest.importorskip("dask_jobqueue")
pytestmark = pytest.mark.xdist_group("batch-processes")
# A job is a process of this machine and its number that of its group; one that is never let in has
# the number of none.
STARTS = """\
#!/bin/sh
setsid sh "$1" >/dev/null 2>&1 &
echo "$!" >> {queue}/jobs
"""
WAITS = """\
#!/bin/sh
echo waiting >> {queue}/jobs
"""
TOLD = """\
tail -n 1 {queue}/jobs | sed 's/^/Submitted batch job /; s/waiting/77/'
"""
# Ends nothing but what the script above has begun.
ENDS = """\
#!/bin/sh
for job in "$@"; do
  echo "$job" >> {queue}/ended
  if grep -qx "$job" {queue}/jobs && [ "$job" -gt 1 ]; then kill -- "-$job"; fi
done
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    root = make_project(tmp_path / "project")
    write_batch(root)
    return root


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """Puts a queue on the path; returns its folder."""
    folder = tmp_path / "queue"
    folder.mkdir()

    def begin(starts):
        for name, text in (("sbatch", starts + TOLD), ("scancel", ENDS)):
            (folder / name).write_text(text.format(queue=folder))
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder

    return begin


def test_jobs_give_the_results_of_this_machine_and_end_with_the_batch(project, queue):
    folder = queue(STARTS)
    done = analysis(project, "batch", "night", "--slurm", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert "3 run, 0 up to date, 0 failed" in done.stdout
    assert "Traceback" not in done.stderr
    jobs = (folder / "jobs").read_text().split()
    assert len(jobs) == 2
    assert len((folder / "ended").read_text().split()) == 2
    left = [psutil.Process(int(job)) for job in jobs if psutil.pid_exists(int(job))]
    assert not psutil.wait_procs(left, timeout=10)[1]
    by_jobs = results(project)
    assert analysis(project, "batch", "night", "--fresh").returncode == 0
    assert results(project) == by_jobs


def test_a_batch_that_is_stopped_before_any_job_was_let_in_ends_in_order(project, queue):
    folder = queue(WAITS)
    batch = subprocess.Popen(
        [sys.executable, "-m", "analysis", "batch", "night", "--slurm", "--workers", "1"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As from a terminal: of what is started in the background an interrupt would be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while not (folder / "jobs").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    batch.send_signal(signal.SIGINT)
    out, err = batch.communicate(timeout=60)
    assert batch.returncode == 130, err
    assert "Waiting for the first worker" in err
    assert "fault of the program" not in err
    assert "Traceback" not in err
    assert "2 runs were not begun" in out


def test_where_there_is_no_slurm_it_is_said_at_once(project, monkeypatch):
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    done = analysis(project, "batch", "night", "--slurm")
    assert done.returncode == 2
    assert "There is no `sbatch` here." in done.stderr
    assert "Traceback" not in done.stderr


def test_two_kinds_of_cluster_are_refused(project):
    done = analysis(project, "batch", "night", "--slurm", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "side by side" in done.stderr


def test_an_address_that_is_none_is_told_at_once(project):
    done = analysis(project, "batch", "night", "--scheduler", "127.0.0.1")
    assert done.returncode == 2
    assert "`127.0.0.1` is no address of a scheduler" in done.stderr
