"""Derived data survive a kill, a full disk, and several processes at once."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from analysis.data import derived
from analysis.data.derived import Derived, read_derived, write_derived
from analysis.data.store import TABLES, _made_from, load_trial
from analysis.errors import DataError
from analysis.plan.lock import plan_hash
from analysis.plan.schema_trial import Visit

# Loads the trial of a pickled plan; is killed before the file or folder move of a given number.
CHILD = """
import os, pickle, signal, sys
from pathlib import Path
from analysis.data import store
plan = pickle.loads(Path(sys.argv[1]).read_bytes())
left, times = [int(sys.argv[3])], int(sys.argv[4])
def deadly(move):
    def moved(*places):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return move(*places)
    return moved
os.replace, os.rename = deadly(os.replace), deadly(os.rename)
for _ in range(times):
    print(len(store.load_trial(plan, Path(sys.argv[2])).visits))
"""
MOVES = len(TABLES) + 1 + 2


def _child(plan, root, name: str, killed_before: int, times: int = 1) -> subprocess.Popen:
    path = root / f"{name}.pickle"
    path.write_bytes(pickle.dumps(plan))
    command = [sys.executable, "-c", CHILD, str(path), str(root), str(killed_before), str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _other(plan):
    first, second, _ = plan.schedule
    return replace(plan, schedule=(first, second, Visit(week=16, window=(-1, 1))))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("killed_before", [3, MOVES - 1, MOVES])
def test_a_killed_process_leaves_the_old_data_or_none(tiny_plan, tiny_study, killed_before):
    old = load_trial(tiny_plan, tiny_study)
    child = _child(_other(tiny_plan), tiny_study, "other", killed_before)
    child.communicate(timeout=120)
    assert child.returncode == -9
    folder = tiny_study / "data" / "processed" / "tiny"
    assert folder.exists() == (killed_before < MOVES)
    if folder.exists():
        assert _visits(tiny_plan, tiny_study).equals(old.visits)
    assert load_trial(tiny_plan, tiny_study).visits.equals(old.visits)


def _state(plan, root) -> dict:
    return _made_from(root / "data" / "raw" / "tiny") | {"plan": plan_hash(plan)}


def _visits(plan, root):
    """The visits on disk that were derived under this plan; None where there are none."""
    stored = read_derived(root / "data" / "processed" / "tiny", TABLES, _state(plan, root))
    return stored and stored.tables["visits"]


def _write(trial, root, state: dict) -> None:
    tables = {name: getattr(trial, name) for name in TABLES}
    write_derived(Derived(tables, trial.hashes), root / "data" / "processed" / "tiny", state)


def test_leftovers_of_killed_processes_are_removed_after_an_hour(tiny_plan, tiny_study):
    processed = tiny_study / "data" / "processed"
    for name in (".tiny.old", ".tiny.young", ".other.old"):
        (processed / name).mkdir(parents=True)
    ago = time.time() - 2 * derived.LEFTOVER_SECONDS
    for name in (".tiny.old", ".other.old"):
        os.utime(processed / name, (ago, ago))
    load_trial(tiny_plan, tiny_study)
    assert sorted(p.name for p in processed.iterdir()) == [".other.old", ".tiny.young", "tiny"]


def test_a_leftover_that_vanishes_while_it_is_looked_at_is_no_error(tiny_plan, tiny_study):
    processed = tiny_study / "data" / "processed"
    processed.mkdir(parents=True)
    (processed / ".tiny.gone").symlink_to(processed / "nowhere")
    assert len(load_trial(tiny_plan, tiny_study).people) == 10


def test_an_interrupt_leaves_the_old_data(tiny_plan, tiny_study, monkeypatch):
    load_trial(tiny_plan, tiny_study)
    processed = tiny_study / "data" / "processed"
    before = {p.name: p.read_bytes() for p in (processed / "tiny").iterdir()}
    write, written = derived.replace_file, []

    def stopped(path, content):
        written.append(path)
        if len(written) == 4:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(derived, "replace_file", stopped)
    with pytest.raises(KeyboardInterrupt):
        load_trial(_other(tiny_plan), tiny_study)
    assert [p.name for p in processed.iterdir()] == ["tiny"]
    assert {p.name: p.read_bytes() for p in (processed / "tiny").iterdir()} == before


def test_a_full_disk_is_told_and_leaves_nothing(tiny_plan, tiny_study, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(derived.os, "rename", full)
    with pytest.raises(DataError, match="No space left on device") as error:
        load_trial(tiny_plan, tiny_study)
    assert error.value.exit_code == 11
    assert not list((tiny_study / "data" / "processed").iterdir())


def test_a_reader_in_the_middle_of_a_swap_takes_no_mixture(tiny_plan, tiny_study, monkeypatch):
    plans = [tiny_plan, _other(tiny_plan)]
    _, new = (load_trial(plan, tiny_study) for plan in plans)
    old = load_trial(tiny_plan, tiny_study)
    read, seen, state = derived._read_table, [], _state(plans[1], tiny_study)

    def swapped_after_the_first(where, name, told):
        seen.append(name)
        if len(seen) == 2:
            _write(new, tiny_study, state)
        return read(where, name, told)

    monkeypatch.setattr(derived, "_read_table", swapped_after_the_first)
    assert _visits(tiny_plan, tiny_study) is None
    assert seen == ["people", "visits"]
    assert _visits(plans[1], tiny_study).equals(new.visits)
    assert not old.visits.equals(new.visits)


def test_writers_at_once_leave_one_whole_folder(tiny_plan, tiny_study):
    plans = [tiny_plan, _other(tiny_plan)]
    trials = [load_trial(plan, tiny_study) for plan in plans]
    folder = tiny_study / "data" / "processed" / "tiny"
    states = [_state(plan, tiny_study) for plan in plans]

    def write(which: int) -> None:
        for _ in range(15):
            _write(trials[which], tiny_study, states[which])

    def read(which: int) -> None:
        for _ in range(60):
            visits = _visits(plans[which], tiny_study)
            assert visits is None or visits.equals(trials[which].visits)

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(work, which) for work in (write, read) for which in (0, 1)]
        for job in jobs:
            job.result()
    stored = [_visits(plan, tiny_study) for plan in plans]
    assert sum(visits is not None for visits in stored) == 1
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]
    assert len(list(folder.iterdir())) == len(TABLES) + 1


def test_two_processes_at_once_both_get_their_trial(tiny_plan, tiny_study):
    children = [
        _child(plan, tiny_study, name, killed_before=10**9, times=5)
        for plan, name in ((tiny_plan, "one"), (_other(tiny_plan), "two"))
    ]
    for child in children:
        out, complaint = child.communicate(timeout=120)
        assert child.returncode == 0, complaint
        assert out.split() == ["20"] * 5
    assert [p.name for p in (tiny_study / "data" / "processed").iterdir()] == ["tiny"]
