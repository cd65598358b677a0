"""A Dask scheduler and two workers as processes of their own, to be killed and started anew."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import sys
import time

import psutil

_WORKERS = 2
_QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class DaskCluster:
    """The processes, at one address as long as this lasts."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._scheduler: subprocess.Popen | None = None
        self._workers: list[subprocess.Popen] = []
        self.mend()

    @property
    def address(self) -> str:
        """Where the scheduler is to be found."""
        return f"tcp://127.0.0.1:{self._port}"

    def mend(self) -> None:
        """Starts what is not running, and waits until the scheduler answers."""
        if self._scheduler is None or self._scheduler.poll() is not None:
            # Workers that have lost their scheduler end by themselves, or have to.
            self._end(self._workers)
            where = ["--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"]
            self._scheduler = _dask("scheduler", *where)
            self._wait()
        self._workers = [each for each in self._workers if each.poll() is None]
        while len(self._workers) < _WORKERS:
            words = [self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            self._workers.append(_dask("worker", *words))

    def kill(self, wanted: str, rng: random.Random) -> bool:
        """Kills the scheduler, one worker or one kernel; whether there was one."""
        if wanted == "scheduler":
            found = [psutil.Process(self._scheduler.pid)]
        else:
            found = [psutil.Process(each.pid) for each in self._workers if each.poll() is None]
        if wanted == "kernel":
            found = [kernel for worker in found for kernel in _kernels(worker)]
        with contextlib.suppress(psutil.Error):
            if found:
                rng.choice(sorted(found, key=lambda each: each.pid)).kill()
                return True
        return False

    def stop(self) -> None:
        """Ends all of it."""
        self._end([*self._workers, self._scheduler])

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                return
            time.sleep(0.1)
        raise SystemExit("the scheduler did not start")

    def _end(self, processes: list[subprocess.Popen]) -> None:
        for each in processes:
            each.kill()
            each.wait()


def _kernels(worker: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        below = worker.children(recursive=True)
        return [
            each
            for each in below
            if "ipykernel_launcher" in (words := " ".join(each.cmdline()))
            or ("preload.py" in words and each.ppid() != worker.pid)
        ]
    return []


def _dask(what: str, *words: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "dask", what, *words], **_QUIET)
