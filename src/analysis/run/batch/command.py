"""The command `analysis batch`: lay out, decide, carry out, and tell what became of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analysis import run as rooms
from analysis.errors import AnalysisError, BatchError, UsageError
from analysis.run import folder
from analysis.run.batch.carry import Carrier, left
from analysis.run.batch.decide import Decision, decide
from analysis.run.batch.follow import follow
from analysis.run.batch.journal import (
    Journal,
    begun_fresh,
    journal_path,
    open_journal,
    read_events,
)
from analysis.run.batch.layout import Layout, PlannedRun, lay_out
from analysis.run.batch.only import chosen
from analysis.run.batch.read import batch_path
from analysis.run.batch.record import record_batch
from analysis.run.batch.show import choose_show
from analysis.run.batch.stopping import stoppable
from analysis.run.batch.summary import LOST, STOPPED, Tally, tally
from analysis.run.batch.tell import tell_plan, tell_summary
from analysis.run.kernel.server import fork_server, why_plain
from analysis.run.pool import ENVIRONMENT, Processes
from analysis.run.sockets import socket_folder
from analysis.run.tasks import default_workers
from analysis.run.unread import leave_closed_pipes, perhaps_unread

KERNELS = ("auto", "plain")
_INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class BatchRequest:
    """What was typed.

    Attributes:
        file: a batch's name or its file.
        workers: processes at once; None is as many as the machine has, at most four.
        only: studies, runs or `study/run`, with * and ?; none is all.
        fresh: run everything, up to date or not.
        dry_run: only tell what would be run and why.
        as_json: tell it in JSON lines.
        kernel: ``auto`` or ``plain``.
        scheduler: address of a Dask scheduler; None is this machine.
        slurm: let SLURM jobs run it.
    """

    file: str
    workers: int | None = None
    only: tuple[str, ...] = ()
    fresh: bool = False
    dry_run: bool = False
    as_json: bool = False
    kernel: str = "auto"
    scheduler: str | None = None
    slurm: bool = False


def run_batch(request: BatchRequest, root: Path) -> int:
    """Runs a batch, or goes on with it; returns the exit code: 0, 15 if something failed, or 130.

    Raises:
        UsageError: the file, a name or a value cannot be used, or the batch is running already;
            nothing was started.
        AnalysisError: the reports cannot be written.
    """
    started = time.monotonic()
    if request.kernel not in KERNELS:
        raise UsageError(
            f"There is no kernel `{request.kernel}`.",
            where="--kernel",
            do=f"write one of: {', '.join(KERNELS)}",
        )
    if request.slurm and request.scheduler:
        raise UsageError(
            "--slurm and --scheduler stand side by side.",
            where="--scheduler",
            why="with --slurm a scheduler of the batch's own is started",
            do="leave one of them out",
        )
    layout = lay_out(batch_path(request.file, root), root)
    runs = chosen(layout.runs, request.only)
    if request.dry_run:
        broken = 0
        with perhaps_unread():
            events, _ = read_events(journal_path(root, layout.name))
            since = _fresh_since(events) if request.fresh else None
            broken = tell_plan(decide(layout, runs, root, since), layout, request.as_json)
        return BatchError.exit_code if broken else 0
    try:
        return _run(layout, runs, request, root, started)
    except OSError as error:
        if error.errno not in folder.NO_WRITING:
            raise
        raise folder.cannot_write(error) from None


def _run(
    layout: Layout,
    runs: Sequence[PlannedRun],
    request: BatchRequest,
    root: Path,
    started: float,
) -> int:
    with open_journal(root, layout.name) as journal:
        since = _fresh_since(journal.events) if request.fresh else None
        decisions = decide(layout, runs, root, since)
        state = tally(decisions, journal.durations())
        if since is not None and state.kept:
            state.notes.append(f"--fresh goes on: what was run since {since} is kept")
        if journal.unreadable:
            lines = f"{journal.unreadable} lines of the journal cannot be read and are passed over"
            state.notes.append(f"{lines}; results are not decided by it")
        # What a stopped batch with --fresh had built waits for the same command.
        for decision in decisions if begun_fresh(journal.events) is None else ():
            if not decision.reason:
                folder.remove_stray(decision.good)
        queue = left(decisions)
        if queue or since or not journal.complete:
            began = _now()
            counts = {"kept": state.kept, "planned": state.planned, "runs": state.runs}
            journal.add("began", **counts, **({"since": since} if since else {}))
            if queue:
                _carry_out(layout, queue, journal, state, request, root, since)
            # One that was asked for a part of the runs ends none that it only goes on with.
            whole = not request.only or begun_fresh(journal.events) is None
            closes = {"closes_fresh": True} if since and not queue and whole else {}
            _put_on_record(layout, queue, journal, state, began, closes, root)
    with perhaps_unread():
        tell_summary(state, time.monotonic() - started, len(queue), request.as_json)
    if state.ending == STOPPED:
        return _INTERRUPTED
    unwell = state.failures or queue or state.ending == LOST or state.unrecorded
    return BatchError.exit_code if unwell else 0


def _fresh_since(events: Sequence[dict]) -> str:
    """Since when results count as fresh: a batch that was stopped goes on, else from now on."""
    return begun_fresh(events) or _now()


def _put_on_record(
    layout: Layout,
    queue: deque[Decision],
    journal: Journal,
    state: Tally,
    began: str,
    closes: Mapping[str, bool],
    root: Path,
) -> None:
    """Writes the index and the crate, also where a batch was killed when all was done but this.

    Where the disk takes no more, what became of the batch is told all the same.
    """
    try:
        record_batch(layout, state, root, began)
        counts = {"done": len(state.done), "failed": len(state.failures), "left": len(queue)}
        journal.add(state.ending, **counts, **closes)
    except (OSError, AnalysisError) as error:
        if isinstance(error, OSError) and error.errno not in folder.NO_WRITING:
            raise
        known = error if isinstance(error, AnalysisError) else folder.cannot_write(error)
        state.unrecorded = known.text()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _carry_out(
    layout: Layout,
    queue: deque[Decision],
    journal: Journal,
    state: Tally,
    request: BatchRequest,
    root: Path,
    since: str | None,
) -> None:
    """Runs what is in the queue; what is left there was not begun. The tally says how it ended."""
    try:
        with ExitStack() as stack:
            stack.enter_context(stoppable())
            show = choose_show(request.as_json)
            stack.callback(show.stop)
            show.began(state)
            carrier = _carrier(layout, queue, state, request, root, stack)
            carrier.since = since
            try:
                follow(carrier, journal, state, show, root)
                carrier.engine.close()
            except BaseException:
                try:
                    carrier.engine.stop()
                finally:
                    carrier.release()
                raise
    except KeyboardInterrupt:
        state.ending = STOPPED
    except BrokenPipeError:
        # Who read the output has gone, as `head` does when it has its lines.
        if not leave_closed_pipes():
            raise
        state.ending = STOPPED
    except UsageError:
        # A cluster that cannot be used: nothing was started.
        raise
    except AnalysisError as error:
        # The cluster has gone, the program was changed, or the disk takes no more.
        state.ending, state.why = LOST, error.text()


def _carrier(
    layout: Layout,
    queue: deque[Decision],
    state: Tally,
    request: BatchRequest,
    root: Path,
    stack: ExitStack,
) -> Carrier:
    fork = request.kernel != "plain"
    if request.slurm or request.scheduler:
        workers, options = request.workers or default_workers(), layout.batch.slurm
        joined = (
            rooms.slurm.slurm(workers, options, root)
            if request.slurm
            else rooms.cluster.connected(request.scheduler, root)
        )
        engine = rooms.cluster.Cluster(stack.enter_context(joined), fork, root)
        return Carrier(layout, root, queue, engine, server=None)
    runtime = stack.enter_context(socket_folder())
    chapters = state.planned if fork else 0
    server = stack.enter_context(fork_server(Path(runtime), ENVIRONMENT, chapters))
    if server is None and fork and (reason := why_plain()):
        state.notes.append(f"plain kernels: {reason}")
    engine = Processes(request.workers or default_workers(), runtime)
    return Carrier(layout, root, queue, engine, server)
