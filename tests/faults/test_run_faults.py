"""Runs that fail, hang, die or are killed: the last good report stays, and the reason is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from bs4 import BeautifulSoup

from tests.spec.run_books import analysis, bytes_of, make_project, write_chapter

pytestmark = pytest.mark.xdist_group("run-faults")
OUR_ERROR = """\
from analysis.errors import ModelError
raise ModelError("The model did not converge.", where="question primary", do="simplify it")
"""
FOREIGN_ERROR = 'float("42 mm of P07")'
DEATH = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
ENDLESS = "import time\nwhile True: time.sleep(0.1)"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("project"))
    done = analysis(root, "run", "tiny")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def good(project):
    """The good report, which no fault may touch; the chapters are mended afterwards."""
    folder = project / "reports" / "tiny" / "main"
    chapters = bytes_of(project / "notebooks")
    before = bytes_of(folder)
    yield folder
    assert bytes_of(folder) == before
    for name, content in chapters.items():
        (project / "notebooks" / name).write_bytes(content)


def failures(good):
    status = json.loads((good.with_name("main.failed") / "status.json").read_text())
    assert status["status"] == "failed"
    return status["failures"]


def notebook_text(good, chapter):
    return (good.with_name("main.failed") / "chapters" / f"{chapter}.failed.ipynb").read_text()


def test_an_error_of_ours_keeps_its_kind_its_words_and_its_code(project, good):
    write_chapter(project, "02_effect", "before = 1", OUR_ERROR, "after = 1")
    done = analysis(project, "run", "tiny")
    assert done.returncode == 12
    assert "The model did not converge." in done.stderr
    assert "What to do: simplify it" in done.stderr
    assert "Traceback" not in done.stderr
    [failure] = failures(good)
    assert (failure["stage"], failure["kind"]) == ("02_effect", "ModelError")
    cells = json.loads(notebook_text(good, "02_effect"))["cells"]
    counts = [c["execution_count"] for c in cells if c["cell_type"] == "code"]
    assert counts[-2:] == [4, None]
    index = BeautifulSoup((project / "reports" / "index.html").read_text(), "html.parser")
    assert "did not converge" in index.select_one(".trouble pre").text
    (link,) = [a["href"] for a in index.select(".trouble a")]
    assert (project / "reports" / link).is_file()
    assert (project / index.select_one(".trouble code").text).is_file()


def test_a_foreign_error_is_named_without_its_words(project, good):
    write_chapter(project, "02_effect", FOREIGN_ERROR)
    done = analysis(project, "run", "tiny", "--chapter", "02_effect")
    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert "P07" not in done.stderr + json.dumps(failures(good))
    assert "P07" not in (project / "reports" / "index.html").read_text()
    assert "42 mm of P07" in notebook_text(good, "02_effect")


def test_several_failures_have_their_own_code(project, good):
    write_chapter(project, "01_people", OUR_ERROR)
    write_chapter(project, "02_effect", FOREIGN_ERROR)
    assert analysis(project, "run", "tiny").returncode == 15
    assert [f["stage"] for f in failures(good)] == ["01_people", "02_effect"]


def test_a_cell_that_never_ends_is_stopped(project, good):
    write_chapter(project, "02_effect", ENDLESS)
    done = analysis(project, "run", "tiny", "--chapter", "02", "--timeout", "3")
    assert done.returncode == 15
    assert [f["kind"] for f in failures(good)] == ["timeout"]


def test_a_kernel_that_dies_is_told(project, good):
    write_chapter(project, "02_effect", DEATH)
    done = analysis(project, "run", "tiny", "--chapter", "02")
    assert done.returncode == 15
    assert [f["kind"] for f in failures(good)] == ["dead kernel"]


def test_broken_data_are_told_once_and_no_kernel_starts(project, good):
    visits = project / "data" / "raw" / "tiny" / "visits.csv"
    whole = visits.read_bytes()
    visits.write_bytes(whole + b"P01,57,pain_vas,41\n")
    try:
        done = analysis(project, "run", "tiny")
    finally:
        visits.write_bytes(whole)
    assert done.returncode == 11
    assert [f["stage"] for f in failures(good)] == ["data"]
    assert not (good.with_name("main.failed") / "chapters").exists()


def test_a_broken_plan_is_told(project, good):
    plan = project / "plans" / "tiny.yaml"
    whole = plan.read_text()
    plan.write_text(whole + "\nnonsense: 1\n")
    try:
        done = analysis(project, "run", "tiny")
    finally:
        plan.write_text(whole)
    assert done.returncode == 10
    assert [f["stage"] for f in failures(good)] == ["plan"]


def test_one_study_that_fails_does_not_stop_the_other(project, good):
    other = project / "plans" / "other.yaml"
    other.write_text("study: {}\n")
    try:
        done = analysis(project, "run", "--all", "--run", "both")
    finally:
        other.unlink()
    assert done.returncode == 10
    assert (project / "reports" / "tiny" / "both" / "report.html").is_file()
    assert (project / "reports" / "other" / "both.failed" / "status.json").is_file()


def start(project, *words):
    """The command as a process group of its own, once its kernel is busy."""
    words = [sys.executable, "-m", "analysis", "run", "tiny", *words]
    process = subprocess.Popen(
        words,
        cwd=project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Tests that were started in the background would hand down an interrupt that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    marker = project / "busy"
    deadline = time.monotonic() + 60
    while not marker.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert marker.exists()
    family = [process.pid, *(p.pid for p in psutil.Process(process.pid).children(recursive=True))]
    marker.unlink()
    return process, family


def all_gone(family, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = [pid for pid in family if psutil.pid_exists(pid) and not _zombie(pid)]
        if not left:
            return True
        time.sleep(0.2)
    return False


def _zombie(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


BUSY = "open('busy', 'w').close()\n" + ENDLESS


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_no_half_report_and_no_process(project, good, how):
    write_chapter(project, "02_effect", BUSY)
    process, family = start(project, "--run", "main")
    os.kill(process.pid, how)
    process.communicate(timeout=20)
    assert all_gone(family)
    assert not list((project / "reports" / "tiny").glob("*.part"))
    index = (project / "reports" / "index.html").read_text()
    assert "building" not in index


def test_an_interrupt_stops_cleanly(project, good):
    write_chapter(project, "02_effect", BUSY)
    process, family = start(project)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == "Stopped. The last good reports are as they were.\n"
    assert all_gone(family)
    assert not good.with_name(".main.building").exists()


def test_two_at_once_do_not_mix(project, good):
    write_chapter(project, "02_effect", BUSY)
    process, family = start(project)
    second = analysis(project, "run", "tiny")
    process.kill()
    process.communicate(timeout=20)
    assert second.returncode == 2
    assert "being written already" in second.stderr
    assert all_gone(family)


def test_after_all_that_a_good_run_replaces_everything(project):
    done = analysis(project, "run", "tiny")
    assert done.returncode == 0, done.stderr
    names = sorted(p.name for p in (project / "reports" / "tiny").iterdir())
    assert [n for n in names if n.startswith(("main", ".main"))] == [".main.lock", "main"]


def test_reports_that_cannot_be_written_are_told(tmp_path):
    root = make_project(tmp_path)
    (root / "reports").write_text("a file where the folder should be")
    done = analysis(root, "run", "tiny")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
