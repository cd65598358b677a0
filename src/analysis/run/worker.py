"""A worker of a cluster: whether it is fit, how it is made ready, and what it carries out."""

from __future__ import annotations

import atexit
import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from analysis.errors import BatchError, UsageError
from analysis.report.environment import environment
from analysis.report.hashing import content_hash, source_hashes
from analysis.run.inputs import PACKAGE
from analysis.run.job import Job
from analysis.run.kernel.server import FEWEST, fork_server
from analysis.run.pool import ENVIRONMENT, carry_out
from analysis.run.sockets import socket_folder

_WHY_UNFIT = "its results would not be those of this machine"
_DO_UNFIT = (
    "give every worker the same folder at the same place and the same environment, and start it "
    "again after the program was changed"
)
# The program as this process loaded it; an edit that came later is not in what it calculates.
_PROGRAM = content_hash(source_hashes(PACKAGE))


class Seen(NamedTuple):
    """What a worker sees: the names of the project's plans; its program and packages, as hashes."""

    plans: tuple[str, ...]
    program: str
    packages: str


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
    for name, theirs in client.run(seen_from_here, str(root), on_error="return").items():
        if isinstance(theirs, OSError):
            # It has just gone; if it comes back it looks for itself.
            continue
        # A worker without this program cannot even look.
        what = "the program" if isinstance(theirs, Exception) else _other(ours, Seen(*theirs))
        if what:
            raise UsageError(
                f"The worker {name} has other contents of {what}.",
                where="--scheduler",
                why=_WHY_UNFIT,
                do=_DO_UNFIT,
            )


def seen_from_here(root: str) -> Seen:
    """What this process sees of the project at a place."""
    plans = sorted(path.name for path in Path(root, "plans").glob("*.yaml"))
    return Seen(tuple(plans), _PROGRAM, str(environment(Path(root))["sha256"]))


@dataclass(frozen=True)
class Wanted:
    """What a batch asks of a worker: to see the same at the project's place."""

    root: str
    seen: Seen
    batch: str


def carry_out_there(stage: str, given: tuple, fork: bool, wanted: Wanted) -> object:
    """Carries out a stage in a worker, which is made ready when its first one comes.

    Raises:
        BatchError: the worker came later than the batch, and is not fit for it.
        OSError: the run is not being built any more.
    """
    if what := _unfit(wanted):
        raise BatchError(
            f"A worker that came later has other contents of {what}.",
            where=f"the worker on {socket.gethostname()}",
            why=f"{_WHY_UNFIT}; nothing of it was used",
            do=f"{_DO_UNFIT}, and type the same command: it goes on from here",
        )
    building = next(each for each in _plain(given) if isinstance(each, Path))
    if not building.is_dir():
        # Its batch was killed and the next one has ended: nobody waits for this stage.
        raise FileNotFoundError("the run is not being built any more")
    server = _ready(fork)
    given = tuple(replace(each, server=server) if isinstance(each, Job) else each for each in given)
    return carry_out(stage, given)


def _plain(given: tuple) -> list[object]:
    return [each.folder if isinstance(each, Job) else each for each in given]


@cache
def _unfit(wanted: Wanted) -> str:
    here = seen_from_here(wanted.root)
    # A plan that was added while the batch runs is no other project.
    shared = tuple(name for name in here.plans if name in wanted.seen.plans)
    return _other(wanted.seen, here._replace(plans=shared))


def _other(ours: Seen, theirs: Seen) -> str:
    """What differs from another's; empty where nothing does."""
    named = zip(("the project", "the program", "the packages"), ours, theirs, strict=True)
    return next((what for what, own, other in named if own != other), "")


@cache
def _ready(fork: bool) -> str | None:
    """The environment, a short place for sockets and a fork server, as long as the worker is."""
    os.environ.update(ENVIRONMENT)
    stack = ExitStack()
    atexit.register(stack.close)
    runtime = stack.enter_context(socket_folder())
    os.environ["TMPDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    return stack.enter_context(fork_server(Path(runtime), ENVIRONMENT, FEWEST if fork else 0))
