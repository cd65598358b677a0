"""Kills a batch, its workers, kernels and fork server at random moments, and looks what is lost.

    python -m tests.faults.kills --kills 50 --seed 1     real processes and kernels: make kills
    python -m tests.faults.kills --kills 20 --dask       a scheduler and two workers of Dask as well
    python -m tests.faults.kills --kills 6 --inline      the batch alone, in forks of this process

A batch is begun in a new project and killed once or twice at a random moment; then the same command
is typed again until it ends by itself. Every file of its reports must be what an undisturbed batch
makes, to the last byte but for the declared times; beside them nothing may be left but the runner's
own notes, and no note may name the folder. The last line is a record of it all, as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from analysis.run import finished, folder, stages
from analysis.run.batch import command
from tests.faults.dask_cluster import DaskCluster
from tests.spec import batch_books
from tests.spec.run_books import EMPTY, GOOD, make_project, write_chapter

PATIENCE = 300
# So that a kill often falls into a chapter.
SLOW = "import time; time.sleep(0.3)"
NIGHT = batch_books.NIGHT.replace("[8]", "[8, 16]")
VICTIMS = ("batch", "batch", "worker", "kernel", "server")
OF_DASK = ("batch", "worker", "worker", "scheduler", "scheduler", "kernel")


def project(root: Path) -> Path:
    """A new project of two chapters and a batch of three runs."""
    root.mkdir()
    made = make_project(root)
    for name, cell in (("01_people", EMPTY), ("02_effect", GOOD)):
        write_chapter(made, name, SLOW, cell.format(name=name))
    batch_books.write_batch(made, NIGHT)
    return made


def begin(root: Path, *more: str) -> int:
    """The command as a person types it; returns its process."""
    words = [sys.executable, "-m", "analysis", "batch", "night", "--workers", "2", *more]
    with said(root).open("w") as to:
        return subprocess.Popen(words, cwd=root, stdout=to, stderr=to).pid


def said(root: Path) -> Path:
    """What the last command of a project said, beside it."""
    return root.with_suffix(".txt")


def begin_inline(root: Path) -> int:
    """The same in a fork of this process: no kernels, no workers, and little time."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        command.Processes = batch_books.Inline
        stages.execute_chapter = batch_books.execute
        command.fork_server = lambda *_: contextlib.nullcontext(None)
        code = command.run_batch(command.BatchRequest(file="night"), root)
    finally:
        os._exit(code)


def ended(pid: int) -> int | None:
    """The exit code of a process of ours; None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def finish(pid: int) -> int:
    """Waits for a process of ours to end by itself."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (code := ended(pid)) is not None:
            return code
        time.sleep(0.02)
    raise SystemExit(f"the batch did not end within {PATIENCE} s")


def kind(process: psutil.Process) -> str | None:
    """What a process of a batch is."""
    words = " ".join(process.cmdline())
    if "preload.py" in words:
        return "kernel" if "preload.py" in " ".join(process.parent().cmdline()) else "server"
    if "ipykernel_launcher" in words:
        return "kernel"
    return "worker" if "spawn_main" in words else None


def victims(batch: int, wanted: str) -> Iterator[psutil.Process]:
    """The processes of a batch that are of a kind."""
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(batch).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if kind(process) == wanted:
                    yield process


def kill(batch: int, wanted: str, rng: random.Random) -> str | None:
    """Kills one process of a kind; what was killed, or None if there was none."""
    family = []
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(batch).children(recursive=True)
    found = sorted(victims(batch, wanted), key=lambda p: p.pid)
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        if wanted == "batch":
            os.kill(batch, signal.SIGKILL)
            finish(batch)
            _, alive = psutil.wait_procs(family, timeout=20)
            if alive:
                raise SystemExit(f"{len(alive)} processes outlived the batch")
            return wanted
        if found:
            rng.choice(found).kill()
            return wanted
    return None


def disturbed(root: Path, way: Way, usual: float, rng: random.Random, most: int) -> Counter:
    """Runs the batch of a project to its end, with kills on the way; returns what was killed."""
    killed: Counter[str] = Counter()
    for attempt in range(8):
        pid = way.start(root)
        wanted = rng.choice(way.victims)
        # Most of the moments lie before its end, also where the machine is less busy than before.
        moment = time.monotonic() + rng.uniform(0, 0.7 * usual)
        code = done = None
        while code is None and done is None and killed.total() < most:
            time.sleep(0.01)
            code = ended(pid)
            if code is None and time.monotonic() > moment:
                # Or, if there is none at the moment, as soon as there is one.
                done = way.kill(pid, wanted, rng)
        killed.update([done] if done else [])
        if done == "batch":
            continue
        code = finish(pid) if code is None else code
        way.mend()
        if code == 0:
            return killed
        # 2 where nobody answered yet when the batch asked for its scheduler.
        if code != 15 and (code, done) != (2, "scheduler"):
            crash = root / folder.REPORTS / "crash.log"
            told = [path.read_text() for path in (said(root), crash) if path.is_file()]
            raise SystemExit("\n".join([f"exit code {code} in attempt {attempt}", *told]))
    raise SystemExit("the batch did not come to its end")


def undisturbed(clean: Path, way: Way, root: Path) -> tuple[float, dict[str, bytes]]:
    """How long a batch takes that nobody kills, and what it makes."""
    shutil.copytree(clean, root)
    began = time.monotonic()
    if finish(way.start(root)) != 0:
        raise SystemExit("the undisturbed batch failed")
    return time.monotonic() - began, batch_books.lasting(root)


def leftovers(root: Path) -> list[str]:
    """Hidden files that are no notes of the runner, and notes that name the project's folder."""
    reports = root / folder.REPORTS
    notes = (finished.BOUND, ".note.json")
    hidden = reports.glob("*/*/**/.*")
    bad = [p for p in hidden if not p.name.endswith(notes) or bytes(root) in p.read_bytes()]
    return [str(path) for path in [*reports.glob("*/.*.building"), *bad]]


@dataclass(frozen=True)
class Way:
    """How a batch is run, and what of it is killed."""

    start: Callable[[Path], int]
    victims: tuple[str, ...]
    kill: Callable[[int, str, random.Random], str | None] = kill
    mend: Callable[[], None] = lambda: None


def way_of(given: argparse.Namespace, stack: contextlib.ExitStack) -> Way:
    """The way that was asked for; a cluster lasts as long as the stack."""
    if given.inline:
        return Way(begin_inline, ("batch",))
    if not given.dask:
        return Way(begin, VICTIMS)
    dask = DaskCluster()
    stack.callback(dask.stop)

    def killed(batch: int, wanted: str, rng: random.Random) -> str | None:
        if wanted == "batch":
            return kill(batch, wanted, rng)
        done = dask.kill(wanted, rng)
        if wanted == "worker":
            # One that comes while the batch goes on.
            dask.mend()
        return wanted if done else None

    def start(root: Path) -> int:
        return begin(root, "--scheduler", dask.address)

    return Way(start, OF_DASK, killed, dask.mend)


def main() -> None:
    """Kills, resumes and compares until enough was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inline", action="store_true")
    parser.add_argument("--dask", action="store_true")
    given = parser.parse_args()
    rng, killed, rounds = random.Random(given.seed), Counter(), 0
    with contextlib.ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True)
        place = stack.enter_context(temporary)
        way = way_of(given, stack)
        clean = project(Path(place, "clean"))
        # The first one also loads everything for the first time.
        undisturbed(clean, way, Path(place, "first"))
        usual, whole = undisturbed(clean, way, Path(place, "whole"))
        while killed.total() < given.kills:
            root = shutil.copytree(clean, Path(place, f"round-{rounds}"))
            killed += disturbed(root, way, usual, rng, most=rng.choice([1, 2]))
            if given.dask:
                # A worker that a killed batch left ends what it has in hand; the next batch tidies.
                time.sleep(5)
                finish(way.start(root))
            found = batch_books.lasting(root)
            if found != whole:
                names = sorted({n for n in whole | found if whole.get(n) != found.get(n)})
                raise SystemExit(f"round {rounds} differs from an undisturbed batch in {names}")
            if left := leftovers(root):
                raise SystemExit(f"round {rounds} left {left}")
            shutil.rmtree(root)
            rounds += 1
            words = ", ".join(f"{name} {count}" for name, count in sorted(killed.items()))
            sys.stderr.write(f"{rounds} rounds, nothing lost; killed: {words}\n")
    record = {"files": len(whole), "kills": dict(killed), "rounds": rounds, "seed": given.seed}
    sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
