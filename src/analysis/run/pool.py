"""The worker processes: their environment, and their end when the command ends."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import warnings
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from analysis import run as rooms

# One thread and one order of hashing: the same figures whatever else the machine does.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
    "COLUMNS": "100",
    "JUPYTER_PREFER_ENV_PATH": "1",
}


class Processes:
    """An engine of worker processes on this machine; they load what the stages need once.

    Args:
        workers: how many.
        runtime: a folder for the sockets of their kernels.
    """

    def __init__(self, workers: int, runtime: str) -> None:
        self.workers, self._runtime = workers, runtime
        self._pool = self._open()

    def submit(self, stage: str, *given: object) -> Future:
        """Gives a stage to the next free worker: a function of `analysis.run.stages` by its name.

        By name, since papermill and all that it needs load in the workers only.
        """
        try:
            return self._pool.submit(carry_out, stage, given)
        except BrokenProcessPool:
            # A worker was killed: its stage and those that waited are lost, the engine is not.
            self._pool.shutdown(wait=False)
            self._pool = self._open()
            return self._pool.submit(carry_out, stage, given)

    def close(self) -> None:
        """Ends the workers, which have nothing left to do."""
        self._pool.shutdown()

    def stop(self) -> None:
        """Ends the workers now; their kernels see it and end within a second or two."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join(timeout=5)

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._runtime,),
        )


def carry_out(stage: str, given: tuple) -> object:
    """Carries out a stage in this process."""
    return getattr(rooms.stages, stage)(*given)


def _prepare(runtime: str) -> None:
    os.environ.update(ENVIRONMENT)
    # Connection files and sockets go with the folder, also after a kernel that had to be killed.
    os.environ["TMPDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    # The main process decides what an interrupt means; a worker would only print a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    # Loading it takes a second, for a check of addresses that no notebook's schema asks for;
    # jsonschema, which nbformat needs, goes without.
    sys.modules.setdefault("rfc3987_syntax", None)
    threading.Thread(target=_end_with_parent, args=(runtime,), daemon=True).start()


def _end_with_parent(runtime: str) -> None:
    # A worker whose parent was killed would otherwise wait for work for ever.
    wait([multiprocessing.parent_process().sentinel])
    shutil.rmtree(runtime, ignore_errors=True)
    os._exit(1)
