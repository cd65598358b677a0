"""A batch of real processes and kernels: what chapters write, and that nothing else is said."""

from __future__ import annotations

import json
import re

import pytest

from tests.spec.batch_books import write_batch
from tests.spec.run_books import EMPTY, analysis, make_project, write_chapter

pytestmark = pytest.mark.xdist_group("batch-processes")
# By a subprocess, past Python and by Python; the last as a million lines would be.
LOUD = """\
import os, subprocess, sys
os.system("echo by a shell; echo and its errors >&2")
subprocess.run([sys.executable, "-c", "print('by a process')"])
os.write(1, b"past Python " * 1000)
os.write(2, b"and its errors")
print("by Python")
"""
LONG_LINES = "for _ in range(1000): print('x' * 1_000_000)"
GIGABYTE = "for _ in range(1_000_000): print('x' * 999)"
DEATH = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def project(tmp_path):
    root = make_project(tmp_path)
    write_batch(root, "label: Loud\nstudies: [tiny]\ntimeout: {cell: 4}\n")
    return root


@pytest.mark.parametrize("kernel", ["auto", "plain"])
def test_what_chapters_write_is_not_said_by_the_batch(project, kernel):
    for name in ("01_people", "02_effect", "03_more"):
        write_chapter(project, name, LOUD, EMPTY.format(name=name))
    done = analysis(project, "batch", "night", "--json", "--kernel", kernel)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert (events[-1]["event"], events[-1]["done"]) == ("ended", 3)
    assert done.stderr == ""
    shown = (project / "reports/tiny/main/chapters/02_effect.ipynb").read_text()
    for words in ("by a shell", "by a process", "past Python", "by Python"):
        assert words in shown


def test_a_chapter_that_dies_or_hangs_is_told_once_and_in_words(project):
    write_chapter(project, "01_people", DEATH)
    write_chapter(project, "02_effect", SLEEP)
    done = analysis(project, "batch", "night")
    assert done.returncode == 15
    assert "tiny main, 01_people: dead kernel" in done.stderr
    [kept] = re.findall(r"Notebook: (\S*01_people\S*)", done.stderr)
    assert (project / kept).is_file()
    assert (
        "`timeout: {cell: ...}` in the batch file (`--timeout` with `analysis run`)" in done.stderr
    )
    for noise in ("Timeout waiting", "while waiting for execute reply", "Traceback"):
        assert noise not in done.stderr + done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("cell", [GIGABYTE, LONG_LINES])
def test_a_chapter_that_prints_a_gigabyte_is_cut_and_ends(project, cell):
    write_batch(project, "label: Loud\nstudies: [tiny]\ntimeout: {cell: 600}\n")
    write_chapter(project, "02_effect", cell, EMPTY.format(name="02_effect"))
    done = analysis(project, "batch", "night")
    assert done.returncode == 0, done.stderr
    kept = project / "reports/tiny/main/chapters/02_effect.ipynb"
    assert 10_000_000 < kept.stat().st_size < 12_000_000
    assert kept.read_text().count("was cut") == 1
