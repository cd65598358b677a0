"""Beyond one machine: stages carried out by the workers of a Dask cluster on a shared folder.

The results are those of the processes of one machine, byte for byte: the same stages with the same
environment, each chapter in a kernel of its own. A worker that is killed loses nothing: Dask gives
its stages to another one.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import BatchError, UsageError
from analysis.report.environment import environment
from analysis.run.job import Job
from analysis.run.kernel.server import FEWEST, fork_server
from analysis.run.pool import ENVIRONMENT, carry_out

_PATIENCE = "30s"


class Cluster:
    """An engine of Dask workers.

    Args:
        client: a connected `distributed.Client`.
        fork: whether chapters are run in forked kernels where a worker can.
    """

    def __init__(self, client: Any, fork: bool) -> None:
        self._client, self._fork = client, fork
        self._executor = client.get_executor(pure=False, retries=3)

    @property
    def workers(self) -> int:
        """How many workers there are now; at least one, as more may be coming.

        Raises:
            BatchError: the scheduler has gone.
        """
        self._refuse_gone()
        return max(len(self._client.nthreads()), 1)

    def submit(self, stage: str, *given: object) -> Future:
        """Gives a stage to the cluster.

        Raises:
            BatchError: the scheduler has gone.
        """
        self._refuse_gone()
        return self._executor.submit(carry_out_there, stage, given, self._fork)

    def close(self) -> None:
        """Lets go of the cluster, which goes on without this batch."""
        self._executor.shutdown(wait=False)

    def stop(self) -> None:
        """Takes back what was not begun; a chapter that a worker has in hand ends by itself."""
        if self._client.status == "running":
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _refuse_gone(self) -> None:
        if self._client.status != "running":
            raise gone()


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
        UsageError: Dask is not installed, nobody answers, or a worker is not fit.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f"No scheduler answers at {address} ({type(error).__name__}).",
            where="--scheduler",
            do="start it with `dask scheduler`, then workers with `dask worker ADDRESS --nthreads 1"
            " --no-nanny`",
        ) from None
    with client:
        refuse_unfit(client, root)
        yield client


@contextmanager
def slurm(workers: int, options: Mapping[str, object], root: Path) -> Iterator[Any]:
    """A client of workers that are SLURM jobs of one thread each, ended with the block.

    Raises:
        UsageError: dask-jobqueue is not installed, or a worker is not fit.
    """
    distributed = _distributed()
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError:
        raise _not_installed("slurm", "dask-jobqueue") from None
    with SLURMCluster(**slurm_settings(options)) as cluster, distributed.Client(cluster) as client:
        cluster.scale(jobs=workers)
        client.wait_for_workers(1)
        refuse_unfit(client, root)
        yield client


def slurm_settings(options: Mapping[str, object]) -> dict[str, object]:
    """What a SLURM job of one worker is given: one thread, no nanny, and what the site asks for."""
    fixed = {"cores": 1, "processes": 1, "nanny": False, "worker_extra_args": ["--no-dashboard"]}
    return {"memory": "2GB", "walltime": "04:00:00", **options, **fixed}


def refuse_unfit(client: Any, root: Path) -> None:
    """Passes where every worker has one thread, this project and the same packages.

    Raises:
        UsageError: one has not; names it.
    """
    many = [name for name, threads in client.nthreads().items() if threads != 1]
    if many:
        raise UsageError(
            f"{len(many)} workers have more than one thread, such as {many[0]}.",
            where="--scheduler",
            why="chapters that share a process would write into each other's folder",
            do="start workers with --nthreads 1, as many as there are cores",
        )
    ours = seen_from_here(str(root))
    for name, theirs in client.run(seen_from_here, str(root)).items():
        if theirs != ours:
            what = "the project" if theirs[0] != ours[0] else "the packages"
            raise UsageError(
                f"The worker {name} has other contents of {what}.",
                where="--scheduler",
                why="its results would not be those of this machine",
                do="give every worker the same folder at the same place, and the same environment",
            )


def seen_from_here(root: str) -> tuple[list[str], str]:
    """What a worker sees: the names of the project's plans and the hash of its packages."""
    plans = sorted(path.name for path in Path(root, "plans").glob("*.yaml"))
    return plans, str(environment(Path(root))["sha256"])


def carry_out_there(stage: str, given: tuple, fork: bool) -> object:
    """Carries out a stage in a worker, which is made ready when its first one comes."""
    server = _ready(fork)
    given = tuple(replace(each, server=server) if isinstance(each, Job) else each for each in given)
    return carry_out(stage, given)


@cache
def _ready(fork: bool) -> str | None:
    """The environment, a short place for sockets and a fork server, as long as the worker is."""
    os.environ.update(ENVIRONMENT)
    stack = ExitStack()
    atexit.register(stack.close)
    runtime = tempfile.mkdtemp(prefix="an-")
    stack.callback(shutil.rmtree, runtime, ignore_errors=True)
    os.environ["TMPDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    return stack.enter_context(fork_server(Path(runtime), ENVIRONMENT, FEWEST if fork else 0))


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise _not_installed("dask", "dask") from None
    return distributed


def _not_installed(extra: str, package: str) -> UsageError:
    return UsageError(
        f"{package} is not installed here.",
        where=f"--{'slurm' if extra == 'slurm' else 'scheduler'}",
        why="it is an optional part",
        do=f"install it: pip install 'training-and-pain-outcomes[{extra}]'",
    )
