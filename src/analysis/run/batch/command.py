"""The command `analysis batch`: lay out, decide, carry out, and tell what became of it."""

from __future__ import annotations

import signal
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from analysis.errors import BatchError, UsageError
from analysis.plan.problem import nearest
from analysis.report.index import write_index
from analysis.run import cluster, folder
from analysis.run.batch.carry import Carrier, Ended, left
from analysis.run.batch.decide import Decision, decide
from analysis.run.batch.journal import Journal, open_journal
from analysis.run.batch.layout import Layout, PlannedRun, lay_out
from analysis.run.batch.read import batch_path
from analysis.run.batch.show import Show, choose_show
from analysis.run.batch.summary import Tally, tally
from analysis.run.batch.tell import tell_plan, tell_summary
from analysis.run.job import StudyOutcome
from analysis.run.kernel.server import fork_server, why_plain
from analysis.run.pool import ENVIRONMENT, Processes
from analysis.run.tasks import default_workers

KERNELS = ("auto", "plain")
_EVERY = 0.5
_INTERRUPTED = 130
# Seconds between two writings of the index while runs come in.
_INDEX = 20


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
    layout = lay_out(batch_path(request.file, root), root)
    runs = _chosen(layout.runs, request.only)
    if request.dry_run:
        tell_plan(decide(layout, runs, root, request.fresh), request.as_json)
        return 0
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
        decisions = decide(layout, runs, root, request.fresh)
        state = tally(decisions, journal.durations())
        if journal.unreadable:
            lines = f"{journal.unreadable} lines of the journal cannot be read and are passed over"
            state.notes.append(f"{lines}; results are not decided by it")
        queue = left(decisions)
        interrupted = _carry_out(layout, queue, journal, state, request, root) if queue else False
    tell_summary(state, time.monotonic() - started, len(queue), interrupted, request.as_json)
    if interrupted:
        return _INTERRUPTED
    return BatchError.exit_code if state.failures or queue else 0


def _carry_out(
    layout: Layout,
    queue: deque[Decision],
    journal: Journal,
    state: Tally,
    request: BatchRequest,
    root: Path,
) -> bool:
    """Runs what is in the queue; what is left there was not begun. True if it was interrupted."""
    journal.add("began", kept=state.kept, planned=state.planned, runs=state.runs)
    signal.signal(signal.SIGTERM, _interrupt)
    interrupted = False
    with ExitStack() as stack:
        carrier = _carrier(layout, queue, state, request, root, stack)
        show = choose_show(request.as_json)
        stack.callback(show.stop)
        try:
            _follow(carrier, journal, state, show, root)
            carrier.engine.close()
        except BaseException as error:
            carrier.engine.stop()
            carrier.release()
            if not isinstance(error, KeyboardInterrupt):
                raise
            interrupted = True
    write_index(root / folder.REPORTS)
    word = "stopped" if interrupted else "ended"
    journal.add(word, done=len(state.done), failed=len(state.failures))
    return interrupted


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
            cluster.slurm(workers, options, root)
            if request.slurm
            else cluster.connected(request.scheduler, root)
        )
        engine = cluster.Cluster(stack.enter_context(joined), fork)
        return Carrier(layout, root, queue, engine, server=None)
    # Kernels that were stopped may still let go of their sockets while the folder is removed.
    sockets = tempfile.TemporaryDirectory(prefix="an-", ignore_cleanup_errors=True)
    runtime = stack.enter_context(sockets)
    chapters = state.planned if fork else 0
    server = stack.enter_context(fork_server(Path(runtime), ENVIRONMENT, chapters))
    if server is None and fork and (reason := why_plain()):
        state.notes.append(f"plain kernels: {reason}")
    engine = Processes(request.workers or default_workers(), runtime)
    return Carrier(layout, root, queue, engine, server)


def _follow(carrier: Carrier, journal: Journal, state: Tally, show: Show, root: Path) -> None:
    """Takes in what ends, notes it in the journal, and shows it."""
    indexed = time.monotonic()
    for told in carrier.outcomes(_EVERY):
        if isinstance(told, Ended):
            run, outcome = told.run.run, told.outcome
            failure = outcome.failure
            state.ended(run, outcome)
            words = {"study": outcome.study, "run": run, "chapter": outcome.stage}
            if failure is not None:
                journal.add("failed", **words, kind=failure.kind)
            elif outcome.stage not in ("data", "report"):
                journal.add("done", **words, seconds=outcome.seconds)
            show.ended(run, outcome, state)
        elif isinstance(told, StudyOutcome):
            state.closed(told)
            if told.report is not None:
                journal.add("placed", study=told.study, run=told.run)
            show.closed(told, state)
            if time.monotonic() - indexed > _INDEX:
                write_index(root / folder.REPORTS)
                indexed = time.monotonic()
        waiting = [step.chapter for decision in carrier.queue for step in decision.to_run]
        seconds = state.seconds_left(waiting, carrier.engine.workers)
        show.waiting(carrier.flow.running(), state, seconds)


def _chosen(runs: Sequence[PlannedRun], only: Sequence[str]) -> list[PlannedRun]:
    """The runs that one of the words names."""
    chosen = []
    for word in only:
        found = [run for run in runs if _named(run, word)]
        if not found:
            known = sorted({n for run in runs for n in (run.study, run.run, run.place)})
            near = nearest(word, known)
            raise UsageError(
                f"The batch has no study or run `{word}`.",
                where="--only",
                do=f"did you mean `{near}`?" if near else "see all with --dry-run",
            )
        chosen += found
    return [run for run in runs if run in chosen] if only else list(runs)


def _named(run: PlannedRun, word: str) -> bool:
    return any(fnmatchcase(name, word) for name in (run.study, run.run, run.place))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
