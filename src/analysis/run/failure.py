"""From an exception to a failure: its kind, its message and its exit code.

A chapter's status is taken from the exception that ended it, never from the saved notebook: after a
timeout or a dead kernel that notebook says that all was well.
"""

from __future__ import annotations

from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis import errors
from analysis.data import problems
from analysis.run.job import Failure
from analysis.run.kernel.engine import NotebookTimeoutError
from analysis.run.private import strip_ansi

# Beside our own errors: a chapter that was stopped rather than wrong is a failed run.
_STOPPED = errors.BatchError.exit_code
_UNEXPECTED = errors.AnalysisError.exit_code
_KINDS = {
    kind.__name__: kind.exit_code
    for kind in [*vars(errors).values(), *vars(problems).values()]
    if isinstance(kind, type) and issubclass(kind, errors.AnalysisError)
}


def failure_of(error: BaseException, stage: str, notebook: str | None = None) -> Failure:
    """The failure that an exception means for a stage."""
    kind, text, code = _explained(error)
    return Failure(stage=stage, kind=kind, text=text, exit_code=code, notebook=notebook)


def _explained(error: BaseException) -> tuple[str, str, int]:
    if isinstance(error, errors.AnalysisError):
        return type(error).__name__, error.text(), error.exit_code
    if isinstance(error, PapermillExecutionError):
        return _of_cell(error)
    if isinstance(error, NotebookTimeoutError):
        return "timeout", _too_long(error), _STOPPED
    if isinstance(error, DeadKernelError):
        text = errors.AnalysisError(
            "The kernel died while a cell ran.",
            why="the chapter could not finish",
            do="check that memory suffices, then run again; --workers 1 needs least",
        ).text()
        return "dead kernel", text, _STOPPED
    return type(error).__name__, _fault(type(error).__name__), _UNEXPECTED


def _too_long(error: NotebookTimeoutError) -> str:
    what = {"cell": "A cell took", "notebook": "The chapter took in all"}[error.what]
    here = " (`--timeout` with `analysis run`)" if error.what == "cell" else ""
    return errors.AnalysisError(
        f"{what} longer than the {error.seconds:,g} seconds that it may.",
        where=f"code cell {error.cell}",
        why="the chapter was stopped",
        do="find out what it waits for, or allow more seconds: "
        f"`timeout: {{{error.what}: ...}}` in the batch file{here}",
    ).text()


def _of_cell(error: PapermillExecutionError) -> tuple[str, str, int]:
    kind, words = error.ename, strip_ansi(error.evalue)
    if kind in _KINDS:
        return kind, words, _KINDS[kind]
    # The words of a foreign exception may hold a participant's value; the notebook, which stays
    # with the person who ran it, shows them.
    text = errors.AnalysisError(
        f"An unexpected {kind}.",
        where=f"code cell {error.exec_count}",
        why="the chapter could not finish",
        do="open the notebook as far as it ran; the cell shows the error in full",
    ).text()
    return kind, text, _UNEXPECTED


def _fault(kind: str) -> str:
    return errors.AnalysisError(
        f"An unexpected {kind}: this is a fault of the program, not of your input.",
        where="the log names the place",
        why="the stage could not finish",
        do="report it, with the log",
    ).text()
