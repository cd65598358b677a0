"""Beyond one machine: stages carried out by the workers of a Dask cluster on a shared folder.

The results are those of the processes of one machine, byte for byte: the same stages with the same
environment, each chapter in a kernel of its own. A worker that is killed loses nothing: Dask gives
its stages to another one, and that is told.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from analysis.errors import BatchError, UsageError
from analysis.run.begun import Begun, carry_out_told
from analysis.run.worker import Wanted, refuse_unfit, seen_from_here

_PATIENCE = "30s"
# How long the first worker is waited for, which a person starts.
_BY_HAND = "10 min"
# What Dask takes for a scheduler's address.
_ADDRESS = re.compile(r"(tcp|tls|ucx|inproc|wss?)://.+:\d+/?")


class Cluster:
    """An engine of Dask workers.

    Args:
        client: a connected `distributed.Client`.
        fork: whether chapters are run in forked kernels where a worker can.
        root: the project folder.
    """

    # A worker that is lost takes its own stage with it and no other.
    together = False

    def __init__(self, client: Any, fork: bool, root: Path) -> None:
        self._client, self._fork = client, fork
        # Workers that come later look for themselves whether they are fit, once a batch.
        self._wanted = Wanted(str(root), seen_from_here(str(root)), uuid.uuid4().hex)
        self._executor = client.get_executor(pure=False, retries=3)
        self._begun, self._numbers = Begun(client, self._wanted.batch), count()

    @property
    def workers(self) -> int:
        """How many workers there are now; at least one, as more may be coming.

        Raises:
            BatchError: the scheduler has gone.
        """
        with self._reached():
            return max(len(self._client.nthreads()), 1)

    def submit(self, stage: str, *given: object) -> Future:
        """Gives a stage to the cluster.

        Raises:
            BatchError: the scheduler has gone.
        """
        number, what = next(self._numbers), (stage, given, self._fork, self._wanted)
        with self._reached():
            future = self._executor.submit(carry_out_told, self._begun.topic, number, *what)
        self._begun.follow(number, future)
        return future

    def in_hand_when_lost(self, future: Future) -> bool:
        """Always: a cluster gives a stage up where several workers were lost with it."""
        return True

    def begun_again(self) -> list[Future]:
        """Stages that another worker began, since the one that had begun them was lost."""
        return self._begun.again()

    def close(self) -> None:
        """Lets go of the cluster, which goes on without this batch."""
        self.stop()

    def stop(self) -> None:
        """Takes back what was not begun; a chapter that a worker has in hand ends by itself."""
        # A scheduler that has gone has taken everything with it.
        with suppress(BatchError), self._reached():
            self._executor.shutdown(wait=False)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """What is asked of the scheduler; where it has gone, also in this moment, words say so."""
        with words_where_gone(self._client):
            if self._client.status != "running":
                raise gone()
            yield


def gone() -> BatchError:
    """The error of a scheduler that cannot be reached any more."""
    return BatchError(
        "The scheduler cannot be reached any more.",
        where="--scheduler",
        why="nothing new can be begun; what was finished is kept",
        do="start it again and type the same command: it goes on from here",
    )


@contextmanager
def connected(address: str, root: Path) -> Iterator[Any]:
    """A client of the scheduler at an address, once its workers are known to be fit.

    Args:
        address: ``tcp://host:port`` or ``tls://host:port``; certificates are named by Dask's own
            configuration.
        root: the project folder, which every worker must see at the same place.

    Raises:
        UsageError: Dask is not installed, the address is none, nobody answers, or a worker is not
            fit.
        BatchError: no worker came.
    """
    distributed = dask()
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"`{address}` is no address of a scheduler.",
            where="--scheduler",
            do="write it as `dask scheduler` prints it, such as tcp://HOST:8786",
        )
    quiet()
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f"No scheduler answers at {address} ({type(error).__name__}).",
            where="--scheduler",
            do="start it with `dask scheduler`, then workers with `dask worker ADDRESS --nthreads 1"
            " --no-nanny`",
        ) from None
    with closed_at_the_end(client):
        with words_where_gone(client):
            wait_for_one(client, _BY_HAND, "--scheduler")
            refuse_unfit(client, root)
        yield client


def wait_for_one(client: Any, longest: str, option: str) -> None:
    """Waits until there is a worker, and says so.

    Raises:
        BatchError: none came.
    """
    if client.nthreads():
        return
    sys.stderr.write(f"Waiting for the first worker, at most {longest}.\n")
    try:
        client.wait_for_workers(1, timeout=longest)
    except TimeoutError:
        raise BatchError(
            f"No worker came within {longest}.",
            where=option,
            why="nothing was begun",
            do="look why none is let in, or start one, and type the same command",
        ) from None


@contextmanager
def words_where_gone(client: Any) -> Iterator[None]:
    """Words for a connection that was closed, or a client that closes itself, and nothing else.

    Raises:
        BatchError: the scheduler has gone.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if client.status == "running" and not _of_connection(error):
            raise
        raise gone() from None


def _of_connection(error: Exception) -> bool:
    # Dask tells what it could not reach without a number; a file that cannot be read has one.
    known = isinstance(error, ConnectionError | TimeoutError)
    return known or (isinstance(error, OSError) and error.errno is None)


@contextmanager
def closed_at_the_end(opened: Any) -> Iterator[Any]:
    """A client, or a cluster, that is closed with the block."""
    try:
        yield opened
    finally:
        # A scheduler that has gone cannot be told that its client goes too, and jobs that were
        # never let in are none that Dask knows how to end.
        with suppress(OSError, RuntimeError, AssertionError):
            opened.close()


def quiet() -> None:
    """Lets no library speak of the cluster."""
    # What is wrong with a cluster is told as an error in words; Dask would add tracebacks.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def dask() -> Any:
    """The library for clusters.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import distributed
    except ImportError:
        raise not_installed("dask", "dask") from None
    return distributed


def not_installed(extra: str, package: str) -> UsageError:
    """The error where a library of an optional part is not there."""
    return UsageError(
        f"{package} is not installed here.",
        where=f"--{'slurm' if extra == 'slurm' else 'scheduler'}",
        why="it is an optional part",
        do=f"install it: pip install 'training-and-pain-outcomes[{extra}]'",
    )
