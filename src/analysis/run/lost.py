"""Stages whose worker was lost: what is told of them."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime

from analysis.errors import AnalysisError, BatchError
from analysis.run.job import Failure, Outcome

LOST = "lost worker"


def outcome_of(future: Future, study: str, stage: str) -> Outcome:
    """The outcome a worker returned, or the failure that it never did.

    Raises:
        BatchError: the worker is not fit for the batch.
    """
    # Processes tell a lost worker by an exception, a cluster by a cancellation.
    if not future.cancelled() and future.exception() is None:
        return future.result()
    if not future.cancelled() and isinstance(future.exception(), BatchError):
        raise future.exception()
    return lost_outcome(study, stage)


def lost_outcome(study: str, stage: str) -> Outcome:
    """The failure of a stage whose worker was lost."""
    text = AnalysisError(
        "The process that ran this stage ended without a word.",
        where=stage,
        why="nothing of this stage was kept",
        do="check that memory suffices, or run one at a time with --workers 1, then run again",
    ).text()
    lost = Failure(stage=stage, kind=LOST, text=text, exit_code=BatchError.exit_code)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Outcome(study=study, stage=stage, started=now, seconds=0.0, failure=lost)
