"""The worker processes: their environment, and their end when the command ends."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType

from analysis import run as rooms
from analysis.run.sockets import remove_folder

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

    # A worker that is killed breaks its pool, and the pool ends the others.
    together = True

    def __init__(self, workers: int, runtime: str) -> None:
        self.workers, self._runtime = workers, runtime
        # What each pool was given and has not carried out, in the order in which workers take it.
        self._given: list[dict[Future, None]] = []
        self._pool = self._open()

    def submit(self, stage: str, *given: object) -> Future:
        """Gives a stage to the next free worker: a function of `analysis.run.stages` by its name.

        By name, since papermill and all that it needs load in the workers only.
        """
        try:
            future = self._pool.submit(carry_out, stage, given)
        except BrokenProcessPool:
            # A worker was killed: its stage and those that waited are lost, the engine is not.
            self._pool.shutdown(wait=False)
            self._pool = self._open()
            future = self._pool.submit(carry_out, stage, given)
        left = self._given[-1]
        left[future] = None
        future.add_done_callback(lambda each: left.pop(each) if _carried_out(each) else None)
        return future

    def in_hand_when_lost(self, future: Future) -> bool:
        """Whether a stage was among the first, as many as there are workers, when its pool broke.

        Which of them ended its worker is not known.
        """
        if future.cancelled() or not isinstance(future.exception(), BrokenProcessPool):
            return True
        left = next(given for given in self._given if future in given)
        return future in list(left)[: self.workers]

    def begun_again(self) -> list[Future]:
        """None: a stage that was lost is given again by who gave it."""
        return []

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
        self._given.append({})
        return ProcessPoolExecutor(
            max_workers=self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._runtime,),
        )


def _carried_out(future: Future) -> bool:
    return not future.cancelled() and future.exception() is None


def carry_out(stage: str, given: tuple) -> object:
    """Carries out a stage in this process."""
    return getattr(_stages(), stage)(*given)


@cache
def _stages() -> ModuleType:
    """The stages and all that they need, which the garbage collector need not look through."""
    gc.disable()
    try:
        return rooms.stages
    finally:
        gc.freeze()
        gc.enable()


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
    try:
        remove_folder(Path(runtime))
    finally:
        os._exit(1)
