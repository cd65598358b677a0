"""What is left by who was killed: folders of sockets, half-written files, a dead terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import tempfile
from pathlib import Path

import pytest

from analysis.run import finished, sockets
from analysis.run.batch.stopping import stoppable


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A place for temporary folders, as the machine has one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_behind(machine, name):
    folder = machine / f"{sockets.PREFIX}{name}"
    folder.mkdir()
    (folder / "held").touch()
    (folder / "fork").touch()
    os.utime(folder, (1e9, 1e9))
    return folder


def test_a_folder_of_sockets_goes_with_its_block_and_so_do_those_of_killed_owners(machine):
    dead, alive = left_behind(machine, "dead"), left_behind(machine, "alive")
    other = machine / "an-other-program"
    other.mkdir()
    os.utime(other, (1e9, 1e9))
    with (alive / "held").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with sockets.socket_folder() as place:
            assert sorted(p.name for p in machine.iterdir()) == sorted(
                [alive.name, other.name, Path(place).name]
            )
            # A second batch leaves the folder of the first alone, however old it is.
            os.utime(place, (1e9, 1e9))
            sockets.remove_ownerless()
            assert Path(place).is_dir()
    assert not Path(place).exists()
    assert not dead.exists()


def test_a_folder_of_sockets_whose_owner_was_killed_while_it_removed_it_goes_too(machine):
    halves = [left_behind(machine, name) for name in ("abcd_123", "abcd-123", "abcd_1234")]
    for folder in halves:
        (folder / "held").unlink()
        os.utime(folder, (1e9, 1e9))
    young = machine / f"{sockets.PREFIX}12345678"
    young.mkdir()
    sockets.remove_ownerless()
    # Other names are those of other programs, and one that was just made will be held at once.
    assert sorted(machine.iterdir()) == sorted([*halves[1:], young])


def test_what_a_folder_of_sockets_is_known_by_goes_last(machine, monkeypatch):
    folder, gone = left_behind(machine, "dead"), []
    (folder / "sub").mkdir()
    monkeypatch.setattr(
        sockets.shutil, "rmtree", lambda path, **_: gone.append(sorted(folder.iterdir()))
    )
    sockets.remove_folder(folder)
    assert [path.name for path in gone[-1]] == ["held", "sub"]
    assert not (folder / "fork").exists()


def test_a_folder_that_another_one_removes_at_the_same_time_is_no_error(machine, monkeypatch):
    # Else a worker whose batch was killed would end its watch and live on.
    sockets.remove_folder(machine / "gone")
    folder = left_behind(machine, "both")
    (folder / "kernel-1").mkdir()
    monkeypatch.setattr(sockets.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(Path, "unlink", lambda *_: (_ for _ in ()).throw(FileNotFoundError()))
    sockets.remove_folder(folder)


def test_what_was_half_written_is_swept_away_and_notes_stay(tmp_path):
    chapters = tmp_path / "chapters"
    chapters.mkdir()
    kept = [tmp_path / ".bound.json", chapters / ".01_x.note.json", chapters / "01_x.ipynb"]
    gone = [tmp_path / ".status.json.part", chapters / ".01_x.0123456789abcdef.ipynb"]
    gone += [chapters / ".01_x.note.json.part", tmp_path / ".results.csv.x7y"]
    for path in [*kept, *gone]:
        path.touch()
    finished.sweep(tmp_path)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(kept)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_as_an_interrupt_does(number):
    # Whoever starts the tests by nohup has them begin with a SIGHUP that is ignored.
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(KeyboardInterrupt), stoppable():
            signal.raise_signal(number)
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_a_closed_terminal_that_is_ignored_stays_ignored(monkeypatch):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nothing_is_said_to_a_terminal_that_was_closed():
    pid, terminal = pty.fork()
    if pid == 0:
        code = 1
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.alarm(60)
        try:
            with stoppable():
                os.write(1, b"ready")
                signal.pause()
        except KeyboardInterrupt:
            # To write to a closed terminal is an error.
            code = 0 if os.write(1, b"x") == 1 else 2
        finally:
            os._exit(code)
    assert os.read(terminal, 5) == b"ready"
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
