"""Workers as SLURM jobs, through dask-jobqueue: begun with a batch and ended with it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.errors import UsageError
from analysis.run.cluster import (
    closed_at_the_end,
    dask,
    not_installed,
    quiet,
    wait_for_one,
    words_where_gone,
)
from analysis.run.worker import refuse_unfit

# How long the first job is waited for, which a queue lets in.
_IN_QUEUE = "12 h"


@contextmanager
def slurm(workers: int, options: Mapping[str, object], root: Path) -> Iterator[Any]:
    """A client of workers that are SLURM jobs of one thread each, ended with the block.

    Raises:
        UsageError: dask-jobqueue or SLURM is not here, or a worker is not fit.
        BatchError: no job was let in for hours.
    """
    distributed, SLURMCluster = dask(), _jobqueue()
    if shutil.which("sbatch") is None:
        raise UsageError(
            "There is no `sbatch` here.",
            where="--slurm",
            why="jobs are handed to SLURM by it",
            do="start the batch on a machine of the cluster from which jobs are submitted",
        )
    quiet()
    with (
        closed_at_the_end(SLURMCluster(**slurm_settings(options))) as cluster,
        closed_at_the_end(distributed.Client(cluster, set_as_default=False)) as client,
    ):
        cluster.scale(jobs=workers)
        with words_where_gone(client):
            wait_for_one(client, _IN_QUEUE, "--slurm")
            refuse_unfit(client, root)
        yield client


def slurm_settings(options: Mapping[str, object]) -> dict[str, object]:
    """What a SLURM job of one worker is given: one thread, no nanny, and what the site asks for."""
    fixed = {"cores": 1, "processes": 1, "nanny": False, "worker_extra_args": ["--no-dashboard"]}
    return {"memory": "2GB", "walltime": "04:00:00", **options, **fixed}


def _jobqueue() -> Any:
    """The kind of cluster whose workers are SLURM jobs."""
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError:
        raise not_installed("slurm", "dask-jobqueue") from None
    finally:
        # The library sets a handler of its own, by which an interrupt would end the batch as if all
        # had been well.
        signal.signal(signal.SIGINT, interrupt)
    return SLURMCluster
