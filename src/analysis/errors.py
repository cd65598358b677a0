"""One base error in one voice: what is wrong, where, why it matters, what to do.

A message never holds a participant's value, so that a log may be shared. Every kind has its own
exit code, so that a batch user knows why a job failed without reading the log.
"""

from __future__ import annotations


class AnalysisError(Exception):
    """A problem the reader can act on; shown without a traceback.

    Args:
        what: what is wrong, in one sentence.
        where: its place: file, row, column or plan key.
        why: why it matters for the estimate.
        do: what to do now.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", why: str = "", do: str = "") -> None:
        self.what, self.where, self.why, self.do = what, where, why, do
        super().__init__(self.text())

    def text(self) -> str:
        """The message as lines: what, where, why, do; empty parts are left out."""
        parts = [("Where", self.where), ("Why it matters", self.why), ("What to do", self.do)]
        return "\n".join([self.what, *(f"  {name}: {words}" for name, words in parts if words)])

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: a notebook shows the message, and the cell still fails.
        return self.text().splitlines()

    def __reduce__(self) -> tuple:
        # Keyword-only parts would be lost when an error travels between processes.
        return _rebuild, (type(self), self.what, self.where, self.why, self.do)


def _rebuild(kind: type[AnalysisError], what: str, where: str, why: str, do: str) -> AnalysisError:
    return kind(what, where=where, why=why, do=do)


class UsageError(AnalysisError):
    """A command or an argument that cannot be understood."""

    exit_code = 2


class PlanError(AnalysisError):
    """The plan cannot be read, contradicts itself, or asks for what is not built."""

    exit_code = 10


class DataError(AnalysisError):
    """The data break a rule of their dictionary or of the plan."""

    exit_code = 11


class ModelError(AnalysisError):
    """A model cannot be fitted to these data, or did not converge."""

    exit_code = 12


class ClaimError(AnalysisError):
    """A sentence or a claim has no result row behind it."""

    exit_code = 13


class ReferenceMismatchError(AnalysisError):
    """A number departs from the reference result it must agree with."""

    exit_code = 14


class BatchError(AnalysisError):
    """Some runs failed; the others are complete."""

    exit_code = 15


class MovedError(AnalysisError):
    """A result moved further from a former run than the user allowed."""

    exit_code = 16
