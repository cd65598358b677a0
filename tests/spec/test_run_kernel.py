"""The fork kernel: results of the plain kernel to the last bit, nothing left, no orphans."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from analysis.plan.places import RUN_FOLDER
from analysis.run import notebooks, stages
from analysis.run.job import Job
from analysis.run.kernel import engine, server
from analysis.run.kernel.forked import ForkedKernel, NoServerError
from analysis.run.pool import ENVIRONMENT
from tests.spec import kernel_books
from tests.spec.run_books import write_chapter

pytestmark = [
    pytest.mark.xdist_group("run-kernel"),
    pytest.mark.skipif(server.why_plain() is not None, reason=str(server.why_plain())),
]
SLEEP = "import time\nopen('busy', 'w').close()\ntime.sleep(120)"
FORKS = """\
import subprocess, sys, os
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
child = os.fork()
if child == 0:
    import time
    time.sleep(120)
    os._exit(0)
open("children", "w").write(f"{other.pid} {child}")
"""

# The first time it runs, this chapter ends the server that its kernel came from.
KILLS_SERVER = """\
import os, pathlib, time
if not pathlib.Path("ran").exists():
    open("ran", "w").close()
    os.kill({server}, 9)
    time.sleep(120)
"""
THREAD = """\
import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""
FEW = ("ipykernel.kernelapp", "numpy")


@pytest.fixture(scope="module")
def forks():
    with (
        tempfile.TemporaryDirectory(prefix="an-") as runtime,
        server.fork_server(Path(runtime), ENVIRONMENT, chapters=3) as address,
    ):
        yield address


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Makes the job of a chapter of the given cells."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(RUN_FOLDER, "")

    def make(name, *cells, **given):
        path = write_chapter(tmp_path, name, *cells, parameters=kernel_books.PARAMETERS)
        folder = tmp_path / "reports" / "tiny" / ".main.building"
        given = {"study": "tiny", "run": "main", "folder": folder, "root": tmp_path, **given}
        return Job(chapter=name, notebook=path, **given)

    return make


def ran(job) -> bytes:
    assert notebooks.execute_chapter(job) is None
    return (job.folder / "chapters" / f"{job.chapter}.ipynb").read_bytes()


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert path.exists()


def gone(pid, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_results_are_those_of_the_plain_kernel_to_the_last_bit(job, forks):
    chapter = job("01_numbers", kernel_books.NUMBERS)
    forked = ran(replace(chapter, server=forks))
    assert b"image/png" in forked
    assert forked == ran(chapter)


def test_nothing_is_left_for_the_next_chapter(job, forks, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "left_behind.py").write_text("")
    ran(job("01_dirty", kernel_books.DIRTY, server=forks))
    found = {}
    for name, address in (("first", forks), ("second", forks), ("plain", None)):
        ran(job("02_probe", kernel_books.probe(f"{name}.json"), server=address))
        found[name] = json.loads((tmp_path / f"{name}.json").read_text())
    plain = found["plain"]
    assert found["first"]["state"] == found["second"]["state"] == plain["state"]
    assert plain["state"]["modules"] == []
    assert found["first"]["threads"] == plain["threads"]
    assert found["first"]["files"] <= plain["files"]
    # Nobody set a seed, so no two draw the same.
    drawn = [number for each in found.values() for number in each["drawn"]]
    assert len(set(drawn)) == 6


def test_a_chapter_sees_an_edit_that_came_after_the_server(job, forks, tmp_path):
    code = "import sys; sys.path.insert(0, '.'); import edited; print(edited.words)"
    for words in ("before", "after"):
        (tmp_path / "edited.py").write_text(f"words = {words!r} * {len(words)}")
        assert words.encode() * len(words) in ran(job("01_x", code, server=forks))


@pytest.mark.parametrize("forked", [True, False])
def test_a_chapter_that_takes_too_long_in_all_is_stopped(job, forks, forked):
    chapter = job("01_x", SLEEP, server=forks if forked else None, notebook_timeout=4)
    failure = stages.run_chapter(chapter).failure
    assert (failure.kind, failure.exit_code) == ("timeout", 15)
    assert "took in all longer than the 4 seconds that it may" in failure.text


def test_a_kernel_that_dies_is_told_and_not_run_again(job, forks):
    cell = "import os; open('runs', 'a').write('1'); os.kill(os.getpid(), 9)"
    chapter = job("01_x", cell, server=forks)
    outcome = stages.run_chapter(chapter)
    assert (outcome.failure.kind, outcome.note) == ("dead kernel", None)
    assert (chapter.root / "runs").read_text() == "1"


@pytest.mark.parametrize("last", ["import os; os.kill(os.getpid(), 9)", SLEEP])
def test_what_ran_before_the_end_is_kept_and_nothing_else(job, forks, last):
    chapter = job("01_x", "print('was seen')", last, "print('never')", server=forks, timeout=3)
    assert stages.run_chapter(chapter).failure.exit_code == 15
    kept = json.loads((chapter.folder / "chapters" / "01_x.failed.ipynb").read_text())
    shown = [cell["outputs"] for cell in kept["cells"] if cell["cell_type"] == "code"]
    assert ["".join(output["text"]) for output in shown[-3]] == ["was seen\n"]
    assert shown[-1] == []
    # Beside it, no half-made file with paths of this machine.
    assert [path.name for path in (chapter.folder / "chapters").iterdir()] == ["01_x.failed.ipynb"]


def test_a_cell_that_takes_too_long_is_told(job, forks):
    failure = stages.run_chapter(job("01_x", "1", SLEEP, server=forks, timeout=2)).failure
    assert failure.kind == "timeout"
    assert "A cell took longer than the 2 seconds" in failure.text
    # After the parameters as declared, those given, and the first cell.
    assert "code cell 4" in failure.text


def test_what_a_chapter_started_ends_with_it(job, forks, tmp_path):
    ran(job("01_x", FORKS, server=forks))
    assert all(gone(int(pid)) for pid in (tmp_path / "children").read_text().split())


def test_what_a_chapter_shows_is_bounded(job, forks, monkeypatch):
    monkeypatch.setattr(engine, "MOST_OUTPUT", 100_000)
    shown = ran(job("01_x", "for _ in range(40_000): print('x' * 1000)", server=forks))
    assert len(shown) < 2_000_000
    assert shown.count(b"was cut") == 1


def test_of_one_long_text_is_kept_what_fits(job, forks, monkeypatch):
    monkeypatch.setattr(engine, "MOST_OUTPUT", 100_000)
    shown = ran(job("01_x", "print('begin' + 'x' * 300_000)", "print('later')", server=forks))
    assert b"begin" in shown
    assert 100_000 < len(shown) < 110_000
    assert shown.count(b"was cut") == 1
    assert b"later\\n" not in shown


def test_what_is_still_on_its_way_when_a_cell_has_ended_is_waited_for(job, forks, monkeypatch):
    monkeypatch.setattr(engine, "MOST_OUTPUT", 10**9)

    def slow(self, msg, *given, taken=engine.ChapterClient.process_message):
        if msg["msg_type"] == "stream":
            time.sleep(1.2)
        return taken(self, msg, *given)

    monkeypatch.setattr(engine.ChapterClient, "process_message", slow)
    # Longer than the four seconds that the client waits by itself.
    cell = "import sys\nfor k in range(5):\n    print(k); sys.stdout.flush()"
    assert b'"4\\n"' in ran(job("01_x", cell, server=forks))


@pytest.mark.parametrize("forked", [True, False])
def test_the_words_of_an_error_are_bounded(job, forks, forked):
    chapter = job("01_x", "raise ValueError('y' * 3_000_000)", server=forks if forked else None)
    assert stages.run_chapter(chapter).failure.kind == "ValueError"
    kept = chapter.folder / "chapters" / "01_x.failed.ipynb"
    assert kept.stat().st_size < 5 * engine.LONGEST_LINE
    assert "[cut]" in kept.read_text()


def test_what_a_display_is_changed_to_is_bounded(job, forks, monkeypatch):
    monkeypatch.setattr(engine, "MOST_OUTPUT", 100_000)
    cell = "shown = display('first', display_id=True)\nshown.update('z' * 3_000_000)"
    kept = ran(job("01_x", cell, server=forks))
    assert len(kept) < 100_000
    assert b"first" in kept
    assert kept.count(b"was cut") == 1


def test_the_kernel_ends_with_who_asked_for_it(forks, tmp_path):
    words = ["-f", str(tmp_path / "kernel.json")]
    kernel = ForkedKernel(forks, words, os.environ, str(tmp_path), 30)
    assert kernel.poll() is None
    kernel._connection.close()
    assert gone(kernel.pid)


def test_a_server_that_dies_is_replaced_by_plain_kernels_with_a_note(job, tmp_path):
    with (
        tempfile.TemporaryDirectory(prefix="an-") as runtime,
        server.fork_server(Path(runtime), ENVIRONMENT, 3, FEW) as address,
    ):
        [process] = [
            each
            for each in psutil.Process().children()
            if str(server.SCRIPT) in each.cmdline() and "seaborn" not in each.cmdline()
        ]
        cell = KILLS_SERVER.format(server=process.pid)
        outcome = stages.run_chapter(job("01_x", cell, server=address))
        assert outcome.failure is None
        # What papermill had saved by then holds paths of this machine.
        chapters = tmp_path / "reports" / "tiny" / ".main.building" / "chapters"
        assert {path.name for path in chapters.iterdir()} == {"01_x.ipynb", ".01_x.note.json"}
        assert "plain kernel: the fork server ended" in outcome.note
        outcome = stages.run_chapter(job("02_y", "1", server=address))
        assert outcome.failure is None
        assert "does not answer" in outcome.note


def test_a_server_that_cannot_be_trusted_refuses(tmp_path):
    (tmp_path / "lively.py").write_text(THREAD)
    environment = ENVIRONMENT | {"PYTHONPATH": str(tmp_path)}
    with (
        tempfile.TemporaryDirectory(prefix="an-") as runtime,
        server.fork_server(Path(runtime), environment, 3, ["lively"]) as address,
        pytest.raises(NoServerError, match="1 threads were alive"),
    ):
        ForkedKernel(address, [], os.environ, str(tmp_path), 60)


def test_a_server_whose_package_was_edited_forks_no_more(tmp_path):
    package = tmp_path / "analysis"
    package.mkdir()
    (package / "__init__.py").write_text("words = 'before'")
    environment = ENVIRONMENT | {"PYTHONPATH": str(tmp_path)}
    with (
        tempfile.TemporaryDirectory(prefix="an-") as runtime,
        server.fork_server(Path(runtime), environment, 3, ["analysis", *FEW]) as address,
    ):
        ForkedKernel(address, [], os.environ, str(tmp_path), 60).kill()
        (package / "__init__.py").write_text("words = 'after'")
        with pytest.raises(NoServerError, match="the program was changed"):
            ForkedKernel(address, [], os.environ, str(tmp_path), 60)


def test_no_server_where_it_does_not_pay_or_cannot_work(monkeypatch, tmp_path):
    with server.fork_server(tmp_path, ENVIRONMENT, chapters=2) as address:
        assert address is None
    monkeypatch.setattr(sys, "platform", "darwin")
    with server.fork_server(tmp_path, ENVIRONMENT, chapters=9) as address:
        assert address is None
    assert server.why_plain() == "the fork kernel needs Linux"


def test_the_server_ends_with_its_block(tmp_path):
    before = set(psutil.Process().children())
    with tempfile.TemporaryDirectory(prefix="an-") as runtime:
        with server.fork_server(Path(runtime), ENVIRONMENT, chapters=3):
            [started] = set(psutil.Process().children()) - before
        assert not started.is_running()
