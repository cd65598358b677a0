"""An error that nobody foresaw: one clear message, and where its traces were written."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import AnalysisError
from analysis.run.folder import REPORTS
from analysis.run.traces import frames

LOG = "crash.log"


def note_crash(error: Exception) -> AnalysisError:
    """Writes where the error arose to ``reports/crash.log`` and returns the message to show.

    The error's own words are left out of the log, as they may hold a participant's value.
    """
    folder = Path.cwd() / REPORTS
    try:
        folder.mkdir(exist_ok=True)
        (folder / LOG).write_text(frames(error), encoding="utf-8")
        where = f"{REPORTS}/{LOG} says where it arose"
    except OSError:
        where = "no log could be written here"
    return AnalysisError(
        f"An unexpected {type(error).__name__}: this is a fault of the program, not of your input.",
        where=where,
        why="the command could not finish; finished reports stay as they were",
        do="type it again with --debug to see the whole error, and report it",
    )
